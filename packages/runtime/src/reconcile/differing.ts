import { pointerOf } from '../validation/frame.ts';
import { isObject, own } from '../validation/values.ts';
import type { Comparison } from './comparison.ts';
import { decimalText, instantText } from './exact.ts';

/** A member in which two objects differ; a side that does not have it is absent. */
export interface MemberDifference {
  readonly pointer: string;
  readonly record?: unknown;
  readonly copy?: unknown;
}

/** A value that is nested deeper than anybody means it. */
export class NestedTooDeeply extends Error {
  override readonly name = 'NestedTooDeeply';
}

const depthMax = 200;
/** Members of one object that are told; an object that differs in more is another object. */
const membersMax = 100;

/** One text per value: values that count as equal, and only they, have the same. */
export function exactText(value: unknown, comparison: Comparison, depth = 0): string {
  if (depth > depthMax) throw new NestedTooDeeply(`more than ${depthMax} levels`);
  if (typeof value === 'string') return textOfString(value, comparison);
  if (Array.isArray(value)) {
    const item = comparison.item();
    if (item === 'ignored') return '[]';
    const items = value.map((one) => exactText(one, item, depth + 1));
    return `[${(comparison.kind === 'set' ? items.sort() : items).join()}]`;
  }
  if (!isObject(value)) return textOfScalar(value);
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = comparison.member(name);
    if (member === 'ignored' || value[name] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${exactText(value[name], member, depth + 1)}`;
  }
  return `{${text}}`;
}

function textOfString(value: string, { kind }: Comparison): string {
  const exact = kind === 'decimal' ? decimalText(value) : kind === 'instant' ? instantText(value) : undefined;
  // No text of JSON begins so, and a text that is none of its kind stays what it is.
  return exact === undefined ? JSON.stringify(value) : `=${exact}`;
}

function textOfScalar(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value === 0 ? 0 : value) ?? 'null';
}

/** The innermost members in which two values differ, at most 100. */
export function differingMembers(record: unknown, copy: unknown, comparison: Comparison): readonly MemberDifference[] {
  const found: MemberDifference[] = [];
  collect({ record, copy, comparison }, [], found);
  return found;
}

interface Pair {
  readonly record: unknown;
  readonly copy: unknown;
  readonly comparison: Comparison | 'ignored';
}

function collect(
  { record, copy, comparison }: Pair,
  path: readonly (string | number)[],
  found: MemberDifference[],
): void {
  if (comparison === 'ignored' || found.length >= membersMax) return;
  if (record === undefined || copy === undefined) {
    if (record !== copy) found.push(differenceAt(path, record, copy));
    return;
  }
  if (exactText(record, comparison) === exactText(copy, comparison)) return;
  if (isObject(record) && isObject(copy)) {
    for (const name of new Set([...Object.keys(record), ...Object.keys(copy)]))
      collect(
        { record: own(record, name), copy: own(copy, name), comparison: comparison.member(name) },
        [...path, name],
        found,
      );
    return;
  }
  if (Array.isArray(record) && Array.isArray(copy)) {
    collectItems(record, copy, comparison, path, found);
    return;
  }
  found.push(differenceAt(path, record, copy));
}

/** Items of a set differ where one side has them and the other has not; others place by place. */
function collectItems(
  record: readonly unknown[],
  copy: readonly unknown[],
  comparison: Comparison,
  path: readonly (string | number)[],
  found: MemberDifference[],
): void {
  const item = comparison.item();
  if (item === 'ignored') return;
  if (comparison.kind !== 'set') {
    for (let index = 0; index < Math.max(record.length, copy.length); index += 1)
      collect({ record: record[index], copy: copy[index], comparison: item }, [...path, index], found);
    return;
  }
  const [ours, theirs] = [record, copy].map((items) => new Set(items.map((one) => exactText(one, item))));
  const differing = new Set([
    ...record.flatMap((one, index) => (theirs?.has(exactText(one, item)) === true ? [] : [index])),
    ...copy.flatMap((one, index) => (ours?.has(exactText(one, item)) === true ? [] : [index])),
  ]);
  // Equal sets of different sizes: an item is there twice, which the contract forbids.
  if (differing.size === 0) found.push(differenceAt(path, record, copy));
  const isOnlyIn = (others: Set<string> | undefined, one: unknown): boolean =>
    one !== undefined && others?.has(exactText(one, item)) !== true;
  for (const index of [...differing].sort((one, other) => one - other)) {
    if (isOnlyIn(theirs, record[index])) found.push(differenceAt([...path, index], record[index], undefined));
    if (isOnlyIn(ours, copy[index])) found.push(differenceAt([...path, index], undefined, copy[index]));
  }
}

function differenceAt(path: readonly (string | number)[], record: unknown, copy: unknown): MemberDifference {
  return {
    pointer: pointerOf(path),
    ...(record === undefined ? {} : { record }),
    ...(copy === undefined ? {} : { copy }),
  };
}
