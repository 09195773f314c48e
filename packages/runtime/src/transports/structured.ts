import type { Message } from '../transport.ts';

/** What arrived is no message of any mode of the binding. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
  readonly code = 'malformed-message';
}

/** Content types of structured content mode, in every binding. */
export const structuredType = /^\s*application\/cloudevents/i;

export type Content = Pick<Message, 'attributes' | 'data'>;

/** Reads a JSON object. Throws {@link MalformedMessage}. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, together with what is JSON and no object.
  }
  throw new MalformedMessage('not a JSON object');
}

export const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

/** CloudEvents JSON event format, section 3: what structured content mode carries. Throws {@link MalformedMessage}. */
export function readStructured(bytes: Uint8Array): Content {
  const { data, data_base64: base64, ...rest } = parseObject(textOf(bytes));
  if (typeof rest['specversion'] !== 'string') throw new MalformedMessage('a structured event without specversion');
  const attributes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  if (typeof base64 === 'string') return { attributes, data: bytesOfBase64(base64) };
  const type = attributes['datacontenttype'];
  // 3.1.1: with a JSON media type, or none, `data` is the JSON value itself; else a string is the text.
  const isText = typeof data === 'string' && typeof type === 'string' && !/[/+]json\s*(;|$)/i.test(type);
  const text = data === undefined ? '' : isText ? data : JSON.stringify(data);
  return { attributes, data: new TextEncoder().encode(text) as Uint8Array<ArrayBuffer> };
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw new MalformedMessage('data_base64 is not Base64');
  }
}
