import type { Message } from '../transport.ts';

/** A CloudEvent with its position in its lane as `sequence`; what is no CloudEvent has no place for it. */
export function numbered(message: Message, sequence: number): Message {
  if (message.attributes['specversion'] === undefined) return message;
  return { ...message, attributes: { ...message.attributes, sequence: String(sequence) } };
}
