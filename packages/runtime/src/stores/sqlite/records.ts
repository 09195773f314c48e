import { auditHash, auditRoot } from '../../audit.ts';
import type { AuditEntry, AuditLog, AuditRecord, Processes, ProcessState } from '../../store.ts';
import type { SqliteConnection } from './connection.ts';

/** Adds to the chain. One after the other: each needs the hash of the one before it. */
export async function record(connection: SqliteConnection, entry: AuditEntry, refuse: () => void): Promise<void> {
  const last = connection.get<AuditRecord>(
    'SELECT number, hash FROM millwright_audit WHERE number = (SELECT max(number) FROM millwright_audit)',
  );
  const number = (last?.number ?? 0) + 1;
  const hash = auditHash(last?.hash ?? auditRoot, number, entry);
  refuse();
  const { at, action, actor, subject, details } = entry;
  connection.run(
    'INSERT INTO millwright_audit (number, at, action, actor, subject, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[number, at, action, actor, subject, JSON.stringify(details), hash],
  );
}

export function auditOf(connection: SqliteConnection): AuditLog {
  return {
    read: ({ after = 0, limit }) =>
      connection.read(() =>
        connection
          .all<Omit<AuditRecord, 'details'> & { readonly details: string }>(
            `SELECT number, at, action, actor, subject, details, hash FROM millwright_audit
            WHERE number > ? ORDER BY number LIMIT ?`,
            ...[after, limit],
          )
          .map((row) => ({ ...row, details: detailsOf(row.details) })),
      ),
  };
}

/** Whoever has altered a row need not have written JSON; what he wrote is shown, and its hash is not that of the entry. */
function detailsOf(text: string): AuditRecord['details'] {
  try {
    return JSON.parse(text) as AuditRecord['details'];
  } catch {
    return { unreadable: text };
  }
}

interface ProcessRow {
  readonly process: string;
  readonly key: string;
  readonly version: number;
  readonly status: ProcessState['status'];
  readonly state: string | null;
  readonly due_at: number | null;
}

export function saveProcess(connection: SqliteConnection, state: ProcessState): boolean {
  const { process, key, version, status, dueAt = null } = state;
  const text = JSON.stringify(state.state) ?? null;
  if (version === 1)
    return (
      connection.run(
        `INSERT INTO millwright_process (process, key, version, status, state, due_at) VALUES (?, ?, 1, ?, ?, ?)
        ON CONFLICT (process, key) DO NOTHING`,
        ...[process, key, status, text, dueAt],
      ) === 1
    );
  return (
    connection.run(
      `UPDATE millwright_process SET version = ?, status = ?, state = ?, due_at = ?
      WHERE process = ? AND key = ? AND version = ?`,
      ...[version, status, text, dueAt, process, key, version - 1],
    ) === 1
  );
}

export function findProcess(connection: SqliteConnection, process: string, key: string): ProcessState | undefined {
  const row = connection.get<ProcessRow>(
    'SELECT * FROM millwright_process WHERE process = ? AND key = ?',
    ...[process, key],
  );
  return row && processOf(row);
}

export function processesOf(connection: SqliteConnection): Processes {
  return {
    find: (process, key) => connection.read(() => findProcess(connection, process, key)),
    list: ({ process, status, after = '', limit }) =>
      connection.read(() =>
        connection
          .all<ProcessRow>(
            'SELECT * FROM millwright_process WHERE process = ? AND status = ? AND key > ? ORDER BY key LIMIT ?',
            ...[process, status, after, limit],
          )
          .map(processOf),
      ),
    due: (now, limit) =>
      connection.read(() =>
        connection
          .all<ProcessRow>(
            `SELECT * FROM millwright_process WHERE due_at IS NOT NULL AND status <> 'completed' AND due_at <= ?
            ORDER BY due_at LIMIT ?`,
            ...[now, limit],
          )
          .map(processOf),
      ),
  };
}

function processOf({ process, key, version, status, state, due_at }: ProcessRow): ProcessState {
  const value: unknown = state === null ? undefined : JSON.parse(state);
  return { process, key, version, status, state: value, ...(due_at === null ? {} : { dueAt: due_at }) };
}
