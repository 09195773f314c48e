import type { JsonObject, JsonValue, Schema } from '@millwright/contract';
import { inValue, type Step } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';

/** Schemas that may speak of a value: the schema and everything in place, whether it holds or not. */
function inPlace(schema: Schema): readonly Schema[] {
  const found = new Set<Schema>([schema]);
  for (const at of found)
    for (const next of [
      at.ref,
      at.dynamicRef?.target ?? at.dynamicRef?.initial,
      at.if,
      at.then,
      at.else,
      ...(at.allOf ?? []),
      ...(at.anyOf ?? []),
      ...(at.oneOf ?? []),
      ...(at.dependentSchemas?.values() ?? []),
    ])
      if (next !== undefined) found.add(next);
  return [...found];
}

/** True when a value has a member that the schema allows only by not speaking of it. */
export function usesUndeclared(schemas: readonly Schema[], value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const places = schemas.flatMap(inPlace);
  if (Array.isArray(value))
    return value.some((item, index) => {
      const parts = itemParts(places, index);
      return parts.length > 0 && usesUndeclared(parts, item as JsonValue);
    });
  return Object.entries(value).some(([name, member]) => {
    const parts = memberParts(places, name);
    return parts.length === 0 || usesUndeclared(parts, member as JsonValue);
  });
}

/** The parts of a value that a path leads to. */
export function partsOfValue(value: JsonValue, path: readonly Step[]): readonly JsonValue[] {
  return inValue(path).reduce<readonly JsonValue[]>(
    (parts, step) => parts.flatMap((part) => (typeof part === 'object' && part !== null ? stepInto(part, step) : [])),
    [value],
  );
}

function stepInto(
  value: JsonObject | readonly JsonValue[],
  step: ReturnType<typeof inValue>[number],
): readonly JsonValue[] {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return step.kind === 'items'
      ? items.slice(step.from)
      : step.kind === 'item'
        ? items.slice(step.index).slice(0, 1)
        : [];
  }
  const isAt = (name: string): boolean =>
    step.kind === 'property'
      ? name === step.name
      : step.kind === 'others' &&
        !step.declared.includes(name) &&
        !step.patterns.some((source) => matches(source, name));
  return Object.entries(value).flatMap(([name, member]) => (isAt(name) ? [member as JsonValue] : []));
}

/** What a reader sees who knows these schemas and ignores what they do not speak of. */
export function declaredPart(schemas: readonly Schema[], value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const places = schemas.flatMap(inPlace);
  if (Array.isArray(value))
    return value.map((item, index) => {
      const parts = itemParts(places, index);
      return parts.length === 0 ? (item as JsonValue) : declaredPart(parts, item as JsonValue);
    });
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const parts = memberParts(places, name);
      return parts.length === 0 ? [] : [[name, declaredPart(parts, member as JsonValue)]];
    }),
  ) as JsonValue;
}

function itemParts(places: readonly Schema[], index: number): readonly Schema[] {
  return places.flatMap(({ prefixItems, items, contains }) =>
    [prefixItems?.[index] ?? items, contains].filter((part) => part !== undefined),
  );
}

function memberParts(places: readonly Schema[], name: string): readonly Schema[] {
  return places.flatMap((place) => [
    ...[place.properties?.get(name)].filter((part) => part !== undefined),
    ...[...(place.patternProperties ?? [])].filter(([source]) => matches(source, name)).map(([, part]) => part),
    ...(place.additionalProperties !== undefined && place.additionalProperties.boolean === undefined
      ? [place.additionalProperties]
      : []),
  ]);
}

function matches(source: string, name: string): boolean {
  try {
    return new RegExp(source, 'u').test(name);
  } catch {
    return false;
  }
}

/** Sets of schemas at most for which the world is closed; a value below them is left open. */
const setsMax = 20_000;

/**
 * Classes of schemas together with schemas that nobody wrote: for a set of schemas, the one that accepts the values which use
 * only what these declare (see {@link usesUndeclared}). They come into being as far as a search looks at them.
 */
export class ClosedWorlds implements SchemaClasses {
  readonly #classes: SchemaClasses;
  readonly #byKey = new Map<string, Schema>();
  readonly #ids = new Map<Schema, number>();
  readonly #sets: { readonly closed: Schema; readonly of: readonly Schema[]; isDrawn: boolean }[] = [];

  constructor(classes: SchemaClasses) {
    this.#classes = classes;
  }

  classOf = (schema: Schema): number => this.#ids.get(schema) ?? this.#classes.classOf(schema);

  schemaOf = (id: number): Schema => {
    const set = id < 0 ? this.#sets[-id - 1] : undefined;
    if (set === undefined) return this.#classes.schemaOf(id);
    if (!set.isDrawn) {
      set.isDrawn = true;
      Object.assign(set.closed, this.#closedParts(set.of.flatMap(inPlace)));
    }
    return set.closed;
  };

  /** The schema of values that use only what these schemas declare. */
  closed(schemas: readonly Schema[]): Schema {
    const key = [...new Set(schemas.map((schema) => this.#classes.classOf(schema)))].sort().join();
    let closed = this.#byKey.get(key);
    if (closed !== undefined) return closed;
    const [first] = schemas;
    const isOpen = first === undefined || this.#sets.length >= setsMax;
    closed = isOpen ? anything : ({ kind: 'schema', dialect: first.dialect } as unknown as Schema);
    this.#byKey.set(key, closed);
    if (isOpen) return closed;
    this.#sets.push({ closed, of: schemas, isDrawn: false });
    this.#ids.set(closed, -this.#sets.length);
    return closed;
  }

  #closedParts(places: readonly Schema[]): Partial<Schema> {
    const names = new Set(places.flatMap(({ properties }) => [...(properties?.keys() ?? [])]));
    const sources = new Set(places.flatMap(({ patternProperties }) => [...(patternProperties?.keys() ?? [])]));
    const others = places.flatMap(({ additionalProperties: part }) =>
      part === undefined || part.boolean !== undefined ? [] : [part],
    );
    const closedOf = (partsOf: (place: Schema) => readonly (Schema | undefined)[]): Schema =>
      this.closed(places.flatMap((place) => partsOf(place).filter((part) => part !== undefined)));
    const length = Math.max(0, ...places.map(({ prefixItems }) => prefixItems?.length ?? 0));
    return {
      properties: new Map([...names].map((name) => [name, closedOf(({ properties }) => [properties?.get(name)])])),
      patternProperties: new Map(
        [...sources].map((source) => [source, closedOf((place) => [place.patternProperties?.get(source)])]),
      ),
      additionalProperties: others.length === 0 ? nothing : this.closed(others),
      prefixItems: Array.from({ length }, (_, index) =>
        closedOf(({ prefixItems, items, contains }) => [prefixItems?.[index] ?? items, contains]),
      ),
      items: closedOf(({ items, contains }) => [items, contains]),
    };
  }
}

const anything = { kind: 'schema', boolean: true } as unknown as Schema;
const nothing = { kind: 'schema', boolean: false } as unknown as Schema;

/**
 * How a part of a value bears on the whole. `plain`: what the part refuses the whole refuses, and nothing else. `turning`: below
 * `oneOf`, `not` or `if` a part that accepts more can make the whole accept less. `evaluating`: beside `unevaluated*` a part
 * matters even where it accepts the same as before.
 */
type Bearing = 'plain' | 'turning' | 'evaluating';

export function bearingOf(roots: readonly Schema[], path: readonly Step[]): Bearing {
  // Of what lies deeper in the value it only matters whether it is accepted: that decides which parts in place count.
  if (evaluatingAt(roots, path).length > 0) return 'evaluating';
  const isTurning = (schema: Schema): boolean =>
    isEvaluating(schema) || schema.oneOf !== undefined || schema.not !== undefined || schema.if !== undefined;
  return levels(roots, path).some((schemas) => [...schemas].some(isTurning)) ? 'turning' : 'plain';
}

const isEvaluating = ({ unevaluatedItems, unevaluatedProperties }: Schema): boolean =>
  unevaluatedItems !== undefined || unevaluatedProperties !== undefined;

/** Schemas that may speak of the part that a path leads to, and that say what holds of what nothing looks at. */
export function evaluatingAt(roots: readonly Schema[], path: readonly Step[]): readonly Schema[] {
  return [...(levels(roots, path).at(-1) ?? [])].filter(isEvaluating);
}

/** Schemas that may speak of the value, of the part that the first step leads to, and so on. */
function levels(roots: readonly Schema[], path: readonly Step[]): readonly ReadonlySet<Schema>[] {
  const found = [everywhereInPlace(roots)];
  for (const step of inValue(path))
    found.push(everywhereInPlace([...(found.at(-1) ?? [])].flatMap((schema) => partsAt(schema, step))));
  return found;
}

function everywhereInPlace(schemas: readonly Schema[]): ReadonlySet<Schema> {
  const found = new Set(schemas);
  for (const schema of found)
    for (const next of [...inPlace(schema), schema.not]) if (next !== undefined) found.add(next);
  return found;
}

function partsAt(schema: Schema, step: ReturnType<typeof inValue>[number]): readonly Schema[] {
  const all = (parts: readonly (Schema | undefined)[]): readonly Schema[] => parts.filter((part) => part !== undefined);
  switch (step.kind) {
    case 'property':
      return all([
        schema.properties?.get(step.name),
        ...(schema.patternProperties?.values() ?? []),
        schema.additionalProperties,
      ]);
    case 'others':
      return all([...(schema.patternProperties?.values() ?? []), schema.additionalProperties]);
    case 'item':
      return all([schema.prefixItems?.[step.index], schema.items, schema.contains]);
    case 'items':
      return all([schema.items, schema.contains]);
  }
}
