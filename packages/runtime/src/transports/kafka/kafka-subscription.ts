import { matchAddress } from '../../address.ts';
import { systemClock } from '../../messaging/clock.ts';
import { laneOf } from '../../store.ts';
import type { Delivery, Message, Subscription } from '../../transport.ts';
import { within } from '../deadline.ts';
import { MalformedMessage } from '../structured.ts';
import { addressIn, readMessage, writeLetter } from './binding.ts';
import { GroupSession, type GroupSessionOptions } from './group-session.ts';
import { isAnswered } from './kafka-driver.ts';
import type { Partition, PlacedRecord } from './partition.ts';
import type { KafkaPublisher } from './publisher.ts';

type SessionPlan = Pick<
  GroupSessionOptions,
  'driver' | 'admin' | 'groupId' | 'topics' | 'sessionTimeoutMs' | 'timeoutMs' | 'heldMax' | 'onError'
>;

export interface KafkaSubscriptionOptions extends SessionPlan {
  readonly publisher: KafkaPublisher;
  readonly deadLetters: string;
  readonly pattern: string;
  /** The group goes with the subscription. */
  readonly isOwnGroup: boolean;
  /** The only address of a topic. */
  readonly addressOf: (topic: string) => string | undefined;
  readonly handler: (delivery: Delivery) => Promise<void>;
  readonly redeliveryDelayMs: number;
}

/** A record that is not done. */
interface Held {
  readonly placed: PlacedRecord;
  readonly session: GroupSession;
  readonly partition: Partition;
  /** The subscription is being closed, or the partition was taken away: nothing more of it is handled. */
  readonly over: AbortSignal;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly message: Message;
  tries: number;
  delayMs: number;
}

/** `hold`: again, and its lane waits; `behind`: again, and its lane goes on. */
type Verdict = 'done' | 'hold' | 'behind';

/** Pause after the first failure; it doubles up to the last. */
const [troubleMs, troubleMsMax] = [250, 5_000];
/** A reason that is longer is cut, so that the dead letter has room for it. */
const reasonLengthMax = 4_000;

/**
 * A member of a consumer group that hands messages over lane by lane. The order within a lane holds while the member has the
 * partition; whoever has it next begins with the first message that is not done, and so handles some of the later ones again.
 */
export class KafkaSubscription implements Subscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #burials = new Set<Promise<void>>();
  readonly #overs = new WeakMap<Partition, AbortSignal>();
  readonly #stop = new AbortController();
  #session: GroupSession | undefined;

  constructor(options: KafkaSubscriptionOptions) {
    this.#options = options;
  }

  /** Resolves when the group has its offsets: what is published from then on arrives. */
  async start(): Promise<void> {
    const { timeoutMs, sessionTimeoutMs } = this.#options;
    try {
      // A member that has died is waited for as long as its session lasts.
      await within(timeoutMs + sessionTimeoutMs, 'subscribe', () => this.#join());
    } catch (error) {
      this.#stop.abort();
      await this.#session?.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { isOwnGroup, admin, groupId, timeoutMs, onError } = this.#options;
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    await Promise.all([...this.#lanes.values(), ...this.#burials]);
    await this.#session?.close();
    if (isOwnGroup) await within(timeoutMs, 'close', () => admin.deleteGroups({ groups: [groupId] })).catch(onError);
  }

  async #join(): Promise<void> {
    let isJoined = false;
    const session: GroupSession = new GroupSession({
      ...this.#options,
      take: (placed, partition) => this.#take(placed, partition, session),
      // One that ends before is tried again by whoever waits for it.
      onLost: () => void (isJoined && this.#again()),
    });
    this.#session = session;
    await session.start();
    isJoined = true;
  }

  /** Becomes a member anew, as soon as that is possible. */
  async #again(): Promise<void> {
    const { onError, timeoutMs, sessionTimeoutMs } = this.#options;
    for (let pauseMs = troubleMs; ; pauseMs = Math.min(pauseMs * 2, troubleMsMax)) {
      await systemClock.sleep(pauseMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        return await within(timeoutMs + sessionTimeoutMs, 'subscribe', () => this.#join());
      } catch (error) {
        await this.#session?.close();
        if (this.#stop.signal.aborted) return;
        onError(error);
      }
    }
  }

  #take(placed: PlacedRecord, partition: Partition, session: GroupSession): boolean {
    const { pattern, addressOf, onError } = this.#options;
    const { record } = placed;
    try {
      const address = addressIn(record) ?? addressOf(partition.topic);
      if (address === undefined) throw new MalformedMessage(`${partition.topic}: a message that says no address`);
      const parameters = matchAddress(pattern, address);
      // A topic holds more than the messages of a pattern.
      if (parameters === undefined) return false;
      const held = { placed, session, partition, over: this.#overOf(partition), address, parameters };
      const message = this.#read(held);
      if (message !== undefined) this.#enqueue({ ...held, message, tries: 0, delayMs: 0 });
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  }

  #overOf(partition: Partition): AbortSignal {
    const over = this.#overs.get(partition) ?? AbortSignal.any([this.#stop.signal, partition.revoked]);
    this.#overs.set(partition, over);
    return over;
  }

  /** What cannot be read is a dead letter. */
  #read(held: Pick<Held, 'placed' | 'session' | 'partition' | 'over' | 'address'>): Message | undefined {
    try {
      return readMessage(held.placed.record);
    } catch (error) {
      this.#options.onError(error);
      const burial = this.#bury(held, String(error));
      this.#burials.add(burial);
      void burial.then(() => this.#burials.delete(burial));
      return undefined;
    }
  }

  #enqueue(held: Held): void {
    const lane = laneOf(held.address, held.message);
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#handle(held));
    this.#lanes.set(lane, tail);
    void tail.then(() => this.#lanes.get(lane) === tail && this.#lanes.delete(lane));
  }

  async #handle(held: Held): Promise<void> {
    const { over, session } = held;
    for (;;) {
      await session.settled();
      if (over.aborted) return;
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
    const { message, address, parameters, session, partition, placed, tries } = held;
    let verdict: Verdict | undefined;
    const nack: Delivery['nack'] = async ({ delayMs = redeliveryDelayMs, letOthersPass = false } = {}) => {
      if (verdict !== undefined) return;
      verdict = letOthersPass ? 'behind' : 'hold';
      held.delayMs = delayMs;
    };
    const ack: Delivery['ack'] = async () => {
      if (verdict !== undefined) return;
      verdict = 'done';
      session.done(partition, placed.offset);
    };
    const reject: Delivery['reject'] = async (reason) => {
      if (verdict !== undefined) return;
      verdict = 'done';
      await this.#bury(held, reason);
    };
    try {
      await handler({ message, address, parameters, attempt: tries, ack, nack, reject });
    } catch {
      // A handler that throws after its verdict has given it; before, it wants the message again.
    }
    await nack();
    return verdict ?? 'hold';
  }

  /** Puts it to the dead letters with the reason; it is done when they have it, and not before. */
  async #bury(
    held: Pick<Held, 'placed' | 'session' | 'partition' | 'over' | 'address'>,
    reason: string,
  ): Promise<void> {
    const { publisher, deadLetters, groupId, onError } = this.#options;
    const { placed, session, partition, over, address } = held;
    const notes = {
      'millwright-reason': reason.slice(0, reasonLengthMax).toWellFormed(),
      'millwright-group': groupId,
      'millwright-topic': partition.topic,
      'millwright-partition': String(partition.index),
      'millwright-offset': String(placed.offset),
    };
    let letter = writeLetter(placed.record, notes);
    for (let pauseMs = troubleMs; !partition.revoked.aborted; pauseMs = Math.min(pauseMs * 2, troubleMsMax)) {
      try {
        await publisher.send(deadLetters, address, letter);
        session.done(partition, placed.offset);
        return;
      } catch (error) {
        onError(error);
        // Where it was it still is, for as long as its topic keeps it.
        if (isAnswered(error, 'MESSAGE_TOO_LARGE')) letter = writeLetter({ ...placed.record, value: null }, notes);
        if (over.aborted) return;
        await systemClock.sleep(pauseMs, over);
      }
    }
  }
}
