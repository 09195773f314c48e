import type { Message } from '../../transport.ts';

/** A message as columns. */
export interface MessageRow {
  readonly attributes: string;
  readonly partition_key: string | null;
  readonly message_priority: number | null;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export function messageOf({ attributes, partition_key, message_priority, payload }: MessageRow): Message {
  return {
    attributes: JSON.parse(attributes) as Readonly<Record<string, unknown>>,
    data: payload,
    ...(partition_key === null ? {} : { partitionKey: partition_key }),
    ...(message_priority === null ? {} : { priority: message_priority }),
  };
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
