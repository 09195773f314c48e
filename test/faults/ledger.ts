import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

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

interface Row {
  readonly number: number;
  readonly key: string;
}

function read(folder: string, file: string, sql: string): readonly Row[] {
  // A process that comes back after a kill holds the file while it recovers the log.
  const database = new DatabaseSync(join(folder, file), { readOnly: true, timeout: 10_000 });
  try {
    return database.prepare(sql).all() as unknown as readonly Row[];
  } finally {
    database.close();
  }
}

export function readLedger(folder: string): Ledger {
  const rows = read(folder, 'producer.db', 'SELECT number, key FROM business ORDER BY number');
  const effects = read(folder, 'consumer.db', 'SELECT number, key FROM effect ORDER BY rowid');
  const [letters] = read(folder, 'consumer.db', "SELECT count(*) AS number, '' AS key FROM millwright_dead_letter");
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
    deadLetters: letters?.number ?? 0,
  };
}
