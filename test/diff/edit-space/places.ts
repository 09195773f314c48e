import { isJsonObject, type JsonValue } from '@millwright/contract';
import { alternatives, type Field, type Kind, kindOf } from './kinds.ts';
import type { Format } from './meta-schemas.ts';
import { instancesOf, keyOf, type Seeds } from './values.ts';

/** A kind where it can stand, in a small document that obeys the meta-schema. */
export interface Place {
  /** The field of the document that it is reached by, or the callback within. */
  readonly surface: string;
  /** The field that it stands in: `operation.requestBody`. */
  readonly edge: string;
  readonly kind: Kind;
  readonly pointer: readonly string[];
  readonly document: JsonValue;
}

export function at(document: JsonValue, pointer: readonly string[]): JsonValue | undefined {
  return pointer.reduce<JsonValue | undefined>(
    (value, token) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, token)
        ? (value as Record<string, JsonValue>)[token]
        : undefined,
    document,
  );
}

/** A copy with a value put at a place, or taken away from it. */
export function withValue(document: JsonValue, pointer: readonly string[], value: JsonValue | undefined): JsonValue {
  const [token, ...rest] = pointer;
  if (token === undefined) return value ?? null;
  if (Array.isArray(document)) {
    const copy: JsonValue[] = [...document];
    if (rest.length === 0 && value === undefined) copy.splice(Number(token), 1);
    else copy[Number(token)] = withValue(copy[Number(token)] ?? {}, rest, value);
    return copy;
  }
  const members = new Map(Object.entries(isJsonObject(document) ? document : {}) as [string, JsonValue][]);
  if (rest.length === 0 && value === undefined) members.delete(token);
  else members.set(token, withValue(members.get(token) ?? {}, rest, value));
  return Object.fromEntries(members);
}

/** Where a field stands in an instance of its kind. */
export function tokenOf(kind: Kind, field: Field, instance: JsonValue | undefined, seeds: Seeds): string {
  if (field.name === '[]') return '0';
  if (field.name === 'x-*') return 'x-alpha';
  if (field.name !== '*') return field.name;
  const fixed = new Set(kind.fields.map(({ name }) => name));
  const names = isJsonObject(instance) ? Object.keys(instance) : [];
  return names.find((name) => !fixed.has(name) && !name.startsWith('x-')) ?? keyOf(kind, seeds);
}

/** The documents of a place, one for each instance of its kind that fits there. */
export function variantsOf(
  { kind, pointer, document }: Place,
  seeds: Seeds,
  { isValid }: Format,
): readonly JsonValue[] {
  const instances = [at(document, pointer) as JsonValue, ...instancesOf(kind, seeds)];
  const found = new Map<string, JsonValue>();
  for (const instance of instances) {
    const variant = withValue(document, pointer, instance);
    if (isValid(variant)) found.set(JSON.stringify(instance), variant);
  }
  return [...found.values()];
}

/** Languages of their own: a schema in a schema is judged with it. */
export const isSchema = ({ name }: Kind): boolean => /^(schema|openapiSchema_3_0|avro\w+)$/.test(name);

/**
 * Every edge from a kind to another, breadth first, for each field of the document by itself. What is below a kind is walked
 * once for each surface; below a schema once for each use of it, and where it is met again its type stands for all of it. A
 * component that nobody refers to is compared as one value, so its own fields are enough; a security scheme is referred to by
 * its name.
 */
export function placesOf(format: Format, seeds: Seeds): readonly Place[] {
  const root = kindOf(format.root) as Kind;
  const [document] = instancesOf(root, seeds);
  const places: Place[] = [{ surface: '', edge: '', kind: root, pointer: [], document: document as JsonValue }];
  const walked = new Set<string>();
  for (const [index, place] of places.entries()) {
    const key = `${isSchema(place.kind) ? useOf(place) : place.surface} ${place.kind.name}`;
    if (!walked.has(key)) places.push(...childrenOf(place, format, seeds));
    else if (isSchema(place.kind))
      places[index] = {
        ...place,
        kind: { ...place.kind, fields: place.kind.fields.filter(({ name }) => name === 'type') },
      };
    walked.add(key);
  }
  return places;
}

/** A schema is compared otherwise where it travels, where it is kept, and where it says something to a broker. */
function useOf({ surface, pointer }: Place): string {
  if (pointer.includes('bindings')) return 'binding';
  return surface === 'components' ? 'component' : 'travelling';
}

const isWithinComponent = ({ surface, pointer }: Place): boolean =>
  surface === 'components' && pointer.length > 2 && pointer[1] !== 'securitySchemes';

function childrenOf(place: Place, format: Format, seeds: Seeds): readonly Place[] {
  const { kind, pointer } = place;
  if (isWithinComponent(place)) return [];
  const variants = variantsOf(place, seeds, format);
  return kind.fields.flatMap((field) =>
    field.name === 'x-*'
      ? []
      : childKinds(field).flatMap((child, _, all): readonly Place[] => {
          const surface =
            place.edge === '' ? field.name : kind.name === 'operation.callbacks' ? 'callbacks' : place.surface;
          for (const variant of variants) {
            const to = [...pointer, tokenOf(kind, field, at(variant, pointer), seeds)];
            // Of several kinds nobody knows which one it is.
            const existing = all.length === 1 ? at(variant, to) : undefined;
            const instances =
              existing === undefined ? instancesOf(child, seeds) : [existing, ...instancesOf(child, seeds)];
            for (const instance of instances) {
              const document = withValue(variant, to, instance);
              if (format.isValid(document))
                return [{ surface, edge: `${kind.name}.${field.name}`, kind: child, pointer: to, document }];
            }
          }
          return [];
        }),
  );
}

/** Kinds that can stand in a field. */
export function childKinds(field: Field): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const node of field.nodes.flatMap(alternatives)) {
    const kind = kindOf(node);
    if (kind !== undefined) kinds.set(kind.name, kind);
  }
  return [...kinds.values()];
}
