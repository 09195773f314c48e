import { isJsonObject, type JsonObject, type JsonValue, parsePointer, type Sourced } from '@millwright/contract';
import { sorted } from '../relate/formula.ts';

/** True for values that differ in nothing but the order of keys. */
export function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || textOf(left) === textOf(right);
}

export function textOf(value: JsonValue): string {
  return JSON.stringify(sorted(value));
}

/** Members that are texts; anything else in the list is no fact about it. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** An object as it is written, for what the model leaves out. */
export function rawOf({ document, pointer }: Sourced): JsonObject {
  return objectOf(valueAt(document.value, pointer));
}

/** What a pointer leads to within a value. */
export function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  return (parsePointer(pointer) ?? []).reduce<JsonValue | undefined>((at, token) => {
    if (Array.isArray(at)) return at[Number(token)];
    return isJsonObject(at) && Object.hasOwn(at, token) ? (at[token] as JsonValue) : undefined;
  }, value);
}

/** What a reference within its file leads to; other files are left alone. */
export function followed(value: JsonValue | undefined, { document }: Sourced): JsonValue | undefined {
  let written = value;
  for (let steps = 0; steps < 100; steps += 1) {
    const reference = objectOf(written)['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#')) break;
    written = valueAt(document.value, reference.slice(1));
  }
  return written;
}

/** Words say nothing about what happens; the version of a binding only says how it is written. */
const words: ReadonlySet<string> = new Set(['description', 'summary', 'title', 'bindingVersion', 'examples']);

/** Every value in an object by its dotted path, words left out. Lists count as one value. */
export function leavesOf(value: JsonValue, path = ''): ReadonlyMap<string, JsonValue> {
  const leaves = new Map<string, JsonValue>();
  const waiting: (readonly [string, JsonValue])[] = [[path, value]];
  for (const [at, found] of waiting) {
    if (!isJsonObject(found)) leaves.set(at, found);
    else
      for (const name of Object.keys(found).sort())
        if (!words.has(name)) waiting.push([at === '' ? name : `${at}.${name}`, found[name] as JsonValue]);
  }
  return leaves;
}

/** An object without its words, for comparing. */
export function withoutWords(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !words.has(name))) as JsonObject;
}
