import { isJsonObject, type JsonValue } from '@millwright/contract';

/** Smaller values that are tried at most. */
const triesMax = 300;

/** The value without members and items that what it shows does not need. */
export function shrink(value: JsonValue, shows: (candidate: JsonValue) => boolean): JsonValue {
  let tries = 0;
  const isEnough = (candidate: JsonValue): boolean => {
    tries += 1;
    return tries <= triesMax && shows(candidate);
  };
  const shrinkAt = (part: JsonValue, placed: (smaller: JsonValue) => JsonValue): JsonValue => {
    let at = part;
    // From the end, so that a place that is left keeps its number.
    for (const key of keysOf(part).reverse()) {
      const smaller = without(at, key);
      if (isEnough(placed(smaller))) at = smaller;
      else {
        const whole = at;
        at = withPart(
          whole,
          key,
          shrinkAt(partOf(whole, key), (inner) => placed(withPart(whole, key, inner))),
        );
      }
    }
    return at;
  };
  return shrinkAt(value, (smaller) => smaller);
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
