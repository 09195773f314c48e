import type { Comparison } from './comparison.ts';
import { differingMembers } from './differing.ts';
import {
  compareKeys,
  type Difference,
  type ReconcileOptions,
  type ReconcileTotals,
  type Side,
  type Sides,
  UnsortedSide,
  versionIn,
} from './sides.ts';
import { noCounts, readObject } from './unsorted.ts';

interface Entry extends Exclude<ReturnType<typeof readObject>, string> {
  readonly object: unknown;
}

/** The objects of a side one after the other; what cannot be compared is told on the way. */
class Cursor {
  current: Entry | undefined;
  count = 0;
  readonly #side: Side;
  readonly #objects: AsyncGenerator<unknown>;
  readonly #read: (object: unknown) => ReturnType<typeof readObject>;

  constructor(side: Side, read: (object: unknown) => ReturnType<typeof readObject>) {
    this.#side = side;
    this.#objects = iterate(side);
    this.#read = read;
  }

  /** Goes to the next key. */
  async *advance(): AsyncGenerator<Difference, void> {
    const last = this.current;
    for (;;) {
      const { done, value: object } = await this.#objects.next();
      if (done === true) {
        this.current = undefined;
        return;
      }
      this.count += 1;
      const read = this.#read(object);
      if (typeof read === 'string') {
        yield { kind: 'unreadable', side: this.#side.name, position: this.count, reason: read };
        continue;
      }
      const order = last === undefined ? 1 : compareKeys(read.key, last.key);
      if (order < 0) throw new UnsortedSide(`${this.#side.name} has ${read.name} after ${last?.name}`);
      if (order > 0) {
        this.current = { ...read, object };
        return;
      }
      yield { kind: 'duplicate', side: this.#side.name, key: read.key };
    }
  }

  async close(): Promise<void> {
    await this.#objects.return(undefined);
  }
}

async function* iterate(side: Side): AsyncGenerator<unknown> {
  yield* side.read();
}

/** Two sides in the order of their keys, of which one object each is held. */
export async function* reconcileSorted(
  { record, copy }: Sides,
  options: ReconcileOptions,
  comparison: Comparison,
): AsyncGenerator<Difference, ReconcileTotals> {
  const counts = noCounts();
  const read = (object: unknown) => readObject(object, options, comparison);
  const [left, right] = [new Cursor(record, read), new Cursor(copy, read)];
  const counted = async function* (differences: AsyncGenerator<Difference, void>) {
    for await (const difference of differences) {
      counts[difference.kind] += 1;
      yield difference;
    }
  };
  try {
    yield* counted(left.advance());
    yield* counted(right.advance());
    while (left.current !== undefined || right.current !== undefined) {
      const { current: ours } = left;
      const { current: theirs } = right;
      const order = ours === undefined ? 1 : theirs === undefined ? -1 : compareKeys(ours.key, theirs.key);
      const difference = differenceOf(
        order <= 0 ? ours : undefined,
        order >= 0 ? theirs : undefined,
        options,
        comparison,
      );
      if (difference === undefined) counts.equal += 1;
      else {
        counts[difference.kind] += 1;
        yield difference;
      }
      if (order <= 0) yield* counted(left.advance());
      if (order >= 0) yield* counted(right.advance());
    }
  } finally {
    await left.close();
    await right.close();
  }
  return { ...counts, record: left.count, copy: right.count };
}

/** What is to be told of one key, of which at least one side has an object. */
function differenceOf(
  ours: Entry | undefined,
  theirs: Entry | undefined,
  { version }: ReconcileOptions,
  comparison: Comparison,
): Difference | undefined {
  const versions = {
    ...versionIn(ours?.object, version, 'recordVersion'),
    ...versionIn(theirs?.object, version, 'copyVersion'),
  };
  if (theirs === undefined)
    return ours === undefined ? undefined : { kind: 'missing', key: ours.key, ...versions, record: ours.object };
  if (ours === undefined) return { kind: 'extra', key: theirs.key, ...versions, copy: theirs.object };
  if (ours.text === theirs.text) return undefined;
  const members = differingMembers(ours.object, theirs.object, comparison);
  return { kind: 'different', key: ours.key, ...versions, record: ours.object, members };
}
