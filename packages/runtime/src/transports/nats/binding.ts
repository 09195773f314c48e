import type { Message } from '../../transport.ts';
import { type Content, MalformedMessage, parseObject, readStructured, structuredType, textOf } from '../structured.ts';
import type { NatsHeaders } from './nats-driver.ts';

/** What `ce-` headers do not carry, or not with its type: a JSON object, percent-encoded. */
const restHeader = 'millwright-attributes';
const keyHeader = 'millwright-partition-key';
const priorityHeader = 'millwright-priority';
const reservedHeader = /^(ce|nats|millwright)-/i;

/**
 * CloudEvents NATS binding 3.1.3.2: blank, double quote, percent and everything outside printable ASCII as the bytes of its UTF-8.
 * Throws for half a surrogate pair, which has none.
 */
export function encodeHeaderValue(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
}

/** The way back, with quoted strings of older producers. Bytes that are no UTF-8 are refused, as the binding demands. */
function decodeHeaderValue(value: string): string {
  if (!/[%"]/.test(value)) return value;
  const plain = /^".*"$/s.test(value) && value.length > 1 ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
  try {
    return plain.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeURIComponent);
  } catch {
    throw new MalformedMessage('a header is not UTF-8');
  }
}

const isCanonical = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);

/** A header of a contract without CloudEvents stands under its own name where NATS can carry it as it is. */
function isPlainHeader(name: string, value: unknown): value is string {
  if (typeof value !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || reservedHeader.test(name)) return false;
  if (/^content-type$/i.test(name) && structuredType.test(value)) return false;
  return value === value.trim() && !/\p{Cc}/u.test(value) && value.isWellFormed();
}

/** Writes a message's attributes, key and priority as headers: binary content mode. Attributes of undefined are left out. */
export function writeHeaders({ attributes, partitionKey, priority }: Message, headers: NatsHeaders): NatsHeaders {
  const isEvent = typeof attributes['specversion'] === 'string';
  const rest: [string, unknown][] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const isAttribute = isEvent && /^[a-z0-9]+$/.test(name) && isCanonical(value);
    if (isAttribute) headers.append(`ce-${name}`, encodeHeaderValue(String(value)));
    else if (!isEvent && isPlainHeader(name, value)) headers.append(name, value);
    else rest.push([name, value]);
    if (isAttribute && typeof value !== 'string') rest.push([name, value]);
  }
  if (rest.length > 0) headers.append(restHeader, encodeHeaderValue(JSON.stringify(Object.fromEntries(rest))));
  if (partitionKey !== undefined) headers.append(keyHeader, encodeHeaderValue(partitionKey));
  if (priority !== undefined) headers.append(priorityHeader, String(priority));
  return headers;
}

/** Headers by what they are for. Their names do not depend on case (ADR-4 of NATS). */
interface SortedHeaders {
  /** By the names of their attributes, still encoded. */
  readonly event: readonly (readonly [string, string])[];
  readonly own: ReadonlyMap<string, string>;
  /** Neither of the binding, nor of this transport, nor of the server. */
  readonly others: readonly (readonly [string, string])[];
  readonly contentType: string;
}

function sortHeaders(headers: NatsHeaders | undefined): SortedHeaders {
  const event: [string, string][] = [];
  const own = new Map<string, string>();
  const others: [string, string][] = [];
  let contentType = '';
  for (const [name, values] of headers ?? []) {
    const lower = name.toLowerCase();
    const [first = ''] = values;
    if (lower.startsWith('ce-')) event.push([lower.slice(3), first]);
    else if (lower.startsWith('millwright-')) own.set(lower, first);
    else if (!lower.startsWith('nats-')) others.push([name, values.join(', ')]);
    if (lower === 'content-type') contentType = first;
  }
  return { event, own, others, contentType };
}

/** Reads a message of either content mode. Throws {@link MalformedMessage}. */
export function readMessage(data: Uint8Array, headers: NatsHeaders | undefined): Message {
  const sorted = sortHeaders(headers);
  const content = readContent(data, sorted);
  const rest = sorted.own.get(restHeader);
  const attributes =
    rest === undefined ? content.attributes : { ...content.attributes, ...parseObject(decodeHeaderValue(rest)) };
  const ownKey = sorted.own.get(keyHeader);
  const key = ownKey === undefined ? attributes['partitionkey'] : decodeHeaderValue(ownKey);
  const priority = Number(sorted.own.get(priorityHeader) ?? Number.NaN);
  return {
    attributes,
    data: content.data,
    ...(typeof key === 'string' ? { partitionKey: key } : {}),
    ...(Number.isNaN(priority) ? {} : { priority }),
  };
}

function readContent(data: Uint8Array, { event, own, others, contentType }: SortedHeaders): Content {
  if (structuredType.test(contentType)) return readStructured(data);
  if (event.some(([name]) => name === 'specversion')) {
    const attributes = Object.fromEntries(event.map(([name, value]) => [name, decodeHeaderValue(value)]));
    return { attributes, data: new Uint8Array(data) };
  }
  // Binding 1.0.2 knew no headers, so all its events were structured.
  const isBare = event.length + own.size + others.length === 0;
  if (isBare && looksStructured(data)) return readStructured(data);
  return { attributes: Object.fromEntries(others), data: new Uint8Array(data) };
}

function looksStructured(data: Uint8Array): boolean {
  try {
    return typeof parseObject(textOf(data))['specversion'] === 'string';
  } catch {
    return false;
  }
}
