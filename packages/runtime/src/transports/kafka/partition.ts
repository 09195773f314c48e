import type { KafkaRecord } from './kafka-driver.ts';

/** A record with its place in the log. */
export interface PlacedRecord {
  readonly offset: bigint;
  readonly record: KafkaRecord;
}

/** Messages behind the first unfinished one that may be done: so many come again after a crash. */
const aheadMax = 10_000;

/**
 * A partition that is assigned to this member, from one rebalance to the one that takes it away. Kafka keeps one number of it for a
 * group, the offset up to which everything is done; which of the later ones are done as well is known here only.
 */
export class Partition {
  readonly topic: string;
  readonly index: number;
  /** Where the next fetch begins. */
  position: bigint;
  /** What the brokers know of the {@link floor}. */
  committed: bigint;
  /** Fetched, and not handed over yet. */
  readonly fetched: PlacedRecord[] = [];
  /** Handed over and not done, lowest first. */
  readonly #open = new Set<bigint>();
  #next: bigint;
  readonly #revoked = new AbortController();

  constructor(topic: string, index: number, position: bigint) {
    this.topic = topic;
    this.index = index;
    this.position = position;
    this.committed = position;
    this.#next = position;
  }

  /** Aborted when it is taken away: what came of it is somebody else's then. */
  get revoked(): AbortSignal {
    return this.#revoked.signal;
  }

  revoke(): void {
    this.#revoked.abort();
    this.fetched.length = 0;
  }

  /** Everything before it is done. */
  get floor(): bigint {
    const [lowest] = this.#open;
    return lowest ?? (this.fetched.length > 0 ? this.#next : this.position);
  }

  /** Whether one more may be at hand. */
  hasRoom(heldMax: number): boolean {
    return this.#open.size < heldMax && this.#next - this.floor < BigInt(aheadMax);
  }

  take(offset: bigint): void {
    this.#open.add(offset);
    this.#next = offset + 1n;
  }

  done(offset: bigint): void {
    this.#open.delete(offset);
  }
}
