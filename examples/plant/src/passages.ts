import { DatabaseSync } from 'node:sqlite';
import type { HistoryEntry } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import type { System } from './plant.ts';
import type { Passage } from './sequence-svg.ts';

/** Which messages of a business transaction went from whom to whom, by what the stores of all systems remember. */
export async function passagesOf(systems: readonly System[], correlationId: string): Promise<readonly Passage[]> {
  const known: { readonly system: string; readonly entry: HistoryEntry }[] = [];
  for (const { name, file } of systems) {
    const database = new DatabaseSync(file, { readOnly: true });
    const entries = await createSqliteStore(database).history({ correlationId });
    known.push(...entries.map((entry) => ({ system: name, entry })));
    database.close();
  }
  const sent = new Map(
    known.flatMap(({ system, entry }) => (entry.step === 'enqueued' ? [[entry.id, { system, entry }]] : [])),
  );
  return known.flatMap(({ system, entry }) => {
    const origin = sent.get(entry.id);
    if (entry.step !== 'applied' || origin === undefined) return [];
    const label = entry.type.split('.').slice(2, -1).join(' ');
    return [{ from: origin.system, to: system, label, sentAt: origin.entry.at, appliedAt: entry.at }];
  });
}
