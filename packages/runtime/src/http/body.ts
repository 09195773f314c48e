import type { BodyDescriptor, OperationDescriptor, OperationInput, PropertyEncoding } from './descriptor.ts';
import { ClientError } from './outcome.ts';
import { expandPairs } from './styles.ts';
import { isAbsent, percentEncode, textOf } from './text.ts';

/** A body of bytes. */
export type BinaryBody = ArrayBuffer | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** What is handed to fetch. */
export interface EncodedBody {
  /** Undefined for multipart: fetch chooses the boundary. */
  readonly contentType: string | undefined;
  readonly body: NonNullable<RequestInit['body']>;
  /** A stream can be sent once, so such a call is never tried again. */
  readonly replayable: boolean;
}

/** True for JSON and types with the suffix `+json` (RFC 6839). */
export function isJsonType(type: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(type);
}

const encodingOf = (descriptor: BodyDescriptor, name: string): PropertyEncoding =>
  descriptor.encoding !== undefined && Object.hasOwn(descriptor.encoding, name)
    ? (descriptor.encoding[name] ?? {})
    : {};

/** `application/x-www-form-urlencoded`: form style unless the Encoding Object says otherwise; JSON where it asks for a JSON content type. */
function encodeForm(descriptor: BodyDescriptor, value: unknown): string {
  if (value instanceof URLSearchParams) return value.toString();
  const pairs = Object.entries(value as object).flatMap(([name, item]) => {
    if (isAbsent(item)) return [];
    const encoding = encodingOf(descriptor, name);
    if (encoding.contentType !== undefined && isJsonType(encoding.contentType))
      return [`${percentEncode(name)}=${percentEncode(JSON.stringify(item))}`];
    const style = encoding.style ?? 'form';
    const encode = (text: string): string => percentEncode(text, encoding.allowReserved);
    return expandPairs(
      { name, style, explode: encoding.explode ?? (style === 'form' || style === 'deepObject'), encode },
      item,
    );
  });
  return pairs.join('&');
}

function partOf(item: unknown, encoding: PropertyEncoding): Blob | string {
  if (item instanceof Blob) return item;
  const type = encoding.contentType?.split(',', 1)[0]?.trim();
  if (item instanceof ArrayBuffer || ArrayBuffer.isView(item)) {
    return new Blob([item as ArrayBuffer | Uint8Array<ArrayBuffer>], { type: type ?? 'application/octet-stream' });
  }
  if (typeof item === 'object' && !(item instanceof Date))
    return new Blob([JSON.stringify(item)], { type: type ?? 'application/json' });
  return type === undefined || type === 'text/plain' ? textOf(item) : new Blob([textOf(item)], { type });
}

/** `multipart/form-data`: an array is one part per item, an object a JSON part (OpenAPI 3.1, section 4.8.14.4). */
function encodeMultipart(descriptor: BodyDescriptor, value: unknown): FormData {
  if (value instanceof FormData) return value;
  const form = new FormData();
  for (const [name, member] of Object.entries(value as object)) {
    for (const item of Array.isArray(member) ? member : [member]) {
      if (!isAbsent(item)) form.append(name, partOf(item, encodingOf(descriptor, name)));
    }
  }
  return form;
}

function chooseType(operation: OperationDescriptor, input: OperationInput): BodyDescriptor {
  const types = operation.body ?? [];
  const chosen = input.contentType === undefined ? types[0] : types.find(({ type }) => type === input.contentType);
  if (chosen !== undefined) return chosen;
  throw new ClientError(
    'input-refused',
    `no request body of type ${JSON.stringify(input.contentType ?? '')} is declared`,
    { operation: operation.id },
  );
}

/** Body of a call by its media type: JSON, URL-encoded form, multipart form, text, or bytes. */
export function encodeBody(operation: OperationDescriptor, input: OperationInput): EncodedBody | undefined {
  if (input.body === undefined) return undefined;
  const descriptor = chooseType(operation, input);
  const type = descriptor.type.toLowerCase();
  const { body: value } = input;
  if (isJsonType(type)) return { contentType: descriptor.type, body: JSON.stringify(value), replayable: true };
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { contentType: descriptor.type, body: encodeForm(descriptor, value), replayable: true };
  if (type.startsWith('multipart/form-data'))
    return { contentType: undefined, body: encodeMultipart(descriptor, value), replayable: true };
  const contentType = type.includes('*')
    ? value instanceof Blob && value.type !== ''
      ? value.type
      : 'application/octet-stream'
    : descriptor.type;
  if (typeof value === 'string') return { contentType, body: value, replayable: true };
  if (value instanceof ReadableStream) return { contentType, body: value, replayable: false };
  if (value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return { contentType, body: value as ArrayBuffer | Blob | Uint8Array<ArrayBuffer>, replayable: true };
  }
  return { contentType, body: JSON.stringify(value), replayable: true };
}
