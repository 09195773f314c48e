import { type AddressMatcher, addressMatcher } from '../../address.ts';
import type {
  Delivery,
  Message,
  SubscribeOptions,
  Subscription,
  Transport,
  TransportFeatures,
} from '../../transport.ts';

/** A message that was rejected, with the reason. */
export interface DeadLetter {
  readonly address: string;
  readonly message: Message;
  readonly reason: string;
}

export interface MemoryTransport extends Transport {
  readonly deadLetters: readonly DeadLetter[];
  /** Resolves when every delivery has been acked or rejected. */
  drain(): Promise<void>;
}

export interface MemoryTransportOptions {
  /** Pause before a nacked message comes again when the handler names none. Default 10. */
  readonly redeliveryDelayMs?: number;
}

const memoryFeatures: TransportFeatures = {
  name: 'memory',
  survives: 'nothing',
  keepsForAbsent: false,
  countsAttempts: true,
  ordersAfterCrash: false,
  sharesWithinGroup: true,
};

interface Member {
  readonly match: AddressMatcher;
  readonly handler: (delivery: Delivery) => Promise<void>;
  readonly group: string | symbol;
}

interface Letter {
  readonly address: string;
  readonly message: Message;
  readonly attempt: number;
}

type Verdict =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack'; readonly delayMs: number; readonly letOthersPass: boolean }
  | { readonly kind: 'reject'; readonly reason: string };

const wait = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/** Delivers once and says what became of it; a handler that throws or decides nothing is a nack. */
async function deliverOnce(member: Member, letter: Letter, delayMs: number): Promise<Verdict> {
  let verdict: Verdict | undefined;
  const decide = (next: Verdict): Promise<void> => {
    verdict ??= next;
    return Promise.resolve();
  };
  const delivery: Delivery = {
    ...letter,
    parameters: member.match(letter.address) ?? {},
    ack: () => decide({ kind: 'ack' }),
    nack: (options) =>
      decide({
        kind: 'nack',
        delayMs: options?.delayMs ?? delayMs,
        letOthersPass: options?.letOthersPass ?? false,
      }),
    reject: (reason) => decide({ kind: 'reject', reason }),
  };
  await member.handler(delivery).catch(() => undefined);
  return verdict ?? { kind: 'nack', delayMs, letOthersPass: false };
}

/**
 * A transport inside one process, for tests, examples and tools. It keeps what {@link Transport} promises while the
 * process lives; messages published before anybody subscribes are gone, as with a broker without durable queues.
 */
export function createMemoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const { redeliveryDelayMs = 10 } = options;
  const members = new Set<Member>();
  const lanes = new Map<string | symbol, Map<string, Promise<void>>>();
  const deadLetters: DeadLetter[] = [];
  let closed = false;
  const aside = new Set<Promise<void>>();
  let turn = 0;

  const deliver = async (group: string | symbol, letter: Letter): Promise<void> => {
    const { address, message } = letter;
    for (let { attempt } = letter; ; attempt += 1) {
      const fitting = [...members].filter((member) => member.group === group && member.match(address) !== undefined);
      turn += 1;
      const member = fitting[turn % fitting.length];
      if (member === undefined) return;
      const verdict = await deliverOnce(member, { address, message, attempt }, redeliveryDelayMs);
      if (verdict.kind === 'reject') deadLetters.push({ address, message, reason: verdict.reason });
      if (verdict.kind !== 'nack') return;
      if (verdict.letOthersPass) return putBehind(group, { ...letter, attempt: attempt + 1 }, verdict.delayMs);
      await wait(verdict.delayMs);
    }
  };

  const putBehind = (group: string | symbol, letter: Letter, delayMs: number): void => {
    const passing = wait(delayMs).then(() => {
      aside.delete(passing);
      enqueue(group, letter);
    });
    aside.add(passing);
  };

  const enqueue = (group: string | symbol, letter: Letter): void => {
    const { address, message } = letter;
    const lane = lanes.get(group) ?? new Map<string, Promise<void>>();
    lanes.set(group, lane);
    const key = JSON.stringify([address, message.partitionKey ?? '']);
    const tail = (lane.get(key) ?? Promise.resolve()).then(() => deliver(group, letter));
    lane.set(key, tail);
    void tail.then(() => lane.get(key) === tail && lane.delete(key));
  };

  const drain = async (): Promise<void> => {
    const open = (): readonly Promise<void>[] => [...runningOf(lanes), ...aside];
    for (let running = open(); running.length > 0; running = open()) await Promise.all(running);
  };

  return {
    features: memoryFeatures,
    deadLetters,
    drain,
    publish: async (address, message) => {
      if (closed) throw new Error('the transport is closed');
      const copy: Message = { ...message, attributes: structuredClone(message.attributes), data: message.data.slice() };
      const groups = new Set(
        [...members].filter(({ match }) => match(address) !== undefined).map(({ group }) => group),
      );
      for (const group of groups) enqueue(group, { address, message: copy, attempt: 1 });
    },
    subscribe: async (pattern: string, handler, { group }: SubscribeOptions = {}): Promise<Subscription> => {
      if (closed) throw new Error('the transport is closed');
      const member: Member = { match: addressMatcher(pattern), handler, group: group ?? Symbol(pattern) };
      members.add(member);
      return {
        close: async () => {
          members.delete(member);
          await Promise.all(lanes.get(member.group)?.values() ?? []);
        },
      };
    },
    close: async () => {
      closed = true;
      members.clear();
      await drain();
    },
  };
}

function runningOf(lanes: ReadonlyMap<string | symbol, ReadonlyMap<string, Promise<void>>>): readonly Promise<void>[] {
  return [...lanes.values()].flatMap((lane) => [...lane.values()]);
}
