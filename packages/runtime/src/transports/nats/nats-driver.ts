/** Headers of a message, as `headers()` of `@nats-io/transport-node` makes them. */
export interface NatsHeaders extends Iterable<[string, string[]]> {
  append(name: string, value: string): void;
}

/** A message as a consumer gets it. */
export interface NatsMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: NatsHeaders | undefined;
  readonly seq: number;
  readonly info: { readonly deliveryCount: number };
  ack(): void;
  nak(delayMs?: number): void;
  working(): void;
  term(): void;
}

export interface NatsBatch extends AsyncIterable<NatsMessage> {
  close(): Promise<unknown>;
}

export interface NatsConsumer {
  fetch(options: { max_messages: number; expires: number }): Promise<NatsBatch>;
}

export interface NatsConsumerConfig {
  readonly durable_name?: string;
  readonly filter_subject: string;
  readonly ack_policy: 'explicit';
  /** Nanoseconds, as all times of the JetStream API. */
  readonly ack_wait: number;
  readonly max_deliver: number;
  readonly max_ack_pending: number;
  readonly deliver_policy: 'new' | 'by_start_sequence';
  readonly opt_start_seq?: number;
  readonly inactive_threshold?: number;
}

export interface NatsConsumerInfo {
  readonly name: string;
  readonly delivered: { readonly stream_seq: number };
  readonly ack_floor: { readonly stream_seq: number };
  readonly num_ack_pending: number;
  readonly config: { readonly ack_wait?: number | undefined };
}

export interface NatsStreamConfig {
  readonly name: string;
  readonly subjects: string[];
  readonly storage: 'file';
  readonly retention: 'limits';
  readonly discard: 'new';
  readonly max_age: number;
  readonly max_bytes: number;
  readonly num_replicas: number;
  readonly duplicate_window: number;
}

export interface NatsManager {
  readonly streams: {
    info(name: string): Promise<{ readonly config: { readonly subjects: readonly string[] } }>;
    add(config: NatsStreamConfig): Promise<unknown>;
  };
  readonly consumers: {
    info(stream: string, name: string): Promise<NatsConsumerInfo>;
    add(stream: string, config: NatsConsumerConfig): Promise<NatsConsumerInfo>;
    delete(stream: string, name: string): Promise<unknown>;
  };
}

export interface NatsJetStream {
  publish(
    subject: string,
    data: Uint8Array,
    options?: { headers?: NatsHeaders; msgID?: string; timeout?: number },
  ): Promise<unknown>;
  readonly consumers: { get(stream: string, name: string): Promise<NatsConsumer> };
  jetstreamManager(checkAPI: boolean): Promise<NatsManager>;
}

/**
 * The slice of the NATS client that the transport uses, with a connection that belongs to the caller, who closes it after the
 * transport:
 * `{ connection, jetstream: jetstream(connection), headers }` with `headers` of `@nats-io/transport-node` and `jetstream` of
 * `@nats-io/jetstream`.
 */
export interface NatsDriver {
  readonly connection: { isClosed(): boolean };
  readonly jetstream: NatsJetStream;
  readonly headers: () => NatsHeaders;
}
