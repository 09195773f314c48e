import { auditHash } from '../../audit.ts';
import type { AuditEntry, AuditRecord, ProcessQuery, ProcessState } from '../../store.ts';
import { jsonOf, keyOf, numberOf, textColumn, textOf } from './columns.ts';
import type { Dialect, PostgresClient, Row } from './driver.ts';

/** Locked until the transaction ends: one after the other adds to the chain. */
const lastHash = { name: 'audit-head', text: `SELECT number, hash FROM @heads WHERE name = 'audit' FOR UPDATE` };

const appending = {
  name: 'record',
  text: `
WITH head AS (UPDATE @heads SET number = $1, hash = $7 WHERE name = 'audit')
INSERT INTO @audit (number, at, action, actor, subject, details, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

const reading = {
  name: 'audit',
  text: `
SELECT number, at, action, actor, subject, details, hash FROM @audit WHERE number > $1 ORDER BY number LIMIT $2`,
};

export async function record(client: PostgresClient, dialect: Dialect, entry: AuditEntry): Promise<void> {
  const [head] = await dialect.run(client, lastHash);
  const number = numberOf(head?.['number']) + 1;
  const { at, action, actor, subject, details } = entry;
  await dialect.run(client, appending, [
    ...[number, at, ...[action, actor, subject].map(textColumn), JSON.stringify(details)],
    auditHash(textOf(head?.['hash']), number, entry),
  ]);
}

export async function readAudit(
  client: PostgresClient,
  dialect: Dialect,
  { after = 0, limit }: { readonly after?: number; readonly limit: number },
): Promise<readonly AuditRecord[]> {
  const rows = await dialect.run(client, reading, [after, limit]);
  return rows.map((row) => ({
    number: numberOf(row['number']),
    at: numberOf(row['at']),
    action: textOf(row['action']),
    actor: textOf(row['actor']),
    subject: textOf(row['subject']),
    details: jsonOf(row['details']) as AuditEntry['details'],
    hash: textOf(row['hash']),
  }));
}

const beginning = {
  name: 'process-begin',
  text: `
INSERT INTO @processes VALUES (sha256(convert_to($1, 'UTF8')), $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING version`,
};

const advancing = {
  name: 'process-advance',
  text: `
UPDATE @processes SET version = $2, status = $3, state = $4, due_at = $5
WHERE key = sha256(convert_to($1, 'UTF8')) AND version = $2::bigint - 1 RETURNING version`,
};

const processColumns = 'process, its_key, version, status, state, due_at';

const findingProcess = {
  name: 'process',
  text: `SELECT ${processColumns} FROM @processes WHERE key = sha256(convert_to($1, 'UTF8'))`,
};

const waking = {
  name: 'processes-due',
  text: `
SELECT ${processColumns} FROM @processes
WHERE due_at IS NOT NULL AND status <> 'completed' AND due_at <= $1 ORDER BY due_at LIMIT $2`,
};

export async function saveProcess(
  client: PostgresClient,
  dialect: Dialect,
  { process, key, version, status, state, dueAt }: ProcessState,
): Promise<boolean> {
  const columns = [version, status, JSON.stringify(state ?? null), dueAt ?? null];
  const rows =
    version === 1
      ? await dialect.run(client, beginning, [keyOf(process, key), textColumn(process), textColumn(key), ...columns])
      : await dialect.run(client, advancing, [keyOf(process, key), ...columns]);
  return rows.length > 0;
}

function processOf(row: Row): ProcessState {
  const due = row['due_at'];
  return {
    process: textOf(row['process']),
    key: textOf(row['its_key']),
    version: numberOf(row['version']),
    status: textOf(row['status']) as ProcessState['status'],
    state: jsonOf(row['state']),
    ...(typeof due === 'string' ? { dueAt: Number(due) } : {}),
  };
}

export async function findProcess(
  client: PostgresClient,
  dialect: Dialect,
  process: string,
  key: string,
): Promise<ProcessState | undefined> {
  const [row] = await dialect.run(client, findingProcess, [keyOf(process, key)]);
  return row === undefined ? undefined : processOf(row);
}

export async function dueProcesses(
  client: PostgresClient,
  dialect: Dialect,
  now: number,
  limit: number,
): Promise<readonly ProcessState[]> {
  return (await dialect.run(client, waking, [now, limit])).map(processOf);
}

// By code units of the text, so that a page begins where the one before ended in every locale.
const listing = {
  name: 'processes-listed',
  text: `
SELECT ${processColumns} FROM @processes
WHERE process = $1 AND status = $2 AND its_key COLLATE "C" > $3 ORDER BY its_key COLLATE "C" LIMIT $4`,
};

export async function listProcesses(
  client: PostgresClient,
  dialect: Dialect,
  { process, status, after = '', limit }: ProcessQuery,
): Promise<readonly ProcessState[]> {
  const values = [textColumn(process), status, textColumn(after), limit];
  return (await dialect.run(client, listing, values)).map(processOf);
}
