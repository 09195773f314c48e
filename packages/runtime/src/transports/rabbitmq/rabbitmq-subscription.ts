import { type AddressMatcher, addressMatcher } from '../../address.ts';
import { systemClock } from '../../messaging/clock.ts';
import { laneOf } from '../../store.ts';
import type { Delivery, Message, Subscription } from '../../transport.ts';
import { within } from '../deadline.ts';
import { addressOf } from '../subjects.ts';
import { readMessage } from './binding.ts';
import { deadLettersOf } from './declarations.ts';
import type { RabbitmqPublisher } from './publisher.ts';
import type { RabbitmqChannel, RabbitmqConnection, RabbitmqMessage } from './rabbitmq-driver.ts';
import { provideQueue, type QueuePlan } from './topology.ts';

export interface RabbitmqSubscriptionOptions {
  readonly connection: RabbitmqConnection;
  readonly publisher: RabbitmqPublisher;
  readonly plan: QueuePlan;
  readonly pattern: string;
  readonly handler: (delivery: Delivery) => Promise<void>;
  /** Messages at hand at most: those that are handled and those that wait. */
  readonly heldMax: number;
  readonly redeliveryDelayMs: number;
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** A channel that consumes. What came by it can be answered by it only, and comes again when it ends. */
interface Session {
  readonly channel: RabbitmqChannel;
  readonly end: AbortController;
  /** It has ended, or the subscription is being closed: nothing more of it is handled. */
  readonly over: AbortSignal;
  /** Of its consumer, once there is one. */
  tag?: string;
}

/** A message that the server waits for an answer to. */
interface Held {
  readonly origin: RabbitmqMessage;
  readonly session: Session;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly message: Message;
  /** Deliveries of it by this session. */
  tries: number;
  delayMs: number;
}

/** `hold`: again, and its lane waits; `behind`: again, and its lane goes on. */
type Verdict = 'done' | 'hold' | 'behind';

/** Pause after the first failure to consume; it doubles up to the last. */
const [troubleMs, troubleMsMax] = [250, 5_000];

/**
 * Takes messages of one queue and hands them over lane by lane. What waits, for one of its lane or for its next try, is held here
 * and not answered, so the order within a lane holds while this process and its channel live; afterwards the server delivers anew what
 * was at hand, behind what is still running. By default the server ends a channel that has owed an answer for 30 minutes.
 */
export class RabbitmqSubscription implements Subscription {
  readonly #options: RabbitmqSubscriptionOptions;
  readonly #match: AddressMatcher;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #session: Session | undefined;

  constructor(options: RabbitmqSubscriptionOptions) {
    this.#options = options;
    this.#match = addressMatcher(options.pattern);
  }

  /** Resolves when the server has the queue and its binding: what is published from then on arrives. */
  async start(): Promise<void> {
    try {
      await within(this.#options.timeoutMs, 'subscribe', () => this.#consume());
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { plan, timeoutMs, onError } = this.#options;
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const session = this.#session;
    const ask = async (request: (channel: RabbitmqChannel) => Promise<unknown>): Promise<void> => {
      if (session?.end.signal.aborted !== false) return;
      await within(timeoutMs, 'close', async () => request(session.channel)).catch(onError);
    };
    await ask((channel) => channel.cancel(session?.tag ?? ''));
    await Promise.all(this.#lanes.values());
    if (!plan.isShared) await ask((channel) => channel.deleteQueue(plan.queue));
    // The server puts back in order what was not answered.
    await ask((channel) => channel.close());
  }

  async #consume(): Promise<void> {
    const { connection, plan, heldMax, onError } = this.#options;
    const channel = await connection.createChannel();
    const end = new AbortController();
    const session: Session = { channel, end, over: AbortSignal.any([this.#stop.signal, end.signal]) };
    channel.on('error', onError);
    channel.on('close', () => {
      end.abort();
      if (this.#session === session) void this.#again();
    });
    try {
      this.#stop.signal.throwIfAborted();
      if (!plan.isProvided) await provideQueue(channel, plan);
      await channel.prefetch(heldMax);
      const { consumerTag } = await channel.consume(plan.queue, (message) => {
        if (message !== null) this.#take(message, session);
        // The queue was deleted, or its server left: a new channel finds or makes it.
        else void endChannel(session);
      });
      session.tag = consumerTag;
      this.#stop.signal.throwIfAborted();
      this.#session = session;
      if (end.signal.aborted) void this.#again();
    } catch (error) {
      void endChannel(session);
      throw error;
    }
  }

  /** Consumes by a new channel, as soon as there is one. */
  async #again(): Promise<void> {
    this.#session = undefined;
    for (let pauseMs = troubleMs; !this.#stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, troubleMsMax)) {
      try {
        return await this.#consume();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#options.onError(error);
        await systemClock.sleep(pauseMs, this.#stop.signal);
      }
    }
  }

  #take(origin: RabbitmqMessage, session: Session): void {
    const { onError } = this.#options;
    const address = addressOf('', origin.fields.routingKey);
    const parameters = this.#match(address);
    // The binding is coarser than a pattern.
    if (parameters === undefined) {
      this.#answer(session, () => session.channel.ack(origin));
      return;
    }
    try {
      const message = readMessage(origin.content, origin.properties);
      this.#enqueue({ origin, session, address, parameters, message, tries: 0, delayMs: 0 });
    } catch (error) {
      onError(error);
      void this.#bury({ origin, session }, String(error));
    }
  }

  #enqueue(held: Held): void {
    const lane = laneOf(held.address, held.message);
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#handle(held));
    this.#lanes.set(lane, tail);
    void tail.then(() => this.#lanes.get(lane) === tail && this.#lanes.delete(lane));
  }

  async #handle(held: Held): Promise<void> {
    const { over } = held.session;
    while (!over.aborted) {
      held.tries += 1;
      const verdict = await this.#deliver(held);
      if (verdict === 'done') return;
      const wait = systemClock.sleep(held.delayMs, over);
      if (verdict === 'behind') {
        void wait.then(() => !over.aborted && this.#enqueue(held));
        return;
      }
      await wait;
    }
  }

  /** Delivers once and says what became of it; a handler that throws or decides nothing wants it again. */
  async #deliver(held: Held): Promise<Verdict> {
    const { handler, redeliveryDelayMs } = this.#options;
    const { message, address, parameters, origin, session, tries } = held;
    let verdict: Verdict | undefined;
    const nack: Delivery['nack'] = async ({ delayMs = redeliveryDelayMs, letOthersPass = false } = {}) => {
      if (verdict !== undefined) return;
      verdict = letOthersPass ? 'behind' : 'hold';
      held.delayMs = delayMs;
    };
    const ack: Delivery['ack'] = async () => {
      if (verdict !== undefined) return;
      verdict = 'done';
      this.#answer(session, () => session.channel.ack(origin));
    };
    const reject: Delivery['reject'] = async (reason) => {
      if (verdict !== undefined) return;
      verdict = 'done';
      await this.#bury(held, reason);
    };
    try {
      await handler({
        ...{ message, address, parameters, ack, nack, reject },
        attempt: deliveriesBefore(origin) + tries,
      });
    } catch {
      // A handler that throws after its verdict has given it; before, it wants the message again.
    }
    await nack();
    return verdict ?? 'hold';
  }

  /**
   * Puts it to the dead letters with the reason; where that fails the server does, who cannot carry one. Of AMQP's own properties only
   * the content type goes along: others could let it expire, or have it refused.
   */
  async #bury(held: Pick<Held, 'origin' | 'session'>, reason: string): Promise<void> {
    const { publisher, plan, onError } = this.#options;
    const { origin, session } = held;
    const { contentType, headers } = origin.properties;
    const letter = {
      ...{ exchange: deadLettersOf(plan.exchange), routingKey: origin.fields.routingKey, content: origin.content },
      ...(typeof contentType === 'string' ? { contentType } : {}),
      headers: { ...headers, 'millwright-reason': reason, 'millwright-queue': plan.queue },
      mandatory: true,
    };
    const isKept = await publisher.send(letter).then(
      () => true,
      (error: unknown) => {
        onError(error);
        return false;
      },
    );
    this.#answer(session, () => (isKept ? session.channel.ack(origin) : session.channel.reject(origin, false)));
  }

  #answer({ end }: Session, answer: () => void): void {
    if (end.signal.aborted) return;
    try {
      answer();
    } catch (error) {
      // Without an answer the server delivers it again.
      this.#options.onError(error);
    }
  }
}

async function endChannel({ channel, end }: Session): Promise<void> {
  // One that has ended meanwhile says so.
  if (!end.signal.aborted) await channel.close().catch(() => undefined);
}

/** The server counts what has come back to a quorum queue; a first delivery may carry a header of that name from its producer. */
function deliveriesBefore({ fields, properties }: RabbitmqMessage): number {
  const count = properties.headers?.['x-delivery-count'];
  return fields.redelivered && typeof count === 'number' ? count : 0;
}
