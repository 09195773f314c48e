import { systemClock } from '../../messaging/clock.ts';
import { within } from '../deadline.ts';
import { provideOffsets, startsOf } from './group-offsets.ts';
import type { KafkaAdmin, KafkaConsumer, KafkaDriver, KafkaJoin } from './kafka-driver.ts';
import { Partition, type PlacedRecord } from './partition.ts';
import { fetchWaitMs, PartitionReader } from './partition-reader.ts';

export interface GroupSessionOptions {
  readonly driver: KafkaDriver;
  readonly admin: KafkaAdmin;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly timeoutMs: number;
  /** Messages of one partition that are at hand at most. */
  readonly heldMax: number;
  /** Takes a record, and says whether it has anything to do with it. */
  readonly take: (placed: PlacedRecord, partition: Partition) => boolean;
  readonly onError: (error: unknown) => void;
  /** The membership has ended by itself. */
  readonly onLost: () => void;
}

/** Signs of life in the time after which a silent member is given up; they also tell of a rebalance. */
const heartbeats = 20;
/** Offsets are committed that often at most: so much more comes again after a crash. */
const commitEveryMs = 100;
/** Pause after trouble with the brokers. */
const troubleMs = 250;

const keyOf = (topic: string, index: number): string => `${topic}:${index}`;

/** One membership of a consumer group: which partitions it has, what of them is done, and what the group is told of it. */
export class GroupSession {
  readonly #options: GroupSessionOptions;
  readonly #member: KafkaConsumer;
  readonly #reader: PartitionReader;
  readonly #partitions = new Map<string, Partition>();
  readonly #end = new AbortController();
  #wasLost = false;
  #last: KafkaJoin | undefined;
  /** There from the news of a rebalance to the next assignment: until then nobody knows whose the partitions are. */
  #rebalance: PromiseWithResolvers<void> | undefined;
  #assigning: Promise<void> = Promise.resolve();
  #committing: Promise<void> = Promise.resolve();
  #commitTimer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GroupSessionOptions) {
    this.#options = options;
    const { topics, onError, onLost } = options;
    this.#member = this.#connect(options.sessionTimeoutMs + options.timeoutMs);
    this.#reader = new PartitionReader({
      // Its fetches wait for messages, and would hold up the heartbeats of a connection.
      consumer: this.#connect(options.timeoutMs + fetchWaitMs),
      topics,
      partitions: () => (this.#rebalance === undefined ? [...this.#partitions.values()] : []),
      heldMax: options.heldMax,
      onRead: (partition) => this.#handOver(partition),
      // Partitions were added: who joins anew gets its share.
      onGrown: () => {
        void this.#commit()
          .catch(onError)
          .then(() => this.#lose());
      },
      onError,
      signal: this.#end.signal,
    });
    this.#member.on('error', (error) => {
      onError(error);
      this.#lose();
    });
    this.#member.on('consumer:heartbeat:end', () => this.#heard());
    this.#member.on('consumer:group:rebalance', () => this.#rebalancing());
    this.#member.on('consumer:group:join', (join) => this.#joined(join));
    this.#end.signal.addEventListener('abort', () => {
      this.#rebalance?.resolve();
      clearTimeout(this.#commitTimer);
      clearTimeout(this.#silence);
      if (this.#wasLost) onLost();
    });
  }

  /** Who hears nothing from the group for longer than it waits for a member is none any more: others have its partitions. */
  #heard(): void {
    const { sessionTimeoutMs, timeoutMs, onError } = this.#options;
    clearTimeout(this.#silence);
    if (this.#end.signal.aborted) return;
    this.#silence = setTimeout(() => {
      onError(
        new Error(`${this.#options.groupId}: the brokers have not been heard for ${sessionTimeoutMs + timeoutMs} ms`),
      );
      this.#lose();
    }, sessionTimeoutMs + timeoutMs);
  }

  /** Resolves when the group has its offsets and this member its partitions. */
  async start(): Promise<void> {
    const { admin, groupId, topics } = this.#options;
    await provideOffsets({ admin, reader: this.#reader.consumer }, groupId, topics);
    await this.#member.joinGroup();
    await this.#assigning;
    this.#end.signal.throwIfAborted();
    this.#reader.start();
  }

  /** Resolves when it is known who has the partitions, or that this session has ended. */
  async settled(): Promise<void> {
    while (this.#rebalance !== undefined && !this.#end.signal.aborted) await this.#rebalance.promise;
  }

  /** A record is done. Of a partition that was taken away nobody is told. */
  done(partition: Partition, offset: bigint): void {
    if (partition.revoked.aborted) return;
    const wasFull = !partition.hasRoom(this.#options.heldMax);
    partition.done(offset);
    this.#commitSoon();
    this.#handOver(partition);
    if (wasFull) this.#reader.wake();
  }

  /** Commits what is done and leaves the group. */
  async close(): Promise<void> {
    const { timeoutMs, onError } = this.#options;
    if (this.#wasLost) return;
    const isMember = this.#rebalance === undefined && !this.#end.signal.aborted;
    this.#end.abort();
    const leave = async (): Promise<void> => {
      await this.#committing;
      if (isMember) await this.#commit();
    };
    await within(timeoutMs, 'commit', leave).catch(onError);
    await this.#disconnect();
    for (const partition of this.#partitions.values()) partition.revoke();
  }

  #connect(requestTimeout: number): KafkaConsumer {
    const { driver, groupId, topics, sessionTimeoutMs } = this.#options;
    const consumer = driver.consumer({
      ...{ groupId, autocommit: false, retries: 3, retryDelay: troubleMs, requestTimeout },
      ...{ sessionTimeout: sessionTimeoutMs, rebalanceTimeout: sessionTimeoutMs },
      heartbeatInterval: Math.ceil(sessionTimeoutMs / heartbeats),
    });
    for (const topic of topics) consumer.topics.track(topic);
    return consumer;
  }

  async #disconnect(): Promise<void> {
    const { timeoutMs, onError } = this.#options;
    const close = (consumer: KafkaConsumer): Promise<void> =>
      within(timeoutMs, 'close', async () => {
        await consumer.close();
      }).catch(onError);
    await Promise.all([close(this.#member), close(this.#reader.consumer)]);
  }

  #lose(): void {
    if (this.#end.signal.aborted) return;
    this.#wasLost = true;
    for (const partition of this.#partitions.values()) partition.revoke();
    this.#end.abort();
    void this.#disconnect();
  }

  #rebalancing(): void {
    if (this.#rebalance !== undefined || this.#end.signal.aborted) return;
    // Sent before the member says that it joins anew; until then the offsets of its generation are taken.
    void this.#commit().catch(this.#options.onError);
    this.#rebalance = Promise.withResolvers();
  }

  #joined(join: KafkaJoin): void {
    if (this.#end.signal.aborted) return;
    const last = this.#last;
    const { memberId, generationId = 0, assignments = [] } = join;
    this.#last = join;
    this.#heard();
    // Who has missed a generation may have missed that somebody else had its partitions.
    const isNext = last?.memberId === memberId && generationId - (last.generationId ?? 0) <= 1;
    const assigned = new Map(
      assignments.flatMap(({ topic, partitions }) =>
        partitions.map((index) => [keyOf(topic, index), { topic, index }] as const),
      ),
    );
    for (const [key, partition] of this.#partitions) {
      if (isNext && assigned.has(key)) continue;
      partition.revoke();
      this.#partitions.delete(key);
    }
    const added = [...assigned].filter(([key]) => !this.#partitions.has(key)).map(([, place]) => place);
    this.#rebalance?.resolve();
    this.#rebalance = undefined;
    this.#assigning = this.#assign(join, added);
    for (const partition of this.#partitions.values()) this.#handOver(partition);
    this.#commitSoon();
  }

  async #assign(join: KafkaJoin, added: readonly { readonly topic: string; readonly index: number }[]): Promise<void> {
    const isOver = (): boolean => this.#last !== join || this.#end.signal.aborted;
    while (added.length > 0 && !isOver()) {
      try {
        const starts = await startsOf(this.#reader.consumer, added);
        if (isOver()) return;
        for (const [at, { topic, index }] of added.entries())
          this.#partitions.set(keyOf(topic, index), new Partition(topic, index, starts[at] as bigint));
        break;
      } catch (error) {
        if (isOver()) return;
        this.#options.onError(error);
        await systemClock.sleep(troubleMs, this.#end.signal);
      }
    }
    this.#reader.wake();
  }

  /** Hands over as many of the fetched records as may be at hand; none while it is open whose they are. */
  #handOver(partition: Partition): void {
    const { take, heldMax } = this.#options;
    const hadFetched = partition.fetched.length > 0;
    while (this.#rebalance === undefined && !partition.revoked.aborted && partition.hasRoom(heldMax)) {
      const placed = partition.fetched.shift();
      if (placed === undefined) break;
      partition.take(placed.offset);
      if (!take(placed, partition)) partition.done(placed.offset);
    }
    if (partition.floor > partition.committed) this.#commitSoon();
    if (hadFetched && partition.fetched.length === 0) this.#reader.wake();
  }

  #commitSoon(): void {
    if (this.#commitTimer !== undefined || this.#end.signal.aborted) return;
    this.#commitTimer = setTimeout(() => {
      this.#commitTimer = undefined;
      this.#committing = this.#committing
        .then(() => (this.#rebalance === undefined ? this.#commit() : undefined))
        .catch((error: unknown) => {
          if (this.#end.signal.aborted) return;
          this.#options.onError(error);
          this.#commitSoon();
        });
    }, commitEveryMs);
  }

  async #commit(): Promise<void> {
    const grown = [...this.#partitions.values()]
      .map((partition) => ({ partition, offset: partition.floor }))
      .filter(({ partition, offset }) => offset > partition.committed);
    if (grown.length === 0) return;
    const offsets = grown.map(({ partition: { topic, index }, offset }) => ({
      ...{ topic, partition: index, offset, leaderEpoch: -1 },
    }));
    await this.#member.commit({ offsets });
    for (const { partition, offset } of grown) if (offset > partition.committed) partition.committed = offset;
  }
}
