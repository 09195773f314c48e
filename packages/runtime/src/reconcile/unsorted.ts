import type { Comparison } from './comparison.ts';
import { differingMembers, exactText, NestedTooDeeply } from './differing.ts';
import { Ledger } from './ledger.ts';
import { type Difference, keyOf, type ReconcileOptions, type ReconcileTotals, type Sides, versionIn } from './sides.ts';

type Counts = { -readonly [Name in keyof ReconcileTotals]: number };

export const noCounts = (): Counts => ({
  ...{ record: 0, copy: 0, equal: 0, missing: 0, extra: 0, different: 0, duplicate: 0, unreadable: 0 },
});

/** An object with what it is known by. */
interface Read {
  readonly key: Exclude<ReturnType<typeof keyOf>, string>;
  readonly name: string;
  readonly text: string;
}

/** The key and text of an object, or why it has none. */
export function readObject(object: unknown, options: ReconcileOptions, comparison: Comparison): Read | string {
  const key = keyOf(object, options.key);
  if (typeof key === 'string') return key;
  try {
    return { key, name: JSON.stringify(key), text: exactText(object, comparison) };
  } catch (error) {
    if (error instanceof NestedTooDeeply) return `is nested too deeply: ${error.message}`;
    throw error;
  }
}

/**
 * The side of record becomes a ledger of hashes, the copy is held against it, and the side of record is read once more where something
 * has to be told of its objects. What changes in between is told as it is in the last reading, and not at all when it is equal then.
 */
export async function* reconcileUnsorted(
  { record, copy }: Sides,
  options: ReconcileOptions,
  comparison: Comparison,
): AsyncGenerator<Difference, ReconcileTotals> {
  const counts = noCounts();
  const ledger = new Ledger();
  for await (const object of record.read()) {
    counts.record += 1;
    const read = readObject(object, options, comparison);
    if (typeof read === 'string') {
      counts.unreadable += 1;
      yield { kind: 'unreadable', side: record.name, position: counts.record, reason: read };
    } else if (ledger.stateOf(read.name) !== undefined) {
      counts.duplicate += 1;
      yield { kind: 'duplicate', side: record.name, key: read.key };
    } else ledger.add(read.name, 'missing', read.text);
  }
  counts.missing = ledger.size;
  const book: Book = { ledger, held: new Map(), counts, options, copyName: copy.name };
  for await (const object of copy.read()) {
    counts.copy += 1;
    const read = readObject(object, options, comparison);
    const told = typeof read === 'string' ? read : judgeCopy(object, read, book);
    if (typeof told === 'string') {
      counts.unreadable += 1;
      yield { kind: 'unreadable', side: copy.name, position: counts.copy, reason: told };
    } else if (told !== undefined) yield told;
  }
  if (counts.missing + counts.different > 0) yield* tellRecords(record, book, comparison);
  return counts;
}

interface Book {
  readonly ledger: Ledger;
  /** Objects of the copy that differ. */
  readonly held: Map<string, unknown>;
  readonly counts: Counts;
  readonly options: ReconcileOptions;
  readonly copyName: string;
}

function judgeCopy(
  object: unknown,
  { key, name, text }: Read,
  { ledger, held, counts, options, copyName }: Book,
): Difference | undefined {
  const state = ledger.stateOf(name);
  if (state === undefined) {
    counts.extra += 1;
    ledger.add(name, 'extra', text);
    return { kind: 'extra', key, ...versionIn(object, options.version, 'copyVersion'), copy: object };
  }
  if (state !== 'missing') {
    counts.duplicate += 1;
    return { kind: 'duplicate', side: copyName, key };
  }
  counts.missing -= 1;
  const isSame = ledger.isSame(name, text);
  counts[isSame ? 'equal' : 'different'] += 1;
  ledger.mark(name, isSame ? 'equal' : 'different');
  if (!isSame && held.size < (options.heldMax ?? 1_000)) held.set(name, object);
  return undefined;
}

async function* tellRecords(
  record: Sides['record'],
  { ledger, held, counts, options }: Book,
  comparison: Comparison,
): AsyncGenerator<Difference, void> {
  counts.missing = 0;
  counts.different = 0;
  for await (const object of record.read()) {
    const read = readObject(object, options, comparison);
    if (typeof read === 'string') continue;
    const { key, name } = read;
    const state = ledger.stateOf(name);
    if (state !== 'missing' && state !== 'different') continue;
    ledger.mark(name, 'equal');
    const version = versionIn(object, options.version, 'recordVersion');
    if (state === 'missing') {
      counts.missing += 1;
      yield { kind: 'missing', key, ...version, record: object };
      continue;
    }
    const copy = held.get(name);
    held.delete(name);
    const members = copy === undefined ? undefined : differingMembers(object, copy, comparison);
    if (members?.length === 0) {
      counts.equal += 1;
      continue;
    }
    counts.different += 1;
    const versions = { ...version, ...versionIn(copy, options.version, 'copyVersion') };
    yield { kind: 'different', key, ...versions, record: object, ...(members === undefined ? {} : { members }) };
  }
}
