import type { Delivery, Message, Transport } from '@millwright/runtime';
import type { AdapterAtWork, AdapterMessage, AdapterOutcome } from './adapter-conformance.ts';

/** An adapter that was started over a transport. */
export interface StartedAdapter {
  /** Ids of the messages that took effect in the system, in that order; one that took effect twice is there twice. */
  effects(): Promise<readonly string[]>;
  /** Ends the adapter, and not the system behind it. */
  stop(): Promise<void>;
}

/** An adapter that stands on the messaging of the runtime, for {@link adapterOnRuntime}. */
export interface RuntimeAdapter {
  /** Starts it over its own store and system, which outlive it; `onBuried` belongs into the config of its messaging. */
  start(transport: Transport, onBuried: () => void): Promise<StartedAdapter>;
  /** Address of the event that the run is about. */
  readonly address: string;
  /** CloudEvents attributes of an event, besides `id`, `partitionkey` and `sequence`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Member {
  readonly pattern: readonly string[];
  readonly handler: (delivery: Delivery) => Promise<void>;
}

type Verdict = 'acked' | 'nacked' | 'rejected' | 'lost';

const encoder = new TextEncoder();
/** Acks that never come back end a process as a kill does, for whoever waits for them. */
class Killed extends Error {}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pattern.flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), segments[at] ?? '']] : [])),
  );
}

/** A transport by hand: it hands over one delivery, and says what became of it. */
class HandTransport implements Transport {
  readonly features = {
    ...({ name: 'by hand', survives: 'disk', keepsForAbsent: true, countsAttempts: true } as const),
    ...{ ordersAfterCrash: true, sharesWithinGroup: true },
  };
  #members: Member[] = [];

  readonly publish: Transport['publish'] = async () => {};

  readonly subscribe: Transport['subscribe'] = async (pattern, handler) => {
    const member = { pattern: pattern.split('/'), handler };
    this.#members.push(member);
    return {
      close: async () => {
        this.#members = this.#members.filter((other) => other !== member);
      },
    };
  };

  readonly close = async (): Promise<void> => {
    this.#members = [];
  };

  async give(address: string, message: Message, attempt: number, isKilledAtAck: boolean): Promise<Verdict> {
    let verdict: Verdict = 'lost';
    const decide = (next: Verdict): Promise<void> => {
      if (verdict === 'lost') verdict = next;
      return Promise.resolve();
    };
    const delivery: Delivery = {
      ...{ message, address, parameters: {}, attempt },
      ack: () => (isKilledAtAck ? Promise.reject(new Killed('killed before the ack')) : decide('acked')),
      nack: () => decide('nacked'),
      reject: () => decide('rejected'),
    };
    const segments = address.split('/');
    for (const { pattern, handler } of this.#members)
      if (
        pattern.length === segments.length &&
        pattern.every((part, at) => part === segments[at] || /^\{.*\}$/.test(part))
      )
        await handler({ ...delivery, parameters: parametersOf(pattern, segments) }).catch(() => undefined);
    return verdict;
  }
}

/**
 * An adapter on the messaging of the runtime as the conformance run wants it: its deliveries are given by hand, a crash is an ack that
 * never returns and a start from what the store holds.
 */
export async function adapterOnRuntime(adapter: RuntimeAdapter): Promise<AdapterAtWork> {
  let buried = 0;
  const start = async () => {
    const transport = new HandTransport();
    return { transport, started: await adapter.start(transport, () => (buried += 1)) };
  };
  let running = await start();
  const attempts = new Map<string, number>();
  const give = (message: AdapterMessage, isKilledAtAck: boolean): Promise<Verdict> => {
    const attempt = (attempts.get(message.id) ?? 0) + 1;
    attempts.set(message.id, attempt);
    return running.transport.give(adapter.address, messageOf(adapter, message), attempt, isKilledAtAck);
  };
  return {
    deliver: async (message): Promise<AdapterOutcome> => {
      const [effectsBefore, buriedBefore] = [(await running.started.effects()).length, buried];
      let verdict = await give(message, false);
      // What passes is tried again, as a broker does, and no case of the run needs more than this.
      for (let tries = 0; verdict === 'lost' && tries < 5; tries += 1) verdict = await give(message, false);
      if (buried > buriedBefore || verdict === 'rejected') return 'refused';
      if ((await running.started.effects()).length > effectsBefore) return 'applied';
      return verdict === 'acked' ? 'duplicate' : 'waiting';
    },
    crashBeforeAck: async (message) => {
      await give(message, true);
      await running.started.stop();
      running = await start();
    },
    effects: () => running.started.effects(),
    close: () => running.started.stop(),
  };
}

function messageOf({ attributes }: RuntimeAdapter, { id, key, sequence, data }: AdapterMessage): Message {
  const own = { id, partitionkey: key, sequence: String(sequence) };
  return { attributes: { ...attributes, ...own }, partitionKey: key, data: encoder.encode(JSON.stringify(data)) };
}
