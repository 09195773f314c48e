import type { Delivery, Message } from '@millwright/runtime';
import { ConnectionBroke, type Faults } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** A message in the queue of one group. */
interface Entry {
  readonly address: string;
  readonly message: Message;
  readonly key: string;
  attempt: number;
  /** Not before this time. */
  dueAt: number;
  /** Whom it was given to; a verdict of an earlier holder is not heard. */
  holder: Holder | undefined;
  /** Others of its key may pass while it waits. */
  isAside: boolean;
}

interface Holder {
  readonly member: Member;
}

/** Where the messages of a group go in one process. */
export interface Member {
  readonly process: SimulatedProcess;
  readonly handler: (delivery: Delivery) => Promise<void>;
}

interface Group {
  readonly name: string;
  readonly address: string;
  members: Member[];
  entries: Entry[];
  /** When the next look at it is planned. */
  lookAt: number;
}

type Verdict =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack'; readonly delayMs: number; readonly letOthersPass: boolean };

/** Sees what the broker does, for what must hold at every step. */
export interface BrokerWatch {
  taken(address: string, message: Message): void;
  /** A consumer has a message before it. */
  delivered(group: string, message: Message): void;
  /** A consumer has put a message off for one that comes before it. */
  waited(group: string, message: Message): void;
}

export interface BrokerOptions {
  readonly faults: Faults;
  /** After that long without a verdict it delivers again. */
  readonly ackWaitMs: number;
  /** What it took may not survive a crash. */
  readonly isLossy: boolean;
  readonly watch: BrokerWatch;
}

/**
 * A broker that keeps what it took, and otherwise no more than the port promises: it delivers twice, late and, after a crash of its
 * own or of a consumer, in another order.
 */
export class SimulatedBroker {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #ackWaitMs: number;
  readonly #isLossy: boolean;
  readonly #watch: BrokerWatch;
  #groups: Group[] = [];
  /** Messages that will be in a queue, but are not yet. */
  #late = 0;
  /** Crashes so far: what was under way over one is not answered. */
  #life = 0;
  #isDown = false;
  #refusesUntil = 0;

  constructor(scheduler: Scheduler, options: BrokerOptions) {
    this.#scheduler = scheduler;
    this.#faults = options.faults;
    this.#ackWaitMs = options.ackWaitMs;
    this.#isLossy = options.isLossy;
    this.#watch = options.watch;
  }

  /** A group gets what is published from now on, whether a member is there or not. */
  declare(name: string, address: string): void {
    this.#alone(name, address);
  }

  /** A group that nobody has declared lasts as long as its only member. */
  #alone(name: string, address: string): Group {
    const group = { name, address, members: [], entries: [], lookAt: Number.POSITIVE_INFINITY };
    this.#groups.push(group);
    return group;
  }

  /** Messages that are not done, over all groups. */
  get waiting(): number {
    return this.#groups.reduce((sum, { entries }) => sum + entries.length, this.#late);
  }

  get life(): number {
    return this.#life;
  }

  refuse(durationMs: number): void {
    this.#refusesUntil = Math.max(this.#refusesUntil, this.#scheduler.now + durationMs);
  }

  /** Everything that is under way breaks off, and comes again in any order. */
  crash(durationMs: number): void {
    this.#life += 1;
    this.#isDown = true;
    for (const group of this.#groups) {
      for (const entry of group.entries) this.#takeBack(entry);
      const { chance } = this.#scheduler;
      const isKept = (): boolean => !this.#isLossy || chance.hits(0.3);
      group.entries = chance.shuffled(group.entries.filter(isKept));
    }
    this.#scheduler.after(durationMs, 'broker is back', () => {
      this.#isDown = false;
      for (const group of this.#groups) this.#look(group);
    });
  }

  /** Takes a message, or throws. */
  take(address: string, message: Message): void {
    const { now, chance } = this.#scheduler;
    if (this.#isDown || this.#refusesUntil > now || this.#faults.hits('publishRefused'))
      throw new ConnectionBroke('the broker does not take it');
    this.#watch.taken(address, message);
    const copy = { ...message, attributes: structuredClone(message.attributes), data: message.data.slice() };
    for (const group of this.#groups.filter((candidate) => candidate.address === address)) {
      this.#put(group, copy, 0);
      if (this.#faults.hits('duplicate')) this.#put(group, copy, chance.pick([0, 100, 3_000]));
    }
  }

  join(name: string, address: string, member: Member): () => void {
    const declared = this.#groups.find((candidate) => candidate.name === name && candidate.address === address);
    const group = declared ?? this.#alone(name, address);
    group.members.push(member);
    const leave = (): void => {
      group.members = group.members.filter((other) => other !== member);
      if (declared === undefined) this.#groups = this.#groups.filter((other) => other !== group);
    };
    member.process.onDeath(() => {
      leave();
      // The broker sees it when the connection times out.
      this.#scheduler.after(this.#scheduler.chance.pick([0, 20, 500]), 'broker misses a member', () => {
        const lost = group.entries.filter(({ holder }) => holder?.member === member);
        for (const entry of lost) this.#takeBack(entry);
        if (this.#faults.areOn && lost.length > 1) group.entries = this.#scheduler.chance.shuffled(group.entries);
        this.#look(group);
      });
    });
    this.#look(group);
    return leave;
  }

  #put(group: Group, message: Message, delayMs: number): void {
    this.#late += 1;
    this.#scheduler.after(delayMs, `broker queues ${group.name}`, () => {
      this.#late -= 1;
      const { now } = this.#scheduler;
      const key = message.partitionKey ?? '';
      group.entries.push({
        ...{ address: group.address, message, key, attempt: 1, dueAt: now, holder: undefined, isAside: false },
      });
      this.#look(group);
    });
  }

  #takeBack(entry: Entry): void {
    if (entry.holder === undefined) return;
    entry.holder = undefined;
    entry.attempt += 1;
    entry.isAside = false;
  }

  /** Gives out what may go: the first of each key, unless it stands aside. */
  #look(group: Group): void {
    if (this.#isDown || group.members.length === 0) return;
    const { now, chance } = this.#scheduler;
    const busy = new Set<string>();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const entry of group.entries) {
      if (entry.holder === undefined && entry.dueAt <= now && !busy.has(entry.key)) {
        entry.isAside = false;
        this.#give(group, entry, chance.pick(group.members));
      }
      if (entry.holder === undefined && entry.dueAt > now) nextAt = Math.min(nextAt, entry.dueAt);
      if (!entry.isAside) busy.add(entry.key);
    }
    this.#lookAgain(group, nextAt);
  }

  #lookAgain(group: Group, at: number): void {
    const { now } = this.#scheduler;
    if (at === Number.POSITIVE_INFINITY || (group.lookAt > now && group.lookAt <= at)) return;
    group.lookAt = at;
    this.#scheduler.after(at - now, `broker looks at ${group.name}`, () => this.#look(group));
  }

  #give(group: Group, entry: Entry, member: Member): void {
    const holder: Holder = { member };
    entry.holder = holder;
    const { process, handler } = member;
    const { address, message, attempt } = entry;
    let verdict: Verdict | undefined;
    const decide = async (next: Verdict): Promise<void> => {
      if (verdict !== undefined) return;
      verdict = next;
      if (next.kind === 'nack' && next.letOthersPass) this.#watch.waited(group.name, message);
      const life = this.#life;
      await process.step(next.kind);
      if (this.#life !== life) throw new ConnectionBroke(`in ${next.kind}`);
      // The verdict gets lost on its way, or only the answer to it.
      if (this.#faults.hits('ackLost')) throw new ConnectionBroke(`before ${next.kind}`);
      if (entry.holder === holder) this.#settle(group, entry, next);
      if (this.#faults.hits('ackLost')) throw new ConnectionBroke(`after ${next.kind}`);
    };
    const ack = (): Promise<void> => decide({ kind: 'ack' });
    const delivery: Delivery = {
      ...{ address, message, attempt, parameters: {}, ack, reject: ack },
      nack: ({ delayMs = 10, letOthersPass = false } = {}) => decide({ kind: 'nack', delayMs, letOthersPass }),
    };
    const undecided = { kind: 'nack', delayMs: 10, letOthersPass: false } as const;
    void process
      .step(`gets ${String(message.attributes['id'])} for the ${attempt}. time`)
      .then(() => {
        this.#watch.delivered(group.name, message);
        return handler(delivery);
      })
      .catch(() => undefined)
      .then(() => decide(undecided))
      .catch(() => undefined);
    this.#scheduler.after(this.#ackWaitMs, 'broker misses a verdict', () => {
      if (entry.holder !== holder) return;
      this.#takeBack(entry);
      this.#look(group);
    });
  }

  #settle(group: Group, entry: Entry, verdict: Verdict): void {
    const others = group.entries.filter((other) => other !== entry);
    if (verdict.kind === 'ack') {
      group.entries = others;
    } else {
      // Behind all others, or several that stand aside by turns would keep the one that they wait for from coming through.
      if (verdict.letOthersPass) group.entries = [...others, entry];
      entry.holder = undefined;
      entry.attempt += 1;
      entry.dueAt = this.#scheduler.now + verdict.delayMs;
      entry.isAside = verdict.letOthersPass;
    }
    this.#look(group);
  }
}
