import {
  billOfMaterialsMapping,
  byProductFields,
  lineFields,
} from '../../packages/odoo/src/mapping/bill-of-materials.ts';
import { downtimeMapping } from '../../packages/odoo/src/mapping/downtime.ts';
import type { Field } from '../../packages/odoo/src/mapping/field.ts';
import { itemMapping } from '../../packages/odoo/src/mapping/item.ts';
import { lotMapping } from '../../packages/odoo/src/mapping/lot.ts';
import { odooDifferences } from '../../packages/odoo/src/mapping/odoo-versions.ts';
import { routingFields, routingOperationFields } from '../../packages/odoo/src/mapping/routing.ts';
import { unitOfMeasureMapping } from '../../packages/odoo/src/mapping/unit-of-measure.ts';
import { workCenterMapping } from '../../packages/odoo/src/mapping/work-center.ts';
import { workOrderMapping } from '../../packages/odoo/src/mapping/work-order.ts';
import { codes, table } from './markdown.ts';

interface Mapped {
  readonly object: string;
  readonly model: string;
  readonly identity?: readonly string[];
  readonly fields: readonly Field[];
}

const mappings: readonly Mapped[] = [
  unitOfMeasureMapping,
  itemMapping,
  workCenterMapping,
  billOfMaterialsMapping,
  { object: 'BillOfMaterials lines', model: 'mrp.bom.line', fields: lineFields },
  { object: 'BillOfMaterials byProducts', model: 'mrp.bom.byproduct', fields: byProductFields },
  { object: 'Routing', model: 'mrp.bom', identity: ['x_millwright_routing'], fields: routingFields },
  { object: 'Routing operations', model: 'mrp.routing.workcenter', fields: routingOperationFields },
  lotMapping,
  workOrderMapping,
  downtimeMapping,
];

/** odoo-mapping.md: where each property of a canonical object stands in Odoo, from the fields that do the mapping. */
export function odooMappingPage(): string {
  return `# Odoo

Where \`@millwright/odoo/mapping\` writes and reads each property; why it is so is in [ADR 0020](../adr/0020-odoo-mapping.md). What no
row names is kept as JSON in the field \`x_millwright\` of the record and comes back from there. The codes are those of the column
\`odoo-19\` in [vocabularies](vocabularies.md). Proof, on a real server: \`npm run odoo\`.

${mappings
  .map(
    ({ object, model, identity, fields }) => `## ${object} as ${model}

${identity === undefined ? '' : `Found again by ${codes(identity)}.\n\n`}${table(
  ['properties', 'fields', 'note'],
  fields.map(({ properties, fields: names, note }) => [codes(properties), codes(names), note ?? '']),
)}`,
  )
  .join('\n')}
## Odoo 14 to 19

The mapping writes as Odoo 19 has it. *server*: the place in Odoo 19 was seen on a server; no older server was. *inspection*: by what is
known of the code.

${table(
  ['what', 'before', 'since', 'now', 'known by'],
  odooDifferences.map(({ what, before, since, now, known }) => [what, before, String(since), now, known]),
)}`;
}
