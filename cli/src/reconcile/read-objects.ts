import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Side } from '@millwright/runtime/reconcile';
import { UsageFailure } from '../failure.ts';

/** A .json file is held as a whole. */
const jsonBytesMax = 2 ** 28;

/** What a system has exported: `role=file`, or a file whose path is then the name. */
export function sideOf(argument: string): Side {
  const [, role, path = argument] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(argument) ?? [];
  const name = role ?? argument;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true)
    throw new UsageFailure(`There is no file ${path}`, 'Name two files, such as erp=erp.ndjson mes=mes.ndjson.');
  if (/\.(ndjson|jsonl)$/i.test(path)) return { name, read: () => readLines(path) };
  if (!/\.json$/i.test(path))
    throw new UsageFailure(`${path} is neither NDJSON nor JSON`, 'Export the objects as .ndjson, .jsonl or .json.');
  if (stats.size > jsonBytesMax)
    throw new UsageFailure(
      `${path} has more than ${jsonBytesMax} bytes`,
      'Write one object a line into an .ndjson file, which is read line by line.',
    );
  return { name, read: () => readArray(path) };
}

async function* readLines(path: string): AsyncGenerator<unknown> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() !== '') yield parsed(text, `line ${number}`);
  }
}

/** An array, or a page of a list, which holds it as `items`. */
function readArray(path: string): readonly unknown[] {
  const value = parsed(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), path);
  const items = Array.isArray(value) ? value : (value as { readonly items?: unknown } | null)?.items;
  if (Array.isArray(items)) return items;
  throw new UsageFailure(
    value instanceof Error ? value.message : `${path} holds no array, nor an object with an array \`items\``,
    'Write an array of objects, or one object a line into an .ndjson file.',
  );
}

type Revive = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON, with whole numbers that a double cannot hold as what they are; an error where it is none. */
function parsed(text: string, place: string): unknown {
  const parse = JSON.parse as (text: string, revive?: Revive) => unknown;
  try {
    return /\d{16}/.test(text) ? parse(text, exactly) : parse(text);
  } catch (error) {
    return new Error(`${place} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const exactly: Revive = (_name, value, { source = '' }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;
