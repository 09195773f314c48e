import type { Message } from '../../transport.ts';
import { type Content, parseObject, readStructured, structuredType } from '../structured.ts';
import type { MqttPacket, MqttProperties } from './mqtt-driver.ts';
import { isText, textBytesMax } from './topics.ts';

/** What user properties do not carry, or not with its type: a JSON object. */
const restProperty = 'millwright-attributes';
const keyProperty = 'millwright-partition-key';
const priorityProperty = 'millwright-priority';
const reservedProperty = /^(millwright-|__proto__$)/i;
const attributeName = /^[a-z0-9]+$/;

/** Text of a value that has a canonical one (CloudEvents, section 3.1), where MQTT carries it. */
function canonicalText(value: unknown): string | undefined {
  const isCanonical = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
  return isCanonical && isText(String(value)) ? String(value) : undefined;
}

/** JSON in which everything that {@link isText} refuses is escaped. */
function textOfRest(rest: readonly [string, unknown][]): string {
  const text = JSON.stringify(Object.fromEntries(rest)).replace(/[\x7f-\x9f\p{Noncharacter_Code_Point}]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
  if (!isText(text)) throw new Error(`attributes are longer than the ${textBytesMax} bytes of a property of MQTT`);
  return text;
}

/**
 * CloudEvents MQTT binding 3.1, binary content mode: `datacontenttype` is the Content Type, every other attribute the user
 * property of its name. Attributes of undefined are left out; headers of a contract without CloudEvents are user properties too.
 */
export function writeProperties({ attributes, partitionKey, priority }: Message): MqttProperties {
  const isEvent = typeof attributes['specversion'] === 'string';
  const properties: [string, string][] = [];
  const rest: [string, unknown][] = [];
  let contentType: string | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const text = canonicalText(value);
    const isPlain = isEvent ? attributeName.test(name) : typeof value === 'string' && name !== '' && isText(name);
    const isContentType = isEvent && name === 'datacontenttype';
    if (text === undefined || !isPlain || reservedProperty.test(name)) rest.push([name, value]);
    else if (!isContentType) properties.push([name, text]);
    // It would say structured content mode.
    else if (structuredType.test(text)) rest.push([name, value]);
    else contentType = text;
    if (isEvent && isPlain && text !== undefined && typeof value !== 'string') rest.push([name, value]);
  }
  if (rest.length > 0) properties.push([restProperty, textOfRest(rest)]);
  if (partitionKey !== undefined && !isText(partitionKey)) throw new Error('MQTT cannot carry the partition key');
  if (partitionKey !== undefined) properties.push([keyProperty, partitionKey]);
  if (priority !== undefined) properties.push([priorityProperty, String(priority)]);
  return { userProperties: Object.fromEntries(properties), ...(contentType === undefined ? {} : { contentType }) };
}

const bytesOf = (payload: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof payload === 'string'
    ? (new TextEncoder().encode(payload) as Uint8Array<ArrayBuffer>)
    : new Uint8Array(payload);

/** Reads a message of either content mode. Throws {@link MalformedMessage}. */
export function readMessage({ payload, properties = {} }: MqttPacket): Message {
  const { contentType = '', userProperties = {} } = properties;
  const all = Object.entries(userProperties).map(
    ([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')] as const,
  );
  const own = new Map(all.filter(([name]) => name.startsWith('millwright-')));
  const others = all.filter(([name]) => !own.has(name));
  const content = readContent(bytesOf(payload), others, contentType, all.length === 0);
  const rest = own.get(restProperty);
  const attributes = rest === undefined ? content.attributes : { ...content.attributes, ...parseObject(rest) };
  const key = own.get(keyProperty) ?? attributes['partitionkey'];
  const priority = Number(own.get(priorityProperty) ?? Number.NaN);
  return {
    attributes,
    data: content.data,
    ...(typeof key === 'string' ? { partitionKey: key } : {}),
    ...(Number.isNaN(priority) ? {} : { priority }),
  };
}

function readContent(
  data: Uint8Array<ArrayBuffer>,
  properties: readonly (readonly [string, string])[],
  contentType: string,
  isBare: boolean,
): Content {
  if (structuredType.test(contentType)) return readStructured(data);
  if (properties.some(([name]) => name === 'specversion')) {
    const attributes = properties.filter(([name]) => attributeName.test(name));
    const media = contentType === '' ? [] : [['datacontenttype', contentType] as const];
    return { attributes: Object.fromEntries([...attributes, ...media]), data };
  }
  if (isBare && contentType === '') {
    try {
      // MQTT 3.1.1 has no properties, so all its events are structured.
      return readStructured(data);
    } catch {
      // Bytes that are no event.
    }
  }
  return { attributes: Object.fromEntries(properties), data };
}
