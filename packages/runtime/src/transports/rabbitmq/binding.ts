import type { Message } from '../../transport.ts';
import { type Content, MalformedMessage, parseObject, readStructured, structuredType } from '../structured.ts';
import type { RabbitmqProperties } from './rabbitmq-driver.ts';

/** What headers of the binding do not carry: a JSON object. */
const restHeader = 'millwright-attributes';
const keyHeader = 'millwright-partition-key';
const priorityHeader = 'millwright-priority';
/** CloudEvents AMQP binding 3.1.3.1; drafts of it, and SDKs, also have an underscore. */
const eventHeader = /^cloudEvents[:_](.+)$/;
/** Headers that the server writes, routes by, or that are this transport's. */
const reservedHeader =
  /^(cloudEvents[:_].*|millwright-.*|x-death|x-(first|last)-death-.*|x-delivery-count|x-acquired-count|x-opt-.*|x-stream-.*|x-received-from|B?CC)$/;
/** A header's name is a short string of AMQP. */
const nameBytesMax = 255;

/** Priority is a header of ours, not AMQP's property: by that one a queue of RabbitMQ 4 lets messages of one key overtake. */
export interface WrittenProperties {
  readonly contentType?: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const isCanonical = (value: unknown): boolean =>
  (typeof value === 'string' && value.isWellFormed()) || typeof value === 'boolean' || Number.isSafeInteger(value);

/** Binding 3.1.3.2: an integer is a long, also a small one. */
const nativeOf = (value: unknown): unknown => (typeof value === 'number' ? { '!': 'long', value } : value);

const isPlainHeader = (name: string): boolean =>
  name !== '' && !reservedHeader.test(name) && name.isWellFormed() && Buffer.byteLength(name) <= nameBytesMax;

/** Writes a message's attributes, key and priority: binary content mode. Attributes of undefined are left out. */
export function writeProperties({ attributes, partitionKey, priority }: Message): WrittenProperties {
  const isEvent = typeof attributes['specversion'] === 'string';
  const headers: Record<string, unknown> = {};
  const rest: [string, unknown][] = [];
  let contentType: string | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (isEvent && name === 'datacontenttype' && typeof value === 'string' && !structuredType.test(value))
      contentType = value;
    else if (isEvent && name !== 'datacontenttype' && /^[a-z0-9]{1,200}$/.test(name) && isCanonical(value))
      headers[`cloudEvents:${name}`] = nativeOf(value);
    else if (!isEvent && isPlainHeader(name) && isCanonical(value)) headers[name] = nativeOf(value);
    else rest.push([name, value]);
  }
  if (rest.length > 0) headers[restHeader] = wellFormed(JSON.stringify(Object.fromEntries(rest)));
  if (partitionKey !== undefined) headers[keyHeader] = wellFormed(partitionKey);
  if (priority !== undefined) headers[priorityHeader] = nativeOf(priority);
  return contentType === undefined ? { headers } : { contentType: wellFormed(contentType), headers };
}

/** Half a surrogate pair has no UTF-8, so it would arrive as something else. */
function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('half a surrogate pair cannot be written as UTF-8');
  return text;
}

/** Reads a message of either content mode. Throws {@link MalformedMessage}. */
export function readMessage(data: Uint8Array, { headers = {}, contentType }: RabbitmqProperties): Message {
  const content = readContent(data, headers, contentType);
  const rest = headers[restHeader];
  const attributes = typeof rest === 'string' ? { ...content.attributes, ...parseObject(rest) } : content.attributes;
  const key = headers[keyHeader] ?? attributes['partitionkey'];
  const priority = headers[priorityHeader];
  return {
    attributes,
    data: content.data,
    ...(typeof key === 'string' ? { partitionKey: key } : {}),
    ...(typeof priority === 'number' ? { priority } : {}),
  };
}

function readContent(
  data: Uint8Array,
  headers: Readonly<Record<string, unknown>>,
  contentType: RabbitmqProperties['contentType'],
): Content {
  if (typeof contentType === 'string' && structuredType.test(contentType)) return readStructured(data);
  const bytes = new Uint8Array(data);
  const event = Object.entries(headers).flatMap(([header, value]) => {
    const name = eventHeader.exec(header)?.[1];
    return name === undefined ? [] : [[name, canonicalOf(value)] as const];
  });
  if (event.some(([name]) => name === 'specversion')) {
    const type = typeof contentType === 'string' ? { datacontenttype: contentType } : {};
    return { attributes: { ...Object.fromEntries(event), ...type }, data: bytes };
  }
  const own = Object.entries(headers).filter(([name]) => !reservedHeader.test(name));
  return { attributes: Object.fromEntries(own.map(([name, value]) => [name, canonicalOf(value)])), data: bytes };
}

/** What AMQP has types for and JSON has not: a timestamp, which counts seconds, and bytes. */
function canonicalOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const typed = value as { readonly '!'?: unknown; readonly value?: unknown } | null;
  if (typeof typed !== 'object' || typed === null || typed['!'] !== 'timestamp') return value;
  const time = new Date(Number(typed.value) * 1_000);
  if (Number.isNaN(time.getTime())) throw new MalformedMessage('a header is a time out of range');
  return time.toISOString();
}
