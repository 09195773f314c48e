import type { Books } from './databases/database.ts';

/** Business rows against effects: what went wrong, by the numbers of the rows. */
export interface Ledger {
  readonly rows: number;
  readonly effects: number;
  readonly lost: readonly number[];
  readonly twice: readonly number[];
  /** Effects of rows that do not exist. */
  readonly phantom: readonly number[];
  /** Effects that came after a later one of their key. */
  readonly outOfOrder: readonly number[];
  readonly deadLetters: number;
}

export async function readLedger(books: Books): Promise<Ledger> {
  // In this order: an effect of a row that is written in between would look like a phantom.
  const effects = await books.rows('effect');
  const rows = await books.rows('business');
  const written = new Set(rows.map(({ number }) => number));
  const times = new Map<number, number>();
  const last = new Map<string, number>();
  const outOfOrder: number[] = [];
  for (const { number, key } of effects) {
    times.set(number, (times.get(number) ?? 0) + 1);
    if (number < (last.get(key) ?? 0)) outOfOrder.push(number);
    last.set(key, Math.max(number, last.get(key) ?? 0));
  }
  return {
    rows: rows.length,
    effects: effects.length,
    lost: [...written].filter((number) => !times.has(number)),
    twice: [...times].filter(([, count]) => count > 1).map(([number]) => number),
    phantom: [...times.keys()].filter((number) => !written.has(number)),
    outOfOrder,
    deadLetters: await books.deadLetterCount(),
  };
}

/** In words; empty when the promise was kept. */
export const faultsOf = ({ lost, twice, phantom, outOfOrder, deadLetters }: Ledger): string =>
  Object.entries({ lost, twice, phantom, 'out of order': outOfOrder })
    .filter(([, numbers]) => numbers.length > 0)
    .map(([name, numbers]) => `${numbers.length} ${name} (${numbers.slice(0, 5).join(', ')})`)
    .concat(deadLetters > 0 ? [`${deadLetters} dead letters`] : [])
    .join(', ');
