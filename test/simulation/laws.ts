import type { Message } from '@millwright/runtime';
import type { BurialRequest, Lease, OutboxRow } from '@millwright/runtime/messaging';
import type { BrokerWatch } from './broker.ts';
import type { StoreWatch, Verdict } from './faulty-store.ts';

const nameOf = ({ attributes }: Message): string => `${String(attributes['source'])} ${String(attributes['id'])}`;

/** What must hold at every step, and what has been found not to. */
export class Laws implements BrokerWatch {
  readonly problems: string[] = [];
  /** Numbers of the messages that an operator has replayed: they come late by his will; and of those that he has discarded. */
  readonly decisions = { replay: new Set<number>(), discard: new Set<number>() };
  /** Messages that the broker has taken. */
  readonly #taken = new Set<string>();
  /** Of each lane, the number that was taken last for the first time. */
  readonly #lanes = new Map<string, number>();

  /** Deliveries of a message to a group, without those that only had to wait. */
  readonly #tries = new Map<string, number>();
  readonly #attemptsMax: number;

  constructor(attemptsMax: number) {
    this.#attemptsMax = attemptsMax;
  }

  broken(problem: string): void {
    // One fault can show a thousand times.
    if (this.problems.length < 20) this.problems.push(problem);
  }

  /** The relay sends a lane in its order: a message is not taken before the one that comes before it has been. */
  taken(address: string, message: Message): void {
    const name = nameOf(message);
    if (this.#taken.has(name)) return;
    this.#taken.add(name);
    const { source, sequence } = message.attributes;
    // A receipt, which has no lane.
    if (sequence === undefined) return;
    const lane = `${String(source)} ${address} ${message.partitionKey ?? ''}`;
    const last = this.#lanes.get(lane) ?? 0;
    const number = Number(sequence);
    if (number > last + 1) this.broken(`relay: ${number} of a lane was sent, and ${last + 1} was not`);
    this.#lanes.set(lane, Math.max(last, number));
  }

  delivered(group: string, message: Message): void {
    this.#count(group, message, 1);
  }

  waited(group: string, message: Message): void {
    this.#count(group, message, -1);
  }

  #count(group: string, message: Message, step: number): void {
    const name = `${group} ${nameOf(message)}`;
    this.#tries.set(name, (this.#tries.get(name) ?? 0) + step);
  }

  /** What may pass is given up after so many tries, not earlier. */
  #patience({ subscriber, message, failure }: BurialRequest): void {
    const tries = this.#tries.get(`${subscriber.split(' ')[0]} ${nameOf(message)}`) ?? 0;
    if (failure.kind === 'transient' && tries < this.#attemptsMax)
      this.broken(`dead letters: ${nameOf(message)} was given up after ${tries} tries of ${this.#attemptsMax}`);
  }

  /** For the processes of one store. */
  watch(): StoreWatch {
    const rows = new Map<number, string>();
    const burials = new Map<string, number>();
    let holder = '';
    let token = 0;
    const replays = new Map<string, number>();
    return {
      granted: (lease: Lease) => {
        if (lease.holder !== holder && lease.token <= token)
          this.broken(`lease: a new holder has token ${lease.token} after ${token}`);
        holder = lease.holder;
        token = Math.max(token, lease.token);
      },
      claimed: (claimed: readonly OutboxRow[]) => {
        for (const { position, message } of claimed) rows.set(position, nameOf(message));
      },
      marked: (lease: Lease, positions: readonly number[]) => {
        if (lease.token !== token) this.broken(`lease: token ${lease.token} marked after ${token} was given`);
        for (const position of positions) {
          const name = rows.get(position) ?? '';
          if (!this.#taken.has(name)) this.broken(`relay: ${name} was marked as sent, and the broker never took it`);
        }
      },
      buried: (letter: BurialRequest) => {
        this.#patience(letter);
        const { source, id, subscriber } = letter;
        const name = `${subscriber} ${source} ${id}`;
        const count = (burials.get(name) ?? 0) + 1;
        burials.set(name, count);
        const replayCount = replays.get(`${source} ${id}`) ?? 0;
        if (count > 1 + replayCount)
          this.broken(`dead letters: ${name} was buried ${count} times, with ${replayCount} replays`);
      },
      decided: (decision: Verdict, message: Message) => {
        const name = nameOf(message);
        if (decision === 'replay') replays.set(name, (replays.get(name) ?? 0) + 1);
        const { number } = JSON.parse(new TextDecoder().decode(message.data)) as { readonly number: number };
        this.decisions[decision].add(number);
      },
    };
  }
}
