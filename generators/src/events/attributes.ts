import { isJsonObject, type JsonValue, member, parsePointer, type Schema } from '@millwright/contract';
import { conjuncts, fixedText, propertiesOf } from '../client/shape.ts';
import type { MessageUse } from './naming.ts';

/** Attributes that the contract or the bus fixes: a caller does not give them. */
const fixedAttributes: ReadonlySet<string> = new Set([
  'contractversion',
  'datacontenttype',
  'producer',
  'source',
  'specversion',
  'type',
]);
/** Attributes that the bus fills in when the caller does not. */
const filledAttributes: ReadonlySet<string> = new Set([
  'causationid',
  'correlationid',
  'id',
  'partitionkey',
  'time',
  'traceparent',
]);
/** Members of a message that are no attributes; attributes of these names cannot be set. */
const messageMembers: ReadonlySet<string> = new Set(['address', 'cause', 'data', 'parameters']);

/** How a caller may give an attribute. */
export type AttributeRole = 'fixed' | 'optional' | 'required';

/** Role of a header in a CloudEvents message. */
export function attributeRole(
  name: string,
  required: boolean,
  known: { readonly dataschema: string | undefined },
): AttributeRole {
  if (fixedAttributes.has(name) || messageMembers.has(name)) return 'fixed';
  if (filledAttributes.has(name) || (name === 'dataschema' && known.dataschema !== undefined)) return 'optional';
  return required ? 'required' : 'optional';
}

/** True when the headers are CloudEvents context attributes by their plain names (CloudEvents 1.0, section 3.1). */
export function isCloudEvent({ message }: MessageUse): boolean {
  const properties = propertiesOf(message.headers);
  return ['id', 'source', 'specversion', 'type'].every((name) => properties.has(name));
}

/** Value of `type`: fixed by the headers' schema, else the message's name. */
export function eventType({ message }: MessageUse): string {
  return fixedText(propertiesOf(message.headers).get('type')) ?? message.name;
}

/** URI of the payload's schema: fixed by the headers' schema, else the absolute URI that the schema itself declares. */
export function dataSchemaOf({ message }: MessageUse): string | undefined {
  return (
    fixedText(propertiesOf(message.headers).get('dataschema')) ??
    conjuncts(message.payload)
      .map(declaredUri)
      .find((uri) => uri !== undefined)
  );
}

function declaredUri(schema: Schema): string | undefined {
  const { resource } = schema;
  return resource.root === schema && /^(https?|urn):/.test(resource.uri) ? resource.uri : undefined;
}

/** Expression of the partition key: `x-partition-key` of the message, the operation or the channel. */
export function partitionKeyOf({ message, operation, channel }: MessageUse): string | undefined {
  const values = [message, operation, channel].map((node) => node?.extensions.get('x-partition-key'));
  const value = values.find((candidate) => typeof candidate === 'string');
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('$message.')) return value;
  return value.startsWith('/') ? `$message.payload#${value}` : `$message.header#/${value}`;
}

/** `location` of an address parameter, which the model does not hold: where a message has the value (AsyncAPI 3.0). */
export function locationOf(parameter: {
  readonly document: { readonly value: JsonValue };
  readonly pointer: string;
}): string | undefined {
  let value: JsonValue | undefined = parameter.document.value;
  for (const token of parsePointer(parameter.pointer) ?? []) {
    if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(token)];
    else value = isJsonObject(value) ? member(value, token) : undefined;
  }
  const location = isJsonObject(value) ? member(value, 'location') : undefined;
  return typeof location === 'string' && /^\$message\.(header|payload)#\//.test(location) ? location : undefined;
}
