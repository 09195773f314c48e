import { ContractViolation } from '../event-errors.ts';
import type { MessageDescriptor } from './descriptor.ts';
import { JsonFault, parseJson } from './json-text.ts';

const isJson = (contentType: string): boolean => /^[^;]*[/+]json\s*(;|$)/i.test(contentType);

const encoder = new TextEncoder();

export function encode(descriptor: MessageDescriptor, data: unknown): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return data.slice();
  return encoder.encode(
    isJson(descriptor.contentType) || typeof data !== 'string' ? (JSON.stringify(data) ?? '') : data,
  );
}

export function decode(descriptor: MessageDescriptor, data: Uint8Array<ArrayBuffer>): unknown {
  if (!isJson(descriptor.contentType))
    return descriptor.contentType.startsWith('text/') ? new TextDecoder().decode(data) : data;
  if (data.length === 0) return undefined;
  try {
    return parseJson(data);
  } catch (error) {
    const message = error instanceof JsonFault ? error.message : 'is not JSON in UTF-8';
    throw new ContractViolation(descriptor.name, 'payload', [{ pointer: '', keyword: 'format', message }]);
  }
}

/** Throws {@link ContractViolation} for a message that is larger than any may be. */
export function demandSize({ name }: MessageDescriptor, { length }: Uint8Array, bytesMax: number): void {
  if (length <= bytesMax) return;
  const message = `has ${length} bytes, ${bytesMax} are allowed`;
  throw new ContractViolation(name, 'payload', [{ pointer: '', keyword: 'size', message }]);
}

/** Throws {@link ContractViolation} when the envelope names another media type than the contract: the bytes are something else. */
export function demandContentType({ name, contentType, type }: MessageDescriptor, given: unknown): void {
  if (type === undefined || typeof given !== 'string' || essenceOf(given) === essenceOf(contentType)) return;
  const message = `must be ${contentType}, is ${JSON.stringify(given.slice(0, 200))}`;
  throw new ContractViolation(name, 'headers', [{ pointer: '/datacontenttype', keyword: 'const', message }]);
}

const essenceOf = (contentType: string): string => (contentType.split(';')[0] as string).trim().toLowerCase();
