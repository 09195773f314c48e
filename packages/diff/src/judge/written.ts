import type { Schema } from '@millwright/contract';
import type { Change, SchemaChange, Step } from '../change.ts';
import { unwrapped } from '../compare/schemas.ts';
import type { Proofs } from './prove.ts';

/**
 * True when every scalar that one version takes at a place is read by the other, because it is not written as JSON: the number 5
 * is the text "5", and in a list that repeats its items it looks alone as it does by itself.
 */
export function readsScalars(
  { schema }: Change,
  { usage, path }: SchemaChange['reached'][number],
  { proofs, towards }: { readonly proofs: Proofs; readonly towards: 'in' | 'out' },
): boolean {
  // A member of a member is written as JSON, or not at all.
  const isDeep = path.filter(({ kind }) => kind === 'property').length > 1;
  if (usage.written === undefined || schema === undefined || isDeep) return false;
  const [from, to, root] =
    towards === 'in' ? [schema.base, schema.revision, usage.revision] : [schema.revision, schema.base, usage.base];
  // Beside other schemas of the same value it is not the node alone that decides.
  if (partAt(root, path) !== to) return false;
  return (
    proofs.takesTexts(from, to) || (usage.written === 'repeated' && path.length === 0 && proofs.takesAlone(from, to))
  );
}

/** The schema of a part that nothing else speaks of. */
function partAt(root: Schema, path: readonly Step[]): Schema | undefined {
  let at: Schema | undefined = unwrapped(root);
  for (const step of path) {
    const part: Schema | undefined = at === undefined || isComposed(at) ? undefined : partOf(at, step);
    at = part && unwrapped(part);
  }
  return at;
}

function partOf(schema: Schema, step: Step): Schema | undefined {
  if (step.kind === 'property')
    return schema.patternProperties === undefined ? schema.properties?.get(step.name) : undefined;
  return step.kind === 'items' && step.from === 0 ? schema.items : undefined;
}

const isComposed = ({ allOf, anyOf, oneOf, not, if: condition }: Schema): boolean =>
  [allOf, anyOf, oneOf, not, condition].some((part) => part !== undefined);
