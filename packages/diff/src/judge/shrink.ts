import { isJsonObject, type JsonValue, type Schema } from '@millwright/contract';

/** Smaller values that are tried at most. */
const triesMax = 60;

/** The value, which a schema accepts, without members and items that what it shows does not need. */
export function shrink(value: JsonValue, accepting: Schema, shows: (candidate: JsonValue) => boolean): JsonValue {
  let tries = 0;
  const isEnough = (candidate: JsonValue): boolean => {
    tries += 1;
    return tries <= triesMax && shows(candidate);
  };
  const shrinkAt = (
    part: JsonValue,
    schemas: readonly Schema[],
    placed: (smaller: JsonValue) => JsonValue,
  ): JsonValue => {
    let at = part;
    const asking = certainly(schemas);
    // From the end, so that a place that is left keeps its number.
    for (const key of keysOf(part).reverse()) {
      // Most members are there because they must be; trying without each of them took most of the time.
      const isDemanded = asking.some(({ required }) => required?.includes(String(key)) === true);
      const smaller = isDemanded ? undefined : without(at, key);
      if (smaller !== undefined && isEnough(placed(smaller))) at = smaller;
      else {
        const whole = at;
        const inside = (inner: JsonValue): JsonValue => placed(withPart(whole, key, inner));
        at = withPart(whole, key, shrinkAt(partOf(whole, key), schemasOf(asking, key), inside));
      }
    }
    return at;
  };
  return shrinkAt(value, [accepting], (smaller) => smaller);
}

/** Schemas that hold in every case: what is referred to, and all parts of `allOf`. */
function certainly(schemas: readonly Schema[]): readonly Schema[] {
  const found = new Set(schemas);
  for (const { ref, allOf = [] } of found)
    for (const part of ref === undefined ? allOf : [ref, ...allOf]) found.add(part);
  return [...found];
}

function schemasOf(schemas: readonly Schema[], key: string | number): readonly Schema[] {
  return schemas.flatMap(({ properties, prefixItems = [], items }) => {
    const part = typeof key === 'string' ? properties?.get(key) : (prefixItems[key] ?? items);
    return part === undefined ? [] : [part];
  });
}

function keysOf(value: JsonValue): (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return isJsonObject(value) ? Object.keys(value) : [];
}

function partOf(value: JsonValue, key: string | number): JsonValue {
  return (value as Readonly<Record<string | number, JsonValue>>)[key] as JsonValue;
}

function without(value: JsonValue, key: string | number): JsonValue {
  if (Array.isArray(value)) return value.filter((_, index) => index !== key) as JsonValue;
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== key)) as JsonValue;
}

function withPart(value: JsonValue, key: string | number, part: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? part : item)) as JsonValue;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, member]) => [name, name === key ? part : member]),
  ) as JsonValue;
}
