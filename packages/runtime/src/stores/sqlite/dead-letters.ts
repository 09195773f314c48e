import type { DeadLetterFigures, DeadLetterRecord, DeadLetters, Decision } from '../../store.ts';
import { decided } from '../decided.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqliteValue } from './database.ts';
import { stateOf } from './inbox.ts';
import { type MessageRow, messageOf } from './message-row.ts';
import { sendAgain } from './outbox.ts';
import { record } from './records.ts';

interface LetterRow extends MessageRow {
  readonly number: number;
  readonly subscriber: string;
  readonly source: string;
  readonly id: string;
  readonly address: string;
  readonly kind: DeadLetterRecord['failure']['kind'];
  readonly reason: string;
  readonly pointer: string | null;
  readonly failure_group: string;
  readonly attempts: number;
  readonly first_failed_at: number;
  readonly buried_at: number;
  readonly replays: number;
  readonly state: DeadLetterRecord['state'];
}

export function deadLettersOf(connection: SqliteConnection): DeadLetters {
  return {
    list: ({ state, group, after = 0, limit }) => {
      const asked = [
        ['state = ?', state],
        ['failure_group = ?', group],
        ['number > ?', after],
      ] as const;
      const given = asked.filter(([, value]) => value !== undefined);
      const sql = `SELECT * FROM millwright_dead_letter WHERE ${given.map(([term]) => term).join(' AND ')}
      ORDER BY number LIMIT ?`;
      const values = given.map(([, value]) => value as SqliteValue);
      return connection.read(() => connection.all<LetterRow>(sql, ...values, limit).map(recordOf));
    },
    find: (number) => connection.read(() => find(connection, number)),
    figures: (limit) =>
      connection.read(() =>
        connection
          .all<DeadLetterFigures>(
            `SELECT subscriber, kind, count(*) AS count, min(buried_at) AS oldestAt FROM
            (SELECT subscriber, kind, buried_at FROM millwright_dead_letter WHERE state = 'buried' ORDER BY number LIMIT ?)
            GROUP BY subscriber, kind`,
            limit,
          )
          .map((row) => ({ ...row })),
      ),
    replay: (number, decision) =>
      connection.transaction(async () => {
        const letter = find(connection, number);
        if (letter?.state !== 'buried' || stateOf(connection, letter) === undefined) return false;
        const { address, message, subscriber, source, id } = letter;
        connection.run(
          `UPDATE millwright_inbox SET state = 'replayed' WHERE subscriber = ? AND source = ? AND id = ?`,
          ...[subscriber, source, id],
        );
        connection.run(
          `UPDATE millwright_dead_letter SET state = 'replayed', replays = replays + 1 WHERE number = ?`,
          number,
        );
        sendAgain(connection, `replay\n${number}`, { address, message, priority: 1, now: decision.now });
        await recordDecision(connection, 'replayed', letter, decision);
        return true;
      }),
    discard: (number, decision) =>
      connection.transaction(async () => {
        const letter = find(connection, number);
        if (letter?.state !== 'buried') return false;
        connection.run(`UPDATE millwright_dead_letter SET state = 'discarded' WHERE number = ?`, number);
        await recordDecision(connection, 'discarded', letter, decision);
        return true;
      }),
  };
}

function recordDecision(
  connection: SqliteConnection,
  action: 'replayed' | 'discarded',
  letter: DeadLetterRecord,
  decision: Decision,
): Promise<void> {
  const { number, subscriber } = letter;
  const entry = decided(action, letter, decision, { letter: number, subscriber });
  return record(connection, entry, () => connection.refuseEnded());
}

function find(connection: SqliteConnection, number: number): DeadLetterRecord | undefined {
  const row = connection.get<LetterRow>('SELECT * FROM millwright_dead_letter WHERE number = ?', number);
  return row && recordOf(row);
}

function recordOf(row: LetterRow): DeadLetterRecord {
  const { number, subscriber, source, id, address, kind, reason, pointer, attempts, replays, state } = row;
  return {
    ...{ number, subscriber, source, id, address, message: messageOf(row), attempts, replays, state },
    failure: { kind, reason, ...(pointer === null ? {} : { pointer }) },
    group: row.failure_group,
    firstFailedAt: row.first_failed_at,
    buriedAt: row.buried_at,
  };
}
