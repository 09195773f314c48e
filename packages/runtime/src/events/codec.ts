import { ContractViolation } from '../event-errors.ts';
import type { MessageDescriptor } from './descriptor.ts';

const isJson = (contentType: string): boolean => /^[^;]*[/+]json\s*(;|$)/i.test(contentType);

export function encode(descriptor: MessageDescriptor, data: unknown): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return data.slice();
  return new TextEncoder().encode(
    isJson(descriptor.contentType) || typeof data !== 'string' ? (JSON.stringify(data) ?? '') : data,
  );
}

export function decode(descriptor: MessageDescriptor, data: Uint8Array<ArrayBuffer>): unknown {
  if (!isJson(descriptor.contentType))
    return descriptor.contentType.startsWith('text/') ? new TextDecoder().decode(data) : data;
  if (data.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    throw new ContractViolation(descriptor.name, 'payload', [
      { pointer: '', keyword: 'format', message: 'is not JSON in UTF-8' },
    ]);
  }
}
