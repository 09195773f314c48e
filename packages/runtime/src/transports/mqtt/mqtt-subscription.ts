import { type AddressMatcher, addressMatcher } from '../../address.ts';
import { systemClock } from '../../messaging/clock.ts';
import { laneOf } from '../../store.ts';
import type { Delivery, Message, Subscription } from '../../transport.ts';
import type { DeadLetter } from '../memory/memory-transport.ts';
import { readMessage } from './binding.ts';
import {
  endClient,
  type MqttClient,
  type MqttConnack,
  type MqttConnect,
  type MqttPacket,
  type MqttStream,
} from './mqtt-driver.ts';

export interface MqttSubscriptionOptions {
  readonly connect: MqttConnect;
  readonly clientId: string;
  readonly filter: string;
  readonly pattern: string;
  /** The session outlives the subscription. */
  readonly isDurable: boolean;
  readonly sessionExpiryMs: number;
  readonly handler: (delivery: Delivery) => Promise<void>;
  readonly heldMax: number;
  readonly redeliveryDelayMs: number;
  readonly timeoutMs: number;
  readonly onRejected: (letter: DeadLetter) => void | Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** A message that the broker waits for the PUBACK of. */
interface Held {
  readonly packet: MqttPacket;
  readonly parameters: Readonly<Record<string, string>>;
  readonly message: Message;
  /** The connection over which it came last; only there a PUBACK counts. */
  stream: MqttStream;
  attempt: number;
  isDone: boolean;
}

/** `hold`: again, and its lane waits; `behind`: again, and its lane goes on. */
interface Verdict {
  readonly kind: 'done' | 'hold' | 'behind';
  readonly delayMs: number;
}

/** PUBACK with the reason code of success (3.4.2.1 of MQTT 5). MQTT.js has no call for one that comes later. */
const pubackOf = (id: number): Uint8Array => Uint8Array.of(0x40, 2, id >> 8, id & 0xff);

/** A client tells MQTT.js with it that it is to go on without a PUBACK. */
const acknowledgedLater = new Error('acknowledged later');

const sameBytes = (left: string | Uint8Array, right: string | Uint8Array): boolean =>
  left.length === right.length &&
  (typeof left === 'string' ? left === right : left.every((byte, index) => byte === right[index]));

/**
 * One session and what it brings, handed over lane by lane. A message is acknowledged when its handler has acked it; what is not
 * comes again with the next connection of the session, in the order in which it was published.
 */
export class MqttSubscription implements Subscription {
  readonly #options: MqttSubscriptionOptions;
  readonly #match: AddressMatcher;
  readonly #client: MqttClient;
  /** By their packet ids, which are the session's. */
  readonly #held = new Map<number, Held>();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #wasConnected = false;

  constructor(options: MqttSubscriptionOptions) {
    this.#options = options;
    this.#match = addressMatcher(options.pattern);
    const { connect, clientId, sessionExpiryMs, heldMax, onError } = options;
    const sessionExpiryInterval = Math.min(Math.ceil(sessionExpiryMs / 1_000), 0xffff_ffff);
    this.#client = connect({
      // With a clean start every reconnect would throw away what was published meanwhile.
      ...{ protocolVersion: 5, clientId, clean: false, resubscribe: true, reconnectOnConnackError: true },
      properties: { sessionExpiryInterval, receiveMaximum: Math.min(heldMax, 65_535) },
    });
    this.#client.handleMessage = (packet, next) => {
      this.#take(packet);
      next(packet.qos === 0 ? undefined : acknowledgedLater);
    };
    this.#client.on('connect', (connack) => this.#connected(connack));
    this.#client.on('error', onError);
  }

  /** Resolves when the broker has the subscription: what is published from then on arrives. */
  async start(): Promise<void> {
    const { filter, timeoutMs } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        const late = (): void => reject(new Error(`no subscription within ${timeoutMs} ms`));
        const timer = setTimeout(late, timeoutMs);
        // 3.8.3.1: no retained messages, which were published before.
        this.#client.subscribe(filter, { qos: 1, rh: 2 }, (error, granted) => {
          clearTimeout(timer);
          if (error) reject(error);
          else if (granted?.[0]?.qos === 0) reject(new Error(`the broker grants ${filter} without acknowledgements`));
          else resolve();
        });
      });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { isDurable, timeoutMs } = this.#options;
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    await Promise.all(this.#lanes.values());
    await endClient(this.#client, timeoutMs, !isDurable);
  }

  #connected({ sessionPresent }: MqttConnack): void {
    if (this.#wasConnected && !sessionPresent) {
      // Their ids may mean other messages from now on; what is at hand is handled all the same.
      this.#held.clear();
      this.#options.onError(
        new Error(`the broker has forgotten the session ${this.#options.clientId} and what it kept`),
      );
    }
    this.#wasConnected = true;
  }

  #take(packet: MqttPacket): void {
    // What arrives while it closes is the next one's.
    if (this.#stop.signal.aborted) return;
    const { onError } = this.#options;
    const { stream } = this.#client;
    const known = this.#held.get(packet.messageId ?? 0);
    if (known !== undefined && isRedelivery(known.packet, packet)) {
      known.stream = stream;
      if (known.isDone) this.#acknowledge(known);
      return;
    }
    const parameters = this.#match(packet.topic);
    // The filter of the broker is coarser than a pattern.
    if (parameters === undefined) {
      this.#confirm(packet, stream);
      return;
    }
    try {
      const held = { packet, parameters, message: readMessage(packet), stream, attempt: 0, isDone: false };
      if (packet.messageId) this.#held.set(packet.messageId, held);
      this.#enqueue(held);
    } catch (error) {
      this.#confirm(packet, stream);
      onError(error);
    }
  }

  #enqueue(held: Held): void {
    const lane = laneOf(held.packet.topic, held.message);
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#handle(held));
    this.#lanes.set(lane, tail);
    void tail.then(() => this.#lanes.get(lane) === tail && this.#lanes.delete(lane));
  }

  async #handle(held: Held): Promise<void> {
    while (!this.#stop.signal.aborted) {
      held.attempt += 1;
      const { kind, delayMs } = await this.#deliver(held);
      if (kind === 'done') return;
      const pause = systemClock.sleep(delayMs, this.#stop.signal);
      if (kind === 'behind') return void pause.then(() => this.#enqueue(held));
      await pause;
    }
  }

  /** Delivers once and says what became of it; a handler that throws or decides nothing wants it again. */
  async #deliver(held: Held): Promise<Verdict> {
    const { handler, redeliveryDelayMs, onRejected, onError } = this.#options;
    const { packet, message, parameters, attempt } = held;
    const again: Verdict = { kind: 'hold', delayMs: redeliveryDelayMs };
    let verdict: Verdict | Promise<Verdict> | undefined;
    const done: Verdict = { kind: 'done', delayMs: 0 };
    const finish = (): Verdict => {
      this.#acknowledge(held);
      return done;
    };
    const giveUp = async (reason: string): Promise<Verdict> => {
      try {
        await onRejected({ address: packet.topic, message, reason });
        return finish();
      } catch (error) {
        onError(error);
        return again;
      }
    };
    try {
      await handler({
        ...{ message, address: packet.topic, parameters, attempt },
        ack: async () => {
          verdict ??= finish();
        },
        nack: async ({ delayMs = redeliveryDelayMs, letOthersPass = false } = {}) => {
          verdict ??= { kind: letOthersPass ? 'behind' : 'hold', delayMs };
        },
        reject: async (reason) => {
          verdict ??= giveUp(reason);
          await verdict;
        },
      });
    } catch {
      // Unless it has decided before, it wants the message again.
    }
    verdict ??= again;
    return verdict;
  }

  #acknowledge(held: Held): void {
    const { packet, stream } = held;
    held.isDone = true;
    if (this.#held.get(packet.messageId ?? 0) !== held) return;
    // Without the connection over which it came it waits for its redelivery.
    if (!this.#client.connected || stream !== this.#client.stream) return;
    this.#held.delete(packet.messageId ?? 0);
    this.#confirm(packet, stream);
  }

  #confirm({ messageId, qos }: MqttPacket, stream: MqttStream): void {
    if (qos > 0 && messageId !== undefined) stream.write(pubackOf(messageId));
  }
}

/** Packet ids are used again; a broker that has lost its newest state may use one for something else. */
function isRedelivery(known: MqttPacket, packet: MqttPacket): boolean {
  return packet.dup && known.topic === packet.topic && sameBytes(known.payload, packet.payload);
}
