import type { Field } from '../../packages/mes/src/mapping/field.ts';
import { materialConsumptionFields } from '../../packages/mes/src/mapping/material-consumption.ts';
import { operationStatusFields } from '../../packages/mes/src/mapping/operation-status.ts';
import { materialLineFields, operationFields } from '../../packages/mes/src/mapping/order-lines.ts';
import { productionConfirmationFields } from '../../packages/mes/src/mapping/production-confirmation.ts';
import { workOrderFields } from '../../packages/mes/src/mapping/work-order.ts';
import { codes, table } from './markdown.ts';

const mappings: readonly (readonly [object: string, element: string, fields: readonly Field[]])[] = [
  ['WorkOrder', 'JobOrder', workOrderFields],
  ['WorkOrder operations', 'EquipmentRequirement', operationFields],
  ['WorkOrder materials', 'MaterialRequirement', materialLineFields],
  ['ProductionConfirmation', 'JobResponse', productionConfirmationFields],
  ['OperationStatus', 'JobResponse', operationStatusFields],
  ['MaterialConsumption', 'JobResponse', materialConsumptionFields],
];

/** b2mml.md: where each property of a canonical object stands in B2MML, from the fields that do the mapping. */
export function b2mmlPage(): string {
  return `# B2MML

Where \`@millwright/mes\` writes and reads each property. What it loses is told with every object that it maps; why it is so is in
[ADR 0016](../adr/0016-b2mml.md). The codes are those of the column \`b2mml\` in [vocabularies](vocabularies.md).
The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International.

${mappings
  .map(
    ([object, element, fields]) => `## ${object} as ${element}

${table(
  ['properties', 'B2MML'],
  fields.map((field) => [codes(field.properties), field.element]),
)}`,
  )
  .join('\n')}`;
}
