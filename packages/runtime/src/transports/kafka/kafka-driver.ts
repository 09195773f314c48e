/** A record as it is stored. */
export interface KafkaRecord {
  readonly offsetDelta: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
}

export interface KafkaRecordBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  /** Bit 5 says that it holds marks of transactions, and no messages. */
  readonly attributes: number;
  readonly records: readonly KafkaRecord[];
}

export interface KafkaFetched {
  readonly responses: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: number;
      readonly records?: readonly KafkaRecordBatch[] | null;
    }[];
  }[];
}

export interface KafkaFetch {
  node: number;
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  topics: {
    topicId: string;
    partitions: {
      partition: number;
      currentLeaderEpoch: number;
      fetchOffset: bigint;
      lastFetchedEpoch: number;
      partitionMaxBytes: number;
    }[];
  }[];
}

export interface KafkaTopic {
  readonly id: string;
  readonly partitionsCount: number;
  readonly partitions: readonly { readonly leader: number }[];
}

export interface KafkaMetadata {
  readonly topics: ReadonlyMap<string, KafkaTopic>;
}

interface KafkaClient {
  metadata(options: { topics: string[] }): Promise<KafkaMetadata>;
  close(): Promise<unknown>;
}

/** What every client is made with, beside what the caller knows: the brokers, TLS and credentials. */
export interface KafkaClientSettings {
  readonly retries: number;
  readonly retryDelay: number;
  readonly requestTimeout: number;
}

export interface KafkaProducerSettings extends KafkaClientSettings {
  readonly idempotent: true;
}

export interface KafkaMessage {
  topic: string;
  partition: number;
  key?: Buffer;
  value: Buffer;
  headers: Map<Buffer, Buffer>;
}

export interface KafkaProducer extends KafkaClient {
  send(options: { messages: KafkaMessage[] }): Promise<unknown>;
}

export interface KafkaAssignment {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface KafkaJoin {
  readonly memberId: string;
  readonly generationId?: number;
  readonly assignments?: readonly KafkaAssignment[];
}

export interface KafkaConsumerSettings extends KafkaClientSettings {
  readonly groupId: string;
  readonly autocommit: false;
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
}

export interface KafkaConsumer extends KafkaClient {
  readonly topics: { track(topic: string): unknown };
  on(event: 'consumer:group:join', listener: (join: KafkaJoin) => void): unknown;
  on(event: 'consumer:group:rebalance' | 'consumer:heartbeat:end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  joinGroup(): Promise<unknown>;
  fetch(options: KafkaFetch): Promise<KafkaFetched>;
  commit(options: {
    offsets: { topic: string; partition: number; offset: bigint; leaderEpoch: number }[];
  }): Promise<unknown>;
  listOffsets(options: { topics: string[]; timestamp?: bigint }): Promise<ReadonlyMap<string, readonly bigint[]>>;
  listCommittedOffsets(options: {
    topics: { topic: string; partitions: number[] }[];
  }): Promise<ReadonlyMap<string, readonly bigint[]>>;
}

export interface KafkaAdmin extends KafkaClient {
  listTopics(): Promise<readonly string[]>;
  createTopics(options: {
    topics: string[];
    partitions: number;
    replicas: number;
    configs: { name: string; value: string }[];
  }): Promise<unknown>;
  alterConsumerGroupOffsets(options: {
    groupId: string;
    topics: { name: string; partitionOffsets: { partition: number; offset: bigint }[] }[];
  }): Promise<unknown>;
  deleteGroups(options: { groups: string[] }): Promise<unknown>;
}

/**
 * The slice of `@platformatic/kafka` that the transport uses. With `const own = { clientId, bootstrapBrokers }`, and `tls` and `sasl`
 * where the brokers want them:
 * `{ producer: (settings) => new Producer({ ...settings, ...own }), consumer: (settings) => new Consumer({ ...settings, ...own }),
 * admin: (settings) => new Admin({ ...settings, ...own }) }`. The transport closes what it has made.
 */
export interface KafkaDriver {
  readonly producer: (settings: KafkaProducerSettings) => KafkaProducer;
  readonly consumer: (settings: KafkaConsumerSettings) => KafkaConsumer;
  readonly admin: (settings: KafkaClientSettings) => KafkaAdmin;
}

/** Whether a broker has answered with an error of this name, in whatever the driver has wrapped it. */
export function isAnswered(error: unknown, name: string): boolean {
  const { findBy } = (error ?? {}) as { readonly findBy?: (property: string, value: string) => unknown };
  return typeof findBy === 'function' && findBy.call(error, 'apiId', name) != null;
}
