import { within } from '../deadline.ts';
import { isAnswered, type KafkaAdmin } from './kafka-driver.ts';

/** How topics are made that are not there. */
export interface KafkaTopicSettings {
  /** More than consumers of a group are of no use, and keys move when it is changed later. Default 6. */
  readonly partitions?: number;
  /** Brokers that hold each message. Default: what the brokers are configured with. */
  readonly replicas?: number;
  /** Of Kafka's topic configuration, such as `{ 'min.insync.replicas': '2', 'retention.ms': '1209600000' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Room for the key and headers of a message, and for the reason of a dead letter. */
const overheadBytes = 65_536;

/** Knows which topics are there, and makes those that are not where that is wanted. */
export class Topics {
  readonly #admin: KafkaAdmin;
  readonly #settings: KafkaTopicSettings | undefined;
  readonly #messageBytesMax: number;
  readonly #timeoutMs: number;
  readonly #provided = new Map<string, Promise<void>>();

  constructor(
    admin: KafkaAdmin,
    settings: KafkaTopicSettings | undefined,
    limits: { readonly messageBytesMax: number; readonly timeoutMs: number },
  ) {
    this.#admin = admin;
    this.#settings = settings;
    this.#messageBytesMax = limits.messageBytesMax;
    this.#timeoutMs = limits.timeoutMs;
  }

  /** Resolves when the topics are there; each is asked for once. */
  async provide(topics: readonly string[]): Promise<void> {
    await Promise.all(topics.map((topic) => this.#once(topic)));
  }

  /** Looks for it again the next time: somebody may have deleted it. */
  forget(topic: string): void {
    this.#provided.delete(topic);
  }

  async #once(topic: string): Promise<void> {
    const providing =
      this.#provided.get(topic) ?? within(this.#timeoutMs, `topic ${topic}`, () => this.#provide(topic));
    this.#provided.set(topic, providing);
    // What failed is tried again by the next call.
    await providing.catch((error: unknown) => {
      this.forget(topic);
      throw error;
    });
  }

  async #provide(topic: string): Promise<void> {
    if (await this.#isThere(topic)) return;
    if (this.#settings === undefined) throw new Error(`there is no topic ${topic}; make it, or give createTopics`);
    const { partitions = 6, replicas = -1, config = {} } = this.#settings;
    const bytesMax = { 'max.message.bytes': String(this.#messageBytesMax + overheadBytes) };
    const configs = Object.entries({ ...bytesMax, ...config }).map(([name, value]) => ({ name, value }));
    await this.#admin.createTopics({ topics: [topic], partitions, replicas, configs }).catch((error: unknown) => {
      // Somebody else was faster.
      if (!isAnswered(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    });
    for (const until = Date.now() + this.#timeoutMs; Date.now() < until; ) {
      // Brokers hear of it after the controller has answered.
      if (await this.#isThere(topic)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #isThere(topic: string): Promise<boolean> {
    return (await this.#admin.listTopics()).includes(topic);
  }
}
