import type { Delivery, Message } from '../transport.ts';
import type { MessageDescriptor } from './descriptor.ts';
import type { Cause } from './input.ts';

/** Follows messages on their way, such as `openTelemetry` of `@millwright/runtime/telemetry`. It decides nothing. */
export interface Telemetry {
  /** Around everything that publishing a message does. */
  publish<Result>(publishing: Publishing, work: (publication: Publication) => Promise<Result>): Promise<Result>;
  /** Around everything that is done with a delivery. */
  process(processing: Processing, work: (process: ProcessReport) => Promise<void>): Promise<void>;
}

export interface Publishing {
  readonly descriptor: MessageDescriptor;
  /** Name of the transport. */
  readonly system: string;
  readonly cause?: Cause | undefined;
  /** It is kept first; a relay sends it. */
  readonly isStored?: boolean;
}

/** A message that is being published. */
export interface Publication {
  /** W3C trace context that the message hands on. */
  readonly traceparent: string | undefined;
  /** Told what is sent, before it is. */
  describe(address: string, message: Message, data: unknown): void;
}

export interface Processing {
  readonly descriptor: MessageDescriptor;
  readonly delivery: Delivery;
  readonly system: string;
  readonly group?: string | undefined;
}

/**
 * What became of a delivery. `early`: it waits for one before it in its lane; `held`: its target is away, it comes again; `other`: it
 * was for another handler of the channel; `rejected`: given back to the transport for good.
 */
export type DeliveryOutcome = 'applied' | 'duplicate' | 'early' | 'held' | 'other' | 'retried' | 'buried' | 'rejected';

export interface DeliveryFailure {
  /** `transient`, `permanent`, `poison`, `unauthorised` or `contract`. */
  readonly kind: string;
  readonly error: unknown;
}

/** A delivery that is being processed. */
export interface ProcessReport {
  /** Told the payload once it has been read and checked. */
  received(data: unknown): void;
  report(outcome: DeliveryOutcome, failure?: DeliveryFailure): void;
}
