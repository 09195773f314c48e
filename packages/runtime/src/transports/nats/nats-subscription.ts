import { type AddressMatcher, addressMatcher } from '../../address.ts';
import { systemClock } from '../../messaging/clock.ts';
import { laneOf } from '../../store.ts';
import type { Delivery, Message, Subscription } from '../../transport.ts';
import { addressOf } from '../subjects.ts';
import { readMessage } from './binding.ts';
import type { NatsBatch, NatsConsumer, NatsDriver, NatsManager, NatsMessage } from './nats-driver.ts';
import { type ConsumerPlan, floorOf, provideConsumer } from './stream.ts';

export interface NatsSubscriptionOptions {
  readonly driver: NatsDriver;
  readonly manager: NatsManager;
  readonly plan: ConsumerPlan;
  readonly prefix: string;
  readonly pattern: string;
  readonly handler: (delivery: Delivery) => Promise<void>;
  /** Messages at hand at most: those that are handled and those that wait for one of their lane. */
  readonly heldMax: number;
  readonly redeliveryDelayMs: number;
  readonly onError: (error: unknown) => void;
}

/** A message that the server waits for an answer to. */
interface Held {
  /** The newest delivery of it: what the server has sent twice is answered once. */
  origin: NatsMessage;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly message: Message;
  isRunning: boolean;
  /** When a nack wants it to be tried again. */
  dueAt: number;
}

/** `hold`: again, and its lane waits; `behind`: again, and its lane goes on. */
type Verdict = 'done' | 'hold' | 'behind';

/** One request for messages lives that long; a server that has forgotten it is noticed after two of its heartbeats, half of it. */
const requestMs = 5_000;
/** Pause after an error of the consumer, such as a server that is away. */
const troubleMs = 250;

/**
 * Takes messages of one consumer and hands them over lane by lane. Whatever is at hand is kept alive at the server, by a sign
 * every third of its ack wait: what is handled, what waits behind another one of its lane, and what waits for its next try. So
 * the order within a lane holds while this process lives; after a crash the server delivers anew what was at hand.
 */
export class NatsSubscription implements Subscription {
  readonly #options: NatsSubscriptionOptions;
  readonly #match: AddressMatcher;
  readonly #held = new Map<number, Held>();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #name = '';
  /** Up to there everything in the stream is done; a lost consumer begins again behind it. */
  #floor: number | undefined;
  #batch: NatsBatch | undefined;
  #pulling: Promise<void> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #hasRoom: (() => void) | undefined;

  constructor(options: NatsSubscriptionOptions) {
    this.#options = options;
    this.#match = addressMatcher(options.pattern);
  }

  /** Resolves when the server has the consumer: what is published from then on arrives. */
  async start(): Promise<void> {
    const consumer = await this.#provide();
    this.#pulling = this.#pull(consumer);
  }

  async close(): Promise<void> {
    const { driver, manager, plan, onError } = this.#options;
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#hasRoom?.();
    // It has ended when whoever reads it has come to its end.
    void this.#batch?.close();
    await this.#pulling;
    // A server of 2.9 that delivers something anew and finds only requests that have ended forgets it until its ack wait is over, and
    // delivers another one twice. Being asked about a consumer, it drops such requests.
    if (!driver.connection.isClosed()) await manager.consumers.info(plan.stream, this.#name).catch(onError);
    // In the order of the stream, so that the server delivers them in it.
    for (const held of this.#held.values()) if (!held.isRunning) this.#letGo(held);
    await Promise.all(this.#lanes.values());
    clearInterval(this.#heartbeat);
    if (driver.connection.isClosed()) return;
    // An answer says that the server has read what was sent before; other than a flush it is not waited for without end.
    await (plan.durable === undefined
      ? manager.consumers.delete(plan.stream, this.#name)
      : manager.consumers.info(plan.stream, this.#name)
    ).catch(onError);
  }

  async #provide(): Promise<NatsConsumer> {
    const { driver, manager, plan } = this.#options;
    const info = await provideConsumer(manager, plan, this.#floor);
    this.#name = info.name;
    this.#floor = Math.max(this.#floor ?? 0, floorOf(info));
    const consumer = await driver.jetstream.consumers.get(plan.stream, info.name);
    // A consumer that was there has the ack wait of whoever made it.
    const ackWaitMs = (info.config.ack_wait ?? plan.ackWaitMs * 1_000_000) / 1_000_000;
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#keepAlive(), ackWaitMs / 3);
    return consumer;
  }

  async #pull(first: NatsConsumer): Promise<void> {
    const { driver, heldMax, onError } = this.#options;
    let consumer: NatsConsumer | undefined = first;
    while (!this.#stop.signal.aborted) {
      try {
        consumer ??= await this.#provide();
        await this.#room();
        if (this.#stop.signal.aborted) return;
        this.#batch = await consumer.fetch({ max_messages: heldMax - this.#held.size, expires: requestMs });
        if (this.#stop.signal.aborted) void this.#batch.close();
        for await (const origin of this.#batch) this.#take(origin);
      } catch (error) {
        if (this.#stop.signal.aborted || driver.connection.isClosed()) return;
        onError(error);
        consumer = undefined;
        await systemClock.sleep(troubleMs, this.#stop.signal);
      }
      if (driver.connection.isClosed()) return;
    }
  }

  /** Waits until half of what may be at hand is free: to ask for every single message anew would cost a round trip each. */
  async #room(): Promise<void> {
    while (this.#held.size > this.#options.heldMax / 2 && !this.#stop.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#hasRoom = resolve;
      });
  }

  #take(origin: NatsMessage): void {
    const { prefix, onError } = this.#options;
    const known = this.#held.get(origin.seq);
    if (known !== undefined) {
      known.origin = origin;
      return;
    }
    const address = addressOf(prefix, origin.subject);
    const parameters = this.#match(address);
    // The filter of the server is coarser than a pattern.
    if (parameters === undefined) {
      origin.ack();
      return;
    }
    try {
      const message = readMessage(origin.data, origin.headers);
      this.#enqueue({ origin, address, parameters, message, isRunning: false, dueAt: 0 });
    } catch (error) {
      origin.term();
      onError(error);
    }
  }

  #enqueue(held: Held): void {
    const lane = laneOf(held.address, held.message);
    this.#held.set(held.origin.seq, held);
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#handle(held));
    this.#lanes.set(lane, tail);
    void tail.then(() => this.#lanes.get(lane) === tail && this.#lanes.delete(lane));
  }

  async #handle(held: Held): Promise<void> {
    for (let tries = 0; this.#held.has(held.origin.seq); tries += 1) {
      // Whoever closes lets go of what is not running.
      if (this.#stop.signal.aborted) return;
      held.isRunning = true;
      const verdict = await this.#deliver(held, held.origin.info.deliveryCount + tries);
      held.isRunning = false;
      if (verdict === 'done') return;
      if (verdict === 'behind' || this.#stop.signal.aborted) return this.#letGo(held);
      await systemClock.sleep(Math.max(0, held.dueAt - Date.now()), this.#stop.signal);
    }
  }

  /** Delivers once and says what became of it; a handler that throws or decides nothing wants it again. */
  async #deliver(held: Held, attempt: number): Promise<Verdict> {
    const { handler, redeliveryDelayMs } = this.#options;
    const { message, address, parameters } = held;
    let verdict: Verdict | undefined;
    const end = async (answer: (origin: NatsMessage) => void): Promise<void> => {
      if (verdict !== undefined) return;
      verdict = 'done';
      this.#answer(held, answer);
    };
    const nack: Delivery['nack'] = async ({ delayMs = redeliveryDelayMs, letOthersPass = false } = {}) => {
      if (verdict !== undefined) return;
      verdict = letOthersPass ? 'behind' : 'hold';
      held.dueAt = Date.now() + delayMs;
    };
    try {
      await handler({
        ...{ message, address, parameters, attempt, nack },
        ack: () => end((origin) => origin.ack()),
        // The reason has nowhere to go: servers before 2.11 do not know an answer that carries one, and deliver again.
        reject: () => end((origin) => origin.term()),
      });
    } catch {
      // A handler that throws after its verdict has given it; before, it wants the message again.
    }
    await nack();
    return verdict ?? 'hold';
  }

  #letGo(held: Held): void {
    this.#answer(held, (origin) => origin.nak(Math.max(0, held.dueAt - Date.now())));
  }

  #answer(held: Held, answer: (origin: NatsMessage) => void): void {
    this.#held.delete(held.origin.seq);
    if (this.#held.size <= this.#options.heldMax / 2) this.#hasRoom?.();
    try {
      answer(held.origin);
    } catch (error) {
      // Without an answer the server delivers it again.
      this.#options.onError(error);
    }
  }

  #keepAlive(): void {
    const { driver, manager, plan } = this.#options;
    if (driver.connection.isClosed()) {
      clearInterval(this.#heartbeat);
      return;
    }
    for (const { origin } of this.#held.values()) origin.working();
    void manager.consumers.info(plan.stream, this.#name).then(
      (info) => {
        this.#floor = Math.max(this.#floor ?? 0, floorOf(info));
      },
      // Whoever pulls notices a consumer that is gone, and a server that is away.
      () => undefined,
    );
  }
}
