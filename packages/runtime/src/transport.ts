/** A message on its way: context attributes beside the bytes, which no transport reads or changes. */
export interface Message {
  /**
   * CloudEvents context attributes by their names (`id`, `source`, `type`, `subject`, `time`, ...), or the headers of a
   * contract that does not use CloudEvents. Values are JSON values; a binding writes them as its protocol's headers.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Messages with the same key at the same address are delivered in the order in which they were published. */
  readonly partitionKey?: string;
  /** Lower ones overtake where something waits: 0 for what stops production, 9 for telemetry. */
  readonly priority?: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** One delivery of a message. Exactly one of `ack`, `nack` and `reject` counts: the first. */
export interface Delivery {
  readonly message: Message;
  readonly address: string;
  /** Values of the address pattern's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** 1 for the first delivery. A transport that does not know counts what this process has seen. */
  readonly attempt: number;
  /** Done: it is not delivered to this subscription again. */
  ack(): Promise<void>;
  /**
   * Not done: deliver it again, not before `delayMs`. Later messages of its partition key wait for it, unless `letOthersPass`: then
   * the one that it waits for can come through.
   */
  nack(options?: { readonly delayMs?: number; readonly letOthersPass?: boolean }): Promise<void>;
  /** Never deliver it again, since no attempt can succeed; a transport with dead letters keeps it there with the reason. */
  reject(reason: string): Promise<void>;
}

export interface SubscribeOptions {
  /** Subscriptions of one group share the messages; each group gets all. Default: a group of its own. */
  readonly group?: string | undefined;
}

export interface Subscription {
  /** Stops deliveries; resolves when the running handlers are done. */
  close(): Promise<void>;
}

/** What a transport can do, as data: for tests that ask only what it promises, and for the reference page. */
export interface TransportFeatures {
  readonly name: string;
  /** What a message that was published survives. `broker`: a crash of this process, `disk`: also one of the broker. */
  readonly survives: 'nothing' | 'broker' | 'disk';
  /** A group gets what was published while none of its members was there, once one has been. */
  readonly keepsForAbsent: boolean;
  /** `attempt` counts deliveries of all processes. */
  readonly countsAttempts: boolean;
  /** Order within a key holds also when a process dies between two deliveries; else the inbox has to restore it. */
  readonly ordersAfterCrash: boolean;
  /** Members of one group share the messages. */
  readonly sharesWithinGroup: boolean;
}

/**
 * What carries messages. The guarantees that every implementation gives:
 * - `publish` resolves only when the transport has taken responsibility for the message (the memory transport: while the
 *   process lives), and rejects otherwise. It may deliver twice, never lose.
 * - A delivery that is neither acked nor rejected comes again, also after the handler has thrown.
 * - Order within a partition key and subscription; none between keys.
 * - Addresses are literal at `publish`; at `subscribe` a segment `{name}` matches one segment. There are no other wildcards.
 */
export interface Transport {
  readonly features: TransportFeatures;
  publish(address: string, message: Message): Promise<void>;
  subscribe(
    pattern: string,
    handler: (delivery: Delivery) => Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /** Ends all subscriptions. Nothing can be published afterwards. */
  close(): Promise<void>;
}
