import type { Schema } from '@millwright/contract';
import type { Direction } from '../change.ts';
import { hiddenDirection } from '../compare/hidden.ts';
import { all, always, among, any, everyMember, type Formula, has, isType } from '../relate/formula.ts';

/**
 * Values in which members that do not travel this way are as both versions want them, so that nothing is refused because of
 * them. A closed object that does not know the member cannot have it.
 */
export function hiddenAsWanted(
  [from, to]: readonly [accepting: Schema, refusing: Schema],
  direction: Direction,
  is: (schema: Schema) => Formula,
): Formula {
  const names = new Set([...(from.properties?.keys() ?? []), ...(to.properties?.keys() ?? [])]);
  const wanted = [...names].flatMap((name) => {
    const members = [from.properties?.get(name), to.properties?.get(name)];
    if (hiddenDirection(members) !== direction) return [];
    const isKnown = members[0] !== undefined || from.additionalProperties?.boolean !== false;
    return [
      everyMember(among([name]), all(members.flatMap((member) => (member === undefined ? [] : [is(member)])))),
      ...(isKnown && to.required?.includes(name) === true ? [has(name, true)] : []),
    ];
  });
  return wanted.length === 0 ? always : any([isType('object', false), all(wanted)]);
}
