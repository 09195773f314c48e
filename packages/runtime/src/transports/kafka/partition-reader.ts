import { systemClock } from '../../messaging/clock.ts';
import { beginningOf } from './group-offsets.ts';
import type { KafkaConsumer, KafkaFetch, KafkaFetched, KafkaMetadata, KafkaRecordBatch } from './kafka-driver.ts';
import type { Partition } from './partition.ts';

export interface PartitionReaderOptions {
  /** Belongs to the group by its name only, and fetches. */
  readonly consumer: KafkaConsumer;
  readonly topics: readonly string[];
  /** Those that are read from at this moment. */
  readonly partitions: () => readonly Partition[];
  readonly heldMax: number;
  readonly onRead: (partition: Partition) => void;
  /** A topic has more partitions than in the beginning. */
  readonly onGrown: () => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** A fetch waits for messages so long; one that leaves partitions out is short, so that they are not left out for long. */
export const fetchWaitMs = 500;
const shortWaitMs = 50;
/** Of one partition in one fetch; a larger message comes all the same, alone. */
const partitionBytesMax = 1_048_576;
const fetchBytesMax = 16 * partitionBytesMax;
/** Pause after trouble with the brokers. */
const troubleMs = 250;
/** The topics are looked at that often at least. */
const lookMs = 5_000;
const controlBit = 0x20;
const offsetOutOfRange = 1;

/** Fetches from every broker that leads partitions with room for more, one fetch each at a time. */
export class PartitionReader {
  readonly consumer: KafkaConsumer;
  readonly #options: PartitionReaderOptions;
  /** Brokers, by their ids, that a fetch waits for. */
  readonly #fetching = new Set<number>();
  readonly #counts = new Map<string, number>();
  #isAwake = false;
  #wake: () => void = () => {};

  constructor(options: PartitionReaderOptions) {
    this.#options = options;
    this.consumer = options.consumer;
  }

  start(): void {
    void this.#run();
  }

  /** Something has room again. */
  wake(): void {
    this.#isAwake = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { topics, signal, onError } = this.#options;
    while (!signal.aborted) {
      try {
        const metadata = await this.consumer.metadata({ topics: [...topics] });
        if (signal.aborted) return;
        if (this.#hasGrown(metadata)) return this.#options.onGrown();
        this.#fetchFrom(metadata);
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await systemClock.sleep(troubleMs, signal);
        continue;
      }
      await this.#woken();
    }
  }

  #hasGrown({ topics }: KafkaMetadata): boolean {
    return [...topics].some(([name, topic]) => {
      const count = this.#counts.get(name) ?? topic?.partitionsCount;
      this.#counts.set(name, count);
      return topic.partitionsCount > count;
    });
  }

  #fetchFrom(metadata: KafkaMetadata): void {
    const { partitions, heldMax } = this.#options;
    const all = partitions();
    const wanted = all.filter((each) => each.fetched.length === 0 && each.hasRoom(heldMax));
    const maxWaitTime = wanted.length < all.length ? shortWaitMs : fetchWaitMs;
    const leaderOf = ({ topic, index }: Partition) => metadata.topics.get(topic)?.partitions[index]?.leader ?? -1;
    for (const [node, own] of Map.groupBy(wanted, leaderOf)) {
      if (node < 0 || this.#fetching.has(node)) continue;
      const asked = own.map((partition) => {
        const topicId = metadata.topics.get(partition.topic)?.id ?? '';
        return { partition, topicId, position: partition.position };
      });
      void this.#fetch(requestOf(node, maxWaitTime, asked), asked);
    }
  }

  async #fetch(request: KafkaFetch, asked: readonly Asked[]): Promise<void> {
    const { onError, signal } = this.#options;
    const { node } = request;
    this.#fetching.add(node);
    try {
      const answer = await this.consumer.fetch(request).catch(answerOf);
      await this.#read(answer, new Map(asked.map((each) => [`${each.topicId}:${each.partition.index}`, each])));
    } catch (error) {
      if (!signal.aborted) onError(error);
      await systemClock.sleep(troubleMs, signal);
    }
    this.#fetching.delete(node);
    this.wake();
  }

  async #read({ responses }: KafkaFetched, asked: ReadonlyMap<string, Asked>): Promise<void> {
    let refused: unknown;
    for (const { topicId, partitions } of responses)
      for (const { partitionIndex, errorCode, records } of partitions) {
        const { partition, position } = asked.get(`${topicId}:${partitionIndex}`) ?? {};
        // The answer may hold what an earlier fetch has asked for.
        if (partition === undefined || partition.revoked.aborted || partition.position !== position) continue;
        if (errorCode === offsetOutOfRange) await this.#beginAnew(partition);
        else if (errorCode !== 0) refused = new Error(`${partition.topic}: the broker answers with error ${errorCode}`);
        else if (append(partition, records ?? [])) this.#options.onRead(partition);
      }
    if (refused !== undefined) throw refused;
  }

  /** The log does not hold what comes next any more. */
  async #beginAnew(partition: Partition): Promise<void> {
    const { topic, index, position } = partition;
    const beginning = await beginningOf(this.consumer, topic, index);
    if (partition.revoked.aborted) return;
    partition.position = beginning;
    // A topic that was made anew begins before what was committed of the old one.
    partition.committed = -1n;
    this.#options.onError(new Error(`${topic}:${index} has lost what was from ${position} to ${beginning}`));
  }

  async #woken(): Promise<void> {
    if (!this.#isAwake) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await systemClock.sleep(lookMs, AbortSignal.any([woken.signal, this.#options.signal]));
    }
    this.#isAwake = false;
  }
}

interface Asked {
  readonly partition: Partition;
  readonly topicId: string;
  readonly position: bigint;
}

function requestOf(node: number, maxWaitTime: number, asked: readonly Asked[]): KafkaFetch {
  const topics = [...Map.groupBy(asked, ({ topicId }) => topicId)].map(([topicId, own]) => ({
    topicId,
    partitions: own.map(({ partition, position }) => ({
      ...{ partition: partition.index, fetchOffset: position, partitionMaxBytes: partitionBytesMax },
      ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
    })),
  }));
  return { node, maxWaitTime, minBytes: 1, maxBytes: fetchBytesMax, topics };
}

/** The driver rejects when one partition of many is refused; the others are answered. */
function answerOf(error: unknown): KafkaFetched {
  const { response } = (error ?? {}) as { readonly response?: Partial<KafkaFetched> };
  if (response?.responses === undefined || response.responses.length === 0) throw error;
  return { responses: response.responses };
}

/** Appends what was fetched, and says whether the position has moved. A batch comes whole, also what was fetched before. */
function append(partition: Partition, batches: readonly KafkaRecordBatch[]): boolean {
  const before = partition.position;
  for (const { firstOffset, lastOffsetDelta, attributes, records } of batches) {
    const isControl = (attributes & controlBit) !== 0;
    for (const record of isControl ? [] : records) {
      const offset = firstOffset + BigInt(record.offsetDelta);
      if (offset >= partition.position) partition.fetched.push({ offset, record });
    }
    const end = firstOffset + BigInt(lastOffsetDelta) + 1n;
    if (end > partition.position) partition.position = end;
  }
  return partition.position > before;
}
