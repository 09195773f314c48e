import { matchAddress } from '../../address.ts';
import type { SqliteConnection } from '../../stores/sqlite/connection.ts';
import type { Delivery } from '../../transport.ts';
import { keepGroup, removeExpired } from './groups.ts';
import { type Claimed, claimLetters, hasDue, nextDueAt, renew, settle, type Verdict } from './queue.ts';

export interface Member {
  readonly group: number;
  readonly pattern: string;
  readonly handler: (delivery: Delivery) => Promise<void>;
  /** Name of the group when it is this subscription's own and ends with it. */
  readonly own?: string;
  readonly running: Set<Promise<void>>;
}

export interface PumpOptions {
  /** How long a delivery of a process that died keeps its message from others. */
  readonly leaseMs: number;
  /** How often to look whether another process has changed the file. */
  readonly pollMs: number;
  /** Pause before a message comes again whose handler threw. */
  readonly redeliveryDelayMs: number;
  /** Deliveries of one group at a time. */
  readonly concurrencyMax: number;
  readonly onError: (error: unknown) => void;
}

interface Settlement {
  readonly claim: Claimed;
  readonly verdict: Verdict;
  readonly decidedAt: number;
  readonly done: () => void;
}

/**
 * Moves messages from the file to the handlers of one process. One pass is one transaction: it notes what became of deliveries,
 * renews those that run, and takes new ones, so a disk is synced once for many of them.
 */
export class Pump {
  readonly members = new Set<Member>();
  readonly #connection: SqliteConnection;
  readonly #options: PumpOptions;
  #settlements: Settlement[] = [];
  /** Deliveries that nothing was decided about, with their groups. */
  readonly #running = new Map<Claimed, number>();
  #keepAt = 0;
  #isStopped = false;
  #isWoken = false;
  #wake: () => void = () => undefined;
  #loop: Promise<void> | undefined;
  #turn = 0;

  constructor(connection: SqliteConnection, options: PumpOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  start(): void {
    if (this.#loop !== undefined) return;
    this.#connection.listeners.add(this.wake);
    this.#loop = this.#run();
  }

  /** Something may be due: look now. */
  readonly wake = (): void => {
    this.#isWoken = true;
    this.#wake();
  };

  /** Call it when no handler runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { pollMs, leaseMs, onError } = this.#options;
    while (!this.#isStopped && this.#connection.isOpen) {
      this.#isWoken = false;
      let until = Date.now() + pollMs;
      let version: number | undefined;
      try {
        version = this.#connection.dataVersion();
        until = await this.#pass();
      } catch (error) {
        onError(error);
        // By then the message has gone to somebody else, or does so when the disk can be written to again.
        this.#finish(this.#settlements.filter(({ decidedAt }) => decidedAt + leaseMs <= Date.now()));
      }
      await this.#rest(until, version);
    }
    this.#connection.listeners.delete(this.wake);
    this.#finish(this.#settlements);
  }

  #finish(settlements: readonly Settlement[]): void {
    const finished = new Set(settlements);
    this.#settlements = this.#settlements.filter((each) => !finished.has(each));
    for (const { done } of settlements) done();
  }

  /** Until a time, or until somebody wakes it or has changed the file. */
  async #rest(until: number, version: number | undefined): Promise<void> {
    while (!this.#isWoken && Date.now() < until && this.#connection.isOpen) {
      await this.#pause(Math.min(this.#options.pollMs, until - Date.now()));
      if (this.#hasChanged(version)) return;
    }
  }

  /** True as well when it cannot be told: the next pass says why. After a failure (no version) only the time counts. */
  #hasChanged(version: number | undefined): boolean {
    if (version === undefined) return false;
    try {
      return this.#connection.dataVersion() !== version;
    } catch {
      return true;
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, delayMs));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Returns when to look again at the latest. */
  async #pass(): Promise<number> {
    const settlements = [...this.#settlements];
    if (settlements.length > 0 || (await this.#isDue())) {
      const claimed = await this.#connection.transaction(() => this.#change(settlements, Date.now()));
      this.#finish(settlements);
      for (const [group, letters] of claimed) for (const letter of letters) this.#begin(group, letter);
    }
    const groups = [...this.#groups()];
    const times = await this.#connection.read(() => groups.map((group) => nextDueAt(this.#connection, group)));
    return Math.min(this.#keepAt, ...times.filter((time) => time !== undefined));
  }

  /** Looking costs nobody a turn, a transaction does. */
  async #isDue(): Promise<boolean> {
    const now = Date.now();
    if (now >= this.#keepAt) return true;
    const groups = [...this.#groups()].filter((group) => this.#room(group) > 0);
    return this.#connection.read(() => groups.some((group) => hasDue(this.#connection, group, now)));
  }

  #change(settlements: readonly Settlement[], now: number): readonly (readonly [number, readonly Claimed[]])[] {
    const expiresAt = now + this.#options.leaseMs;
    for (const { claim, verdict } of settlements) settle(this.#connection, claim, verdict, now);
    if (now >= this.#keepAt) {
      for (const claim of this.#running.keys()) renew(this.#connection, claim, expiresAt);
      for (const { own, group, pattern } of this.members)
        if (own !== undefined) keepGroup(this.#connection, { number: group, name: own, pattern, expiresAt });
      removeExpired(this.#connection, now);
      this.#keepAt = now + this.#options.leaseMs / 3;
    }
    return [...this.#groups()].map((group) => {
      const fits = (address: string): boolean => this.#fitting(group, address).length > 0;
      return [group, claimLetters(this.#connection, group, { limit: this.#room(group), fits, now, expiresAt })];
    });
  }

  #groups(): ReadonlySet<number> {
    return new Set([...this.members].map(({ group }) => group));
  }

  #fitting(group: number, address: string): readonly Member[] {
    return [...this.members].filter(
      (member) => member.group === group && matchAddress(member.pattern, address) !== undefined,
    );
  }

  /** How many more deliveries a group may have. */
  #room(group: number): number {
    const running = [...this.#running.values()].filter((each) => each === group).length;
    return Math.max(0, this.#options.concurrencyMax - running);
  }

  #begin(group: number, claim: Claimed): void {
    const fitting = this.#fitting(group, claim.address);
    this.#turn += 1;
    const member = fitting[this.#turn % fitting.length];
    if (member === undefined) {
      void this.#decide(claim, { kind: 'release' });
      return;
    }
    this.#running.set(claim, group);
    const delivered = this.#deliver(member, claim).finally(() => member.running.delete(delivered));
    member.running.add(delivered);
  }

  /** A handler that throws or decides nothing is a nack. */
  async #deliver({ handler, pattern }: Member, claim: Claimed): Promise<void> {
    const { redeliveryDelayMs } = this.#options;
    const { address, message, attempt } = claim;
    let decided: Promise<void> | undefined;
    const decide = (verdict: Verdict): Promise<void> => {
      decided ??= this.#decide(claim, verdict);
      return decided;
    };
    const nack: Delivery['nack'] = ({ delayMs = redeliveryDelayMs, letOthersPass = false } = {}) =>
      decide({ kind: 'nack', delayMs, letOthersPass });
    const delivery: Delivery = {
      ...{ address, message, attempt, parameters: matchAddress(pattern, address) ?? {}, nack },
      ack: () => decide({ kind: 'ack' }),
      reject: (reason) => decide({ kind: 'reject', reason }),
    };
    try {
      await handler(delivery);
    } catch {
      // What it has not decided is nacked below.
    }
    await nack();
  }

  /** Resolves when it was noted in the file. */
  #decide(claim: Claimed, verdict: Verdict): Promise<void> {
    this.#running.delete(claim);
    return new Promise((done) => {
      this.#settlements.push({ claim, verdict, decidedAt: Date.now(), done });
      this.wake();
    });
  }
}
