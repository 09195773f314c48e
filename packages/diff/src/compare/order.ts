import type { Sourced } from '@millwright/contract';
import type { Change, Usage } from '../change.ts';
import { sorted } from '../relate/formula.ts';
import { textOf } from './values.ts';

const placeOf = (sourced: Sourced | undefined): string =>
  sourced === undefined ? '' : `${sourced.document.uri}#${sourced.pointer}`;

/** Changes in an order that the order of keys and files in the source has no part in. */
export function ordered(changes: readonly Change[]): readonly Change[] {
  const tidy = changes.map((change) => ({
    ...change,
    ...(change.before === undefined ? {} : { before: sorted(change.before) }),
    ...(change.after === undefined ? {} : { after: sorted(change.after) }),
  }));
  return byText(tidy, (change) => [
    change.kind,
    change.direction,
    change.operation ?? change.schema?.reached[0]?.usage.operation ?? '',
    change.name ?? '',
    placeOf(change.revision),
    placeOf(change.base),
    textOf([change.before ?? null, change.after ?? null]),
  ]);
}

/** Ways of values in such an order, so that the first of many, which proofs and messages begin with, is always the same. */
export function orderedUsages(usages: readonly Usage[]): readonly Usage[] {
  return byText(usages, ({ operation, direction, place, base, revision }) => [
    operation,
    direction,
    place,
    placeOf(revision),
    placeOf(base),
  ]);
}

/**
 * One change of what several operations share, such as a parameter or a message under components, is told once, with all of
 * them.
 */
export function merged(changes: readonly Change[]): readonly Change[] {
  const found = new Map<string, Change[]>();
  for (const change of changes) {
    const { kind, direction, name, before, after, base, revision, schema } = change;
    const text = textOf([kind, direction, name ?? null, before ?? null, after ?? null]);
    // A schema names its ways itself.
    const key = schema === undefined ? `${text} ${placeOf(base)} ${placeOf(revision)}` : String(found.size);
    const alike = found.get(key);
    if (alike === undefined) found.set(key, [change]);
    else alike.push(change);
  }
  return [...found.values()].map((alike) => {
    const [first] = alike as [Change];
    const operations = alike.flatMap(({ operation, operations: own }) => own ?? operation ?? []);
    return alike.length === 1 ? first : { ...first, operations: [...new Set(operations)].sort() };
  });
}

function byText<T>(items: readonly T[], textsOfItem: (item: T) => readonly string[]): readonly T[] {
  return items
    .map((item) => [textsOfItem(item).join('\u0000'), item] as const)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([, item]) => item);
}
