import type { JsonType, JsonValue, Schema } from '@millwright/contract';
import { conjuncts } from '../client/shape.ts';

/** What is certain of every value that a schema accepts. */
interface Certain {
  readonly types: ReadonlySet<JsonType> | undefined;
  /** Required members that can have few values only. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

function valuesOf(schema: Schema): ReadonlySet<string> | undefined {
  for (const part of conjuncts(schema)) {
    if ('const' in part) return new Set([JSON.stringify(part.const)]);
    if (part.enum !== undefined) return new Set(part.enum.map((member: JsonValue) => JSON.stringify(member)));
  }
  return undefined;
}

function certain(schema: Schema): Certain {
  const parts = conjuncts(schema);
  const types = parts.find((part) => part.type !== undefined)?.type;
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  const tags = new Map<string, ReadonlySet<string>>();
  for (const part of parts)
    for (const [name, property] of part.properties ?? []) {
      // Whether a name is required may differ between requests and responses where it does not travel in both.
      if (!required.has(name) || property.readOnly === true || property.writeOnly === true) continue;
      const values = valuesOf(property);
      if (values !== undefined && !tags.has(name)) tags.set(name, values);
    }
  return {
    types:
      types === undefined
        ? undefined
        : new Set(types.flatMap((type) => (type === 'number' ? ['number', 'integer'] : [type])) as JsonType[]),
    tags,
  };
}

function excludes(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return [...left].every((member) => !right.has(member));
}

function areExclusive(left: Certain, right: Certain): boolean {
  if (left.types !== undefined && right.types !== undefined && excludes(left.types, right.types)) return true;
  const areObjects = [left, right].every(
    ({ types }) => types !== undefined && [...types].every((type) => type === 'object'),
  );
  return (
    areObjects &&
    [...left.tags].some(([name, values]) => {
      const others = right.tags.get(name);
      return others !== undefined && excludes(values, others);
    })
  );
}

const branchesMax = 64;

/** A member that is required in every alternative, each time with one text of its own. */
export interface Tag {
  readonly name: string;
  /** Text of each alternative, in order. */
  readonly texts: readonly string[];
}

/** The member by which one look finds the only alternative that can hold; undefined when there is none. */
export function tagOf(branches: readonly Schema[]): Tag | undefined {
  const all = branches.map(certain);
  const areObjects = all.every(({ types }) => types?.size === 1 && types.has('object'));
  for (const name of areObjects ? (all[0]?.tags.keys() ?? []) : []) {
    const values = all.map(({ tags }) => [...(tags.get(name) ?? [])]);
    const texts = values.flatMap((list) => list.map((value) => JSON.parse(value) as JsonValue));
    const isSingle = values.every((list) => list.length === 1) && new Set(values.flat()).size === branches.length;
    if (isSingle && !(name in Object.prototype) && texts.every((text) => typeof text === 'string'))
      return { name, texts };
  }
  return undefined;
}

/** True when no value can obey two of the schemas, whatever closed objects do with undeclared members. */
export function areDisjoint(branches: readonly Schema[]): boolean {
  if (branches.length > branchesMax) return false;
  const all = branches.map(certain);
  return all.every((left, index) => all.slice(index + 1).every((right) => areExclusive(left, right)));
}
