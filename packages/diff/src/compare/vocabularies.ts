import type { JsonObject, JsonValue } from '@millwright/contract';
import type { PolicyFact } from './annotations.ts';
import { listDifference } from './facts.ts';
import { isSame, objectOf, textsOf } from './values.ts';

/**
 * `x-vocabulary`: how the codes of a list are said in each system. That a code itself goes or comes is a fact of the `enum`
 * beside it, proved like any other.
 */
export function vocabularyFacts(base: JsonValue | undefined, revision: JsonValue | undefined): readonly PolicyFact[] {
  if (base === undefined && revision === undefined) return [];
  const [before, after] = [objectOf(base), objectOf(revision)];
  const [left, right] = [objectOf(before['mappings']), objectOf(after['mappings'])];
  const facts: PolicyFact[] = [];
  if (typeof before['owner'] === 'string' && before['owner'] !== after['owner'])
    facts.push({ kind: 'owner-changed', before: before['owner'], after: after['owner'] ?? null });
  const systems = listDifference(Object.keys(left), Object.keys(right));
  facts.push(...systems.removed.map((name) => ({ kind: 'vocabulary-system-removed', name })));
  facts.push(...systems.added.map((name) => ({ kind: 'vocabulary-system-added', name })));
  for (const system of Object.keys(left))
    if (Object.hasOwn(right, system))
      facts.push(...systemFacts(system, objectOf(left[system]), objectOf(right[system])));
  facts.push(...entryFacts('vocabulary-parent', '', objectOf(before['parents']), objectOf(after['parents'])));
  return facts;
}

function systemFacts(system: string, base: JsonObject, revision: JsonObject): readonly PolicyFact[] {
  const codes = listDifference(textsOf(base['codes']), textsOf(revision['codes']));
  const facts: PolicyFact[] = [
    ...codes.removed.map((code) => ({ kind: 'system-code-removed', name: `${code} of ${system}` })),
    ...codes.added.map((code) => ({ kind: 'system-code-added', name: `${code} of ${system}` })),
  ];
  for (const [member, word] of [
    ['toSystem', `to ${system}`],
    ['fromSystem', `from ${system}`],
  ] as const)
    facts.push(...entryFacts('code-mapping', ` ${word}`, objectOf(base[member]), objectOf(revision[member])));
  for (const [member, kind] of [
    ['field', 'vocabulary-field-changed'],
    ['loss', 'vocabulary-loss-changed'],
  ] as const)
    if (!isSame(base[member], revision[member]))
      facts.push({ kind, name: system, before: base[member] ?? null, after: revision[member] ?? null });
  return facts;
}

/** Entries of a map of codes: gone, new, or leading elsewhere. */
function entryFacts(what: string, word: string, base: JsonObject, revision: JsonObject): readonly PolicyFact[] {
  return [...new Set([...Object.keys(base), ...Object.keys(revision)])].flatMap((code): readonly PolicyFact[] => {
    const own = (map: JsonObject): JsonValue | undefined => (Object.hasOwn(map, code) ? map[code] : undefined);
    const [before, after] = [own(base), own(revision)];
    if (isSame(before, after)) return [];
    const kind = `${what}-${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`;
    return [{ kind, name: `${code}${word}`, before: before ?? null, after: after ?? null }];
  });
}
