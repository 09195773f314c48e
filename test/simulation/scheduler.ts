import { Chance } from './chance.ts';

/** Whose event it is: what belongs to a process waits while that is paused, and never comes once it is dead. */
export interface Owner {
  readonly isDead: boolean;
  readonly pausedUntil: number;
}

/** Something that will happen. */
export interface Event {
  time: number;
  readonly rank: number;
  readonly label: string;
  readonly owner: Owner | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

export interface SchedulerOptions {
  readonly seed: number;
  /** Told of every event, in the order in which they happen. */
  readonly onEvent?: (line: string) => void;
}

/** Where virtual time begins, in milliseconds since 1970. */
export const epochMs = Date.UTC(2026, 0, 5, 6);

/**
 * One process, one thread, no clock: whatever happens is an event at a virtual time, and the seed decides which of those of one time
 * comes first. Between two events every promise that can go on has gone on.
 */
export class Scheduler {
  readonly chance: Chance;
  readonly trace = new Trace();
  now = 0;
  count = 0;
  readonly #onEvent: SchedulerOptions['onEvent'];
  readonly #heap: Event[] = [];
  #isStopped = false;

  constructor({ seed, onEvent }: SchedulerOptions) {
    this.chance = new Chance(seed);
    this.#onEvent = onEvent;
  }

  after(delayMs: number, label: string, run: () => void, owner?: Owner): Event {
    const time = this.now + Math.max(0, Math.ceil(delayMs));
    const event: Event = { time, rank: this.chance.next(), label, owner, run, isCancelled: false };
    this.#push(event);
    return event;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** What is worth seeing in a trace and is no event. */
  note(line: string): void {
    this.trace.add(line);
    this.#onEvent?.(line);
  }

  /** Runs until it is stopped, or nothing is left to happen. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      // A tick that was asked for by a microtask comes when no microtask is left: then everything waits for the next event.
      const step = (): void => {
        try {
          if (this.#isStopped || !this.#advance()) resolve();
          else queueMicrotask(() => process.nextTick(step));
        } catch (error) {
          reject(error);
        }
      };
      process.nextTick(step);
    });
  }

  #advance(): boolean {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      if (event.isCancelled || event.owner?.isDead === true) continue;
      this.now = event.time;
      if (event.owner !== undefined && event.owner.pausedUntil > this.now) {
        event.time = event.owner.pausedUntil;
        this.#push(event);
        continue;
      }
      this.count += 1;
      this.note(`${this.now} ${event.label}`);
      event.run();
      return true;
    }
    return false;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (isBefore(heap[above] as Event, event)) break;
      heap[index] = heap[above] as Event;
      index = above;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (let below = 1; below < heap.length; below = 2 * index + 1) {
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, heap[below] as Event)) below += 1;
      if (isBefore(last, heap[below] as Event)) break;
      heap[index] = heap[below] as Event;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (left: Event, right: Event): boolean =>
  left.time < right.time || (left.time === right.time && left.rank < right.rank);

/** Hash of everything that happened: two runs of a seed that differ anywhere differ here (FNV-1a, twice 32 bits). */
class Trace {
  #low = 0x811c9dc5;
  #high = 0x01000193;

  add(line: string): void {
    for (let index = 0; index < line.length; index += 1) {
      const code = line.charCodeAt(index);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b);
    }
  }

  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
