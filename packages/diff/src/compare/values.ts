import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  parsePointer,
  type Sourced,
} from '@millwright/contract';
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

/** Words of a description in parts; extensions mean what their authors say, and are compared where that is known. */
const isWord = (name: string): boolean =>
  words.has(name) || name === 'example' || name === 'externalDocs' || name.startsWith('x-');
/** Members whose keys are names, so that none of them is a word. */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'headers',
  'links',
  'messages',
  'parameters',
  'variables',
]);

/** True for parts of a description that differ in words only. Without recursion, because parts can be nested deeper than the stack. */
export function isAlike(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  const waiting: (readonly [JsonValue | undefined, JsonValue | undefined, isMap: boolean])[] = [[left, right, false]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [before, after, isMap] = pair;
    if (before === after) continue;
    if (Array.isArray(before) && Array.isArray(after)) {
      if (before.length !== after.length) return false;
      for (const [index, item] of before.entries()) waiting.push([item, after[index], false]);
    } else if (isJsonObject(before) && isJsonObject(after)) {
      for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
        if (isMap || !isWord(name)) waiting.push([member(before, name), member(after, name), !isMap && maps.has(name)]);
    } else return false;
  }
  return true;
}
