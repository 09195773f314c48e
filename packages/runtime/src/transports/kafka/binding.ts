import type { Message } from '../../transport.ts';
import { type Content, MalformedMessage, parseObject, readStructured, structuredType, textOf } from '../structured.ts';
import type { KafkaRecord } from './kafka-driver.ts';

/** What `ce_` headers do not carry, or not with its type: a JSON object. */
const restHeader = 'millwright-attributes';
const addressHeader = 'millwright-address';
const priorityHeader = 'millwright-priority';
const typeHeader = 'content-type';
const reservedHeader = /^(ce_|millwright-)/;

/** A message as it is written, apart from its topic. */
export interface WrittenRecord {
  readonly key?: Buffer;
  readonly value: Buffer;
  readonly headers: Map<Buffer, Buffer>;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed();

const isCanonical = (value: unknown): boolean =>
  isText(value) || typeof value === 'boolean' || Number.isSafeInteger(value);

/** A header of a contract without CloudEvents stands under its own name where it does not say anything else there. */
function isPlainHeader(name: string, value: unknown): value is string {
  if (!isText(value) || !isText(name) || name === '' || reservedHeader.test(name)) return false;
  return name !== typeHeader || !structuredType.test(value);
}

/** Attributes as headers, and what is left of them. */
function sortAttributes(attributes: Message['attributes']): [[string, string][], [string, unknown][]] {
  const isEvent = typeof attributes['specversion'] === 'string';
  const headers: [string, string][] = [];
  const rest: [string, unknown][] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const isType = isEvent && name === 'datacontenttype';
    const isAttribute = isEvent && !isType && /^[a-z0-9]+$/.test(name) && isCanonical(value);
    if (isAttribute) headers.push([`ce_${name}`, String(value)]);
    else if (isType && isText(value) && !structuredType.test(value)) headers.push([typeHeader, value]);
    else if (!isEvent && isPlainHeader(name, value)) headers.push([name, value]);
    else rest.push([name, value]);
    if (isAttribute && typeof value !== 'string') rest.push([name, value]);
  }
  return [headers, rest];
}

/**
 * CloudEvents Kafka binding 3.2, binary content mode: `datacontenttype` is the header `content-type`, every other attribute the
 * header `ce_` with its name, all in UTF-8; the key is the partition key (3.1). Attributes of undefined are left out.
 */
export function writeRecord(address: string, { attributes, data, partitionKey, priority }: Message): WrittenRecord {
  if (!address.isWellFormed() || partitionKey?.isWellFormed() === false)
    throw new TypeError('half a surrogate pair cannot be written as UTF-8');
  const [headers, rest] = sortAttributes(attributes);
  headers.push([addressHeader, address]);
  if (rest.length > 0) headers.push([restHeader, JSON.stringify(Object.fromEntries(rest))]);
  if (priority !== undefined) headers.push([priorityHeader, String(priority)]);
  return {
    ...(partitionKey === undefined ? {} : { key: Buffer.from(partitionKey) }),
    value: bufferOf(data),
    headers: new Map(headers.map(([name, value]) => [Buffer.from(name), Buffer.from(value)])),
  };
}

/** A rejected record with the reason, and where it was. */
export function writeLetter(record: KafkaRecord, notes: Readonly<Record<string, string>>): WrittenRecord {
  const added = Object.entries(notes).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  const kept = record.headers.map(([name, value]) => [bufferOf(name ?? empty), bufferOf(value ?? empty)] as const);
  return {
    ...(record.key === null ? {} : { key: bufferOf(record.key) }),
    value: bufferOf(record.value ?? empty),
    headers: new Map([...kept, ...added]),
  };
}

const empty = new Uint8Array();

const headerOf = ({ headers }: KafkaRecord, wanted: string): string | undefined => {
  const found = headers.find(([name]) => name !== null && textOf(name) === wanted);
  return found === undefined ? undefined : utf8(found[1] ?? empty);
};

/** Throws {@link MalformedMessage}. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedMessage('a header is not UTF-8');
  }
}

/** Where a message was published, when its producer has said so. */
export const addressIn = (record: KafkaRecord): string | undefined => headerOf(record, addressHeader);

/** Reads a message of either content mode. Throws {@link MalformedMessage}. */
export function readMessage(record: KafkaRecord): Message {
  const content = readContent(record);
  const rest = headerOf(record, restHeader);
  const attributes = rest === undefined ? content.attributes : { ...content.attributes, ...parseObject(rest) };
  const key = record.key === null ? attributes['partitionkey'] : textOrBase64(record.key);
  const priority = Number(headerOf(record, priorityHeader) ?? Number.NaN);
  return {
    attributes,
    data: content.data,
    ...(typeof key === 'string' ? { partitionKey: key } : {}),
    ...(Number.isNaN(priority) ? {} : { priority }),
  };
}

/** Keys and headers of other producers may be any bytes. */
function textOrBase64(bytes: Uint8Array): string {
  try {
    return utf8(bytes);
  } catch {
    return bufferOf(bytes).toString('base64');
  }
}

function readContent(record: KafkaRecord): Content {
  const data = new Uint8Array(record.value ?? empty);
  const type = headerOf(record, typeHeader);
  if (type !== undefined && structuredType.test(type)) return readStructured(data);
  const headers = record.headers.map(([name, value]) => [textOrBase64(name ?? empty), value ?? empty] as const);
  const event = headers.filter(([name]) => name.startsWith('ce_')).map(([name, value]) => [name.slice(3), utf8(value)]);
  if (event.some(([name]) => name === 'specversion')) {
    const attributes = Object.fromEntries(event) as Readonly<Record<string, string>>;
    return { attributes: type === undefined ? attributes : { ...attributes, datacontenttype: type }, data };
  }
  const own = headers
    .filter(([name]) => !reservedHeader.test(name))
    .map(([name, value]) => [name, textOrBase64(value)]);
  return { attributes: Object.fromEntries(own), data };
}
