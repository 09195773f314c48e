import type { Message } from '../../transport.ts';
import { numbered } from '../numbered.ts';
import type { Row } from './driver.ts';

const mark = '\u0001';

/**
 * Text for a column. PostgreSQL has no NUL and no half of a surrogate pair, and what others send can have both: such a text is
 * kept as JSON behind a mark, so that no message is one that cannot be kept.
 */
export function textColumn(text: string): string {
  const isPlain = text.isWellFormed() && !text.includes('\0') && !text.startsWith(mark);
  return isPlain ? text : `${mark}${JSON.stringify(text)}`;
}

/** A text as it was given to {@link textColumn}. */
export function textOf(column: string | null | undefined): string {
  if (typeof column !== 'string') throw new TypeError('a text is absent');
  return column.startsWith(mark) ? (JSON.parse(column.slice(1)) as string) : column;
}

export function numberOf(column: string | null | undefined): number {
  if (typeof column !== 'string') throw new TypeError('a number is absent');
  return Number(column);
}

export function jsonOf(column: string | null | undefined): unknown {
  return JSON.parse(column ?? 'null');
}

/** What a row is found by, of any length: statements hash it. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Attributes that a business transaction is asked for by, in the order of their columns. */
export const traceAttributes = ['ordernumber', 'lotnumber', 'correlationid'] as const;

/** Of a long text the beginning is enough to find it, and an index has room for no more. */
export function traceColumn(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd') : null;
}

export function traceColumns(attributes: Readonly<Record<string, unknown>>): readonly (string | null)[] {
  return traceAttributes.map((name) => traceColumn(attributes[name]));
}

/** Columns of a message: partition key, its own priority, attributes, data. */
export function messageColumns(message: Message): readonly unknown[] {
  const { attributes, data, partitionKey, priority } = message;
  const key = partitionKey === undefined ? null : textColumn(partitionKey);
  return [key, priority ?? null, JSON.stringify(attributes), data];
}

/** Reads `partitionkey`, `messagepriority`, `attributes`, `payload` and, where it has one, `sequence`. */
export function messageOf(row: Row): Message {
  const { partitionkey, messagepriority, sequence, payload } = row;
  const message: Message = {
    attributes: jsonOf(row['attributes']) as Message['attributes'],
    data: new Uint8Array(Buffer.from((payload ?? '').slice(2), 'hex')),
    ...(typeof partitionkey === 'string' ? { partitionKey: textOf(partitionkey) } : {}),
    ...(typeof messagepriority === 'string' ? { priority: Number(messagepriority) } : {}),
  };
  return typeof sequence === 'string' ? numbered(message, Number(sequence)) : message;
}
