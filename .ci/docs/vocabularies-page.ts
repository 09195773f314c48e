import { type Contract, isJsonObject, type JsonObject, type JsonValue } from '../../packages/contract/src/index.ts';
import { filesOf, type NamedFile, sourceLink } from './canonical.ts';
import { code, codes, link, table } from './markdown.ts';

interface Mapping {
  readonly key: string;
  readonly system: string;
  readonly field: string;
  readonly plantId: string;
  readonly toSystem: JsonObject;
  readonly fromSystem: JsonObject;
  readonly loss: string;
  readonly reason: string;
}

/** vocabularies.md: each code, what it means, how each system says it, and what is lost on the way. */
export function vocabulariesPage(contract: Contract): string {
  const vocabularies = filesOf(contract, 'vocabularies');
  return `# Vocabularies

${vocabularies.length} code lists. Loss: \`one-to-one\` comes back as it was; \`narrowing\` makes several codes one; \`none\` means that the
system has no counterpart and the codes stand for the nearest thing that it can hold.

${table(
  ['vocabulary', 'codes', 'loss by system'],
  vocabularies.map((vocabulary) => [
    link(vocabulary.name, ''),
    String(vocabulary.schema.enum?.length ?? 0),
    mappingsOf(vocabulary)
      .map(({ key, loss }) => `${key}: ${loss}`)
      .join(', '),
  ]),
)}
${vocabularies.map(section).join('\n')}`;
}

function section(vocabulary: NamedFile): string {
  const { name, schema } = vocabulary;
  const meta = objectOf(schema.extensions?.get('x-vocabulary'));
  const meanings = objectOf(schema.extensions?.get('x-enumDescriptions'));
  const parents = objectOf(meta['parents']);
  const hierarchical = Object.keys(parents).length > 0;
  const mappings = mappingsOf(vocabulary);
  return `## ${name}

${schema.description ?? ''}

Version ${String(meta['version'] ?? '')}, owner ${String(meta['owner'] ?? '')}, ${sourceLink(schema)}

${table(
  ['code', 'means', ...(hierarchical ? ['below'] : []), ...mappings.map(({ key }) => `to ${key}`)],
  (schema.enum ?? []).map((value) => [
    code(String(value)),
    String(meanings[String(value)] ?? ''),
    ...(hierarchical ? [code(String(parents[String(value)] ?? ''))] : []),
    ...mappings.map(({ toSystem }) => code(String(toSystem[String(value)] ?? ''))),
  ]),
)}
${table(
  ['system', 'field', 'loss', 'why it is accepted'],
  mappings.map(({ key, system, field, plantId, loss, reason }) => [
    `${key}: ${system}${plantId === '' ? '' : ` in ${plantId}`}`,
    code(field),
    loss,
    reason,
  ]),
)}
${table(
  ['from system', 'code of the system is read as'],
  mappings.map(({ key, fromSystem, loss }) => [key, loss === 'one-to-one' ? 'the reverse' : readingOf(fromSystem)]),
)}`;
}

/** `released` from `confirmed`, `progress`: several codes of the system that are read as one stand together. */
function readingOf(fromSystem: JsonObject): string {
  const sources = new Map<string, string[]>();
  for (const [theirs, ours] of Object.entries(fromSystem))
    sources.set(String(ours), [...(sources.get(String(ours)) ?? []), theirs]);
  return [...sources].map(([ours, theirs]) => `${codes(theirs)} → ${code(ours)}`).join('; ');
}

function mappingsOf({ schema }: NamedFile): readonly Mapping[] {
  const mappings = objectOf(objectOf(schema.extensions?.get('x-vocabulary'))['mappings']);
  return Object.entries(mappings).map(([key, value]) => {
    const mapping = objectOf(value);
    const text = (name: string): string => (typeof mapping[name] === 'string' ? mapping[name] : '');
    return {
      key,
      system: text('system'),
      field: text('field'),
      plantId: text('plantId'),
      toSystem: objectOf(mapping['toSystem']),
      fromSystem: objectOf(mapping['fromSystem']),
      loss: text('loss'),
      reason: text('reason'),
    };
  });
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
