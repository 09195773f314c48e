import type { Schema } from '@millwright/contract';
import type { Direction, Step } from '../change.ts';

/**
 * Where members do not travel (OpenAPI, Schema Object): those that are `readOnly` are not sent in requests, those that are
 * `writeOnly` not in responses. Undefined unless every version that declares the member says so.
 */
export function hiddenDirection(members: readonly (Schema | undefined)[]): 'request' | 'response' | undefined {
  const declared = members.filter((member) => member !== undefined);
  if (declared.length === 0) return undefined;
  if (declared.every((member) => says(member, 'readOnly'))) return 'request';
  return declared.every((member) => says(member, 'writeOnly')) ? 'response' : undefined;
}

/** True when a way leads through a member that does not travel. Messages know no such members. */
export function isHidden(direction: Direction, path: readonly Step[]): boolean {
  return path.some((step) => step.kind === 'property' && step.hiddenIn === direction);
}

/** References reach a hundred deep at most. */
function says(schema: Schema, keyword: 'readOnly' | 'writeOnly'): boolean {
  let at: Schema | undefined = schema;
  for (let steps = 0; at !== undefined && steps < 100; steps += 1) {
    if (at[keyword] === true) return true;
    at = at.ref;
  }
  return false;
}
