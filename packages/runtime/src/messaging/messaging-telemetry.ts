import type { Telemetry } from '../events/telemetry.ts';
import type { OutboxFigures } from '../store.ts';
import type { Message } from '../transport.ts';

/** Follows messages also where they wait and are sent. */
export interface MessagingTelemetry extends Telemetry {
  /** Around a relay's try to send a message. */
  send(sending: Sending, work: () => Promise<void>): Promise<void>;
  /** Looks at an outbox when figures are wanted; returns how to end that. */
  observeOutbox(look: () => { readonly figures: OutboxFigures; readonly now: number }): () => void;
}

export interface Sending {
  readonly address: string;
  readonly message: Message;
  /** Name of the transport. */
  readonly system: string;
}

/** The same, for a bus whose messages are kept first and sent later. */
export function storingTelemetry(telemetry: MessagingTelemetry): Telemetry {
  return {
    publish: (publishing, work) => telemetry.publish({ ...publishing, isStored: true }, work),
    process: (processing, work) => telemetry.process(processing, work),
  };
}
