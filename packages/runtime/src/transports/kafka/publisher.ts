import { within } from '../deadline.ts';
import type { WrittenRecord } from './binding.ts';
import type { KafkaMessage, KafkaMetadata, KafkaProducer } from './kafka-driver.ts';
import { partitionOf } from './partitioner.ts';

/** A message is larger than the brokers may be asked to take. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
  readonly code = 'message-too-large';
}

/** Lengths and numbers of a record, of each of its headers, and of its batch: at most. */
const [recordOverheadBytes, headerOverheadBytes] = [100, 10];

/** Bytes that a record takes at most, when it is the only one of its batch. */
export function sizeOf({ key, value, headers }: WrittenRecord): number {
  let size = recordOverheadBytes + (key?.length ?? 0) + value.length;
  for (const [name, content] of headers) size += headerOverheadBytes + name.length + content.length;
  return size;
}

interface Publication {
  readonly topic: string;
  readonly record: WrittenRecord;
  /** Says where a record without a key goes, so that those of one address keep their order. */
  readonly address: string;
  readonly size: number;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes batch after batch by an idempotent producer: the next is sent when the one before is answered, so nothing overtakes
 * and no retry appends twice. What is published meanwhile makes up the next batch. A batch that is not answered in time is given up
 * with the producer and its connections, so that nothing of it is sent later.
 */
export class KafkaPublisher {
  readonly #connect: () => KafkaProducer;
  readonly #timeoutMs: number;
  readonly #batchBytesMax: number;
  readonly #onError: (error: unknown) => void;
  readonly #waiting: Publication[] = [];
  #producer: KafkaProducer | undefined;
  #draining: Promise<void> | undefined;

  constructor(
    connect: () => KafkaProducer,
    options: {
      readonly timeoutMs: number;
      readonly batchBytesMax: number;
      readonly onError: (error: unknown) => void;
    },
  ) {
    this.#connect = connect;
    this.#timeoutMs = options.timeoutMs;
    this.#batchBytesMax = options.batchBytesMax;
    this.#onError = options.onError;
  }

  /** Resolves when all in-sync replicas have the message. After a rejection by the deadline they may have it too. */
  send(topic: string, address: string, record: WrittenRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + this.#timeoutMs;
      this.#waiting.push({ topic, record, address, size: sizeOf(record), deadline, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when everything is answered or given up. */
  async close(): Promise<void> {
    await this.#draining;
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer !== undefined) await within(this.#timeoutMs, 'close', () => producer.close()).catch(this.#onError);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#settle(this.#nextBatch());
    this.#draining = undefined;
  }

  #nextBatch(): readonly Publication[] {
    let [count, size] = [0, 0];
    for (const publication of this.#waiting) {
      size += publication.size;
      if (count > 0 && size > this.#batchBytesMax) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #settle(batch: readonly Publication[]): Promise<void> {
    // The first was published first, so its deadline is that of the batch.
    const [first] = batch as readonly [Publication];
    try {
      await this.#sendAll(batch, first.deadline - Date.now());
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const isRefused = Date.now() < first.deadline;
      if (isRefused && batch.length > 1) {
        // One of them is, and the others need not be: each is asked for alone, in their order.
        for (const publication of batch) await this.#settle([publication]);
        return;
      }
      if (!isRefused) this.#giveUpProducer();
      for (const { reject } of batch) reject(error);
    }
  }

  async #sendAll(batch: readonly Publication[], limitMs: number): Promise<void> {
    await within(Math.max(0, limitMs), 'publish', async (attempt) => {
      this.#producer ??= this.#connect();
      const producer = this.#producer;
      const metadata = await producer.metadata({ topics: [...new Set(batch.map(({ topic }) => topic))] });
      if (attempt.isOver) return;
      await producer.send({ messages: batch.map((publication) => messageOf(publication, metadata)) });
    });
  }

  #giveUpProducer(): void {
    const producer = this.#producer;
    this.#producer = undefined;
    void producer?.close().catch(this.#onError);
  }
}

function messageOf({ topic, record, address }: Publication, { topics }: KafkaMetadata): KafkaMessage {
  const count = topics.get(topic)?.partitionsCount;
  if (count === undefined) throw new Error(`there is no topic ${topic}`);
  return { ...record, topic, partition: partitionOf(record.key ?? Buffer.from(address), count) };
}
