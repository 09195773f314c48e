import {
  type Contract,
  governanceOf,
  isJsonObject,
  type JsonValue,
  type Schema,
} from '../../packages/contract/src/index.ts';
import { filesOf, latencyText, rolesWith, sourceLink, textExtension } from './canonical.ts';
import { code, codes, link, table } from './markdown.ts';

/** objects.md: what each canonical object is, in the words of ISA-95 and Odoo, and who may do what with it. */
export function objectsPage(contract: Contract): string {
  const objects = filesOf(contract, 'objects');
  return `# Objects

${objects.length} business objects. Who may create, update and consume them is also a matrix: [governance](governance.md).

${table(
  ['object', 'ISA-95', 'Odoo', 'system of record'],
  objects.map(({ name, schema }) => [
    link(name, ''),
    textExtension(schema, 'x-isa95'),
    code(textExtension(schema, 'x-odoo')),
    governanceOf(schema).systemOfRecord ?? '',
  ]),
)}
${objects.map(({ name, schema }) => section(name, schema)).join('\n')}`;
}

function section(name: string, schema: Schema): string {
  const { systemOfRecord, latency, criticality, consequence, owner, classification } = governanceOf(schema);
  const facts: readonly (readonly [string, string])[] = [
    ['ISA-95', textExtension(schema, 'x-isa95')],
    ['Odoo', code(textExtension(schema, 'x-odoo'))],
    ['system of record', systemOfRecord ?? ''],
    ['may create', rolesWith(schema, 'create').join(', ')],
    ['may update', rolesWith(schema, 'update').join(', ')],
    ['may consume', rolesWith(schema, 'consume').join(', ')],
    ['latency', latencyText(latency)],
    ['criticality', [criticality, consequence].filter((text) => text !== undefined).join(': ')],
    ['owner', owner ?? ''],
    ['classification', classification ?? ''],
    ['required', codes(schema.required)],
    ['source', sourceLink(schema)],
  ];
  return `## ${name}

${schema.description ?? ''}

${table(
  ['', ''],
  facts.map(([fact, value]) => [fact, value === '' ? 'none' : value]),
)}${statesText(schema.extensions?.get('x-states'))}`;
}

function statesText(machine: JsonValue | undefined): string {
  if (!isJsonObject(machine)) return '';
  const names = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  const transitions = Array.isArray(machine['transitions']) ? machine['transitions'].filter(isJsonObject) : [];
  const final = names(machine['final']);
  return `
States of ${code(String(machine['property']))}: begins as ${codes(names(machine['initial']))}; ${final.length === 0 ? 'has no end' : `ends as ${codes(final)}`}.

${table(
  ['from', 'to', 'on'],
  transitions.map(({ from, to, on }) => [code(String(from)), code(String(to)), String(on ?? '')]),
)}`;
}
