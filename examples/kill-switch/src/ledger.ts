import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the ERP has written against what the execution system has made of it. */
export interface Ledger {
  readonly orders: number;
  readonly jobs: number;
  readonly missing: number;
  readonly twice: number;
  readonly phantom: number;
}

function numbers(file: string, table: string): readonly string[] {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    return database
      .prepare(`SELECT number FROM ${table}`)
      .all()
      .map(({ number }) => String(number));
  } catch {
    // Not made yet.
    return [];
  } finally {
    database.close();
  }
}

export function readLedger(folder: string): Ledger {
  // Jobs first: what is written in between is missing for a moment, and no phantom.
  const jobs = numbers(join(folder, 'mes.db'), 'job');
  const orders = new Set(numbers(join(folder, 'erp.db'), 'work_order'));
  const made = new Set(jobs);
  return {
    orders: orders.size,
    jobs: jobs.length,
    missing: [...orders].filter((number) => !made.has(number)).length,
    twice: jobs.length - made.size,
    phantom: [...made].filter((number) => !orders.has(number)).length,
  };
}
