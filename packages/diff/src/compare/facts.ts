import type { Schema, Sourced } from '@millwright/contract';
import type { Change, Direction, Usage } from '../change.ts';

/** Where facts and the schemas that travel are put. */
export interface Facts {
  readonly changes: Change[];
  readonly usages: Usage[];
}

/** Where something stands in an operation and which way it travels. */
export interface Place extends Pick<Usage, 'isOptional' | 'written'> {
  readonly operation: string;
  readonly direction: Exclude<Direction, 'schema' | 'none'>;
  /** `request body`, `response 200`, `query parameter limit`. */
  readonly place: string;
}

/** What the described application gives; the opposite is what it gets. */
export function isGiven(direction: Direction): boolean {
  return direction === 'response' || direction === 'send';
}

/** A schema that travels. Where one side has none, everything is allowed there: the change is proved like any other. */
export function use(
  facts: Facts,
  base: readonly [owner: Sourced, schema: Schema | undefined],
  revision: readonly [owner: Sourced, schema: Schema | undefined],
  place: Place,
): void {
  const [left, right] = [base[1], revision[1]];
  if (left === undefined && right === undefined) return;
  facts.usages.push({
    ...place,
    base: left ?? anything(base[0], right as Schema),
    revision: right ?? anything(revision[0], left as Schema),
  });
}

/** The schema of what nothing is said about, at the place that says nothing. */
export function anything({ document, pointer }: Sourced, { dialect }: Schema): Schema {
  const schema = { kind: 'schema', document, pointer, raw: true, dialect, boolean: true } as const;
  const resource = { uri: document.uri, root: schema as unknown as Schema, dynamicAnchors: new Map() };
  return { ...schema, resource };
}

/** What a list lost and what it got, in order. */
export function listDifference(
  base: readonly string[] | undefined,
  revision: readonly string[] | undefined,
): { readonly removed: readonly string[]; readonly added: readonly string[] } {
  const [before, after] = [new Set(base), new Set(revision)];
  return {
    removed: [...before].filter((item) => !after.has(item)).sort(),
    added: [...after].filter((item) => !before.has(item)).sort(),
  };
}
