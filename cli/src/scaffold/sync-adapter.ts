import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdapterSkeleton, registrationOf, registrationsPath } from '@millwright/generators';
import { ScaffoldFailure } from '../failure.ts';
import { type AdapterRecord, printRecord, recordName, recordOf, writeNew } from './adapter-folder.ts';
import { addRegistrations, markRemoved } from './sync-edits.ts';

export interface SyncResult {
  readonly added: readonly string[];
  readonly edited: readonly string[];
}

/** Adds what is new and marks what was removed. Every edit is decided before the first file is written. */
export function syncAdapter(folder: string, record: AdapterRecord, parts: AdapterSkeleton['parts']): SyncResult {
  const fresh = parts.filter(({ key }) => !Object.hasOwn(record.parts, key));
  const kept = new Set(parts.map(({ key }) => key));
  const gone = Object.entries(record.parts).filter(([key]) => !kept.has(key));
  const handlers = fresh.filter(({ direction }) => direction === 'consume').map(registrationOf);
  const edits = new Map<string, string>();
  for (const [key, { files }] of gone)
    for (const path of files.filter((name) => /^src\//.test(name) && existsSync(join(folder, name))))
      edits.set(path, markRemoved(readFileSync(join(folder, path), 'utf8'), key));
  if (handlers.length > 0) edits.set(registrationsPath, registered(folder, handlers));
  const edited = [...edits].filter(([path, text]) => readFileSync(join(folder, path), 'utf8') !== text);
  const added = writeNew(
    folder,
    fresh.flatMap(({ files }) => files),
  );
  for (const [path, text] of edited) writeFileSync(join(folder, path), text);
  const next = recordOf(record.system, record.sdk, fresh);
  const all = printRecord({ ...record, parts: { ...record.parts, ...next.parts } });
  if (fresh.length > 0) writeFileSync(join(folder, recordName), all);
  return { added, edited: edited.map(([path]) => path) };
}

function registered(folder: string, handlers: Parameters<typeof addRegistrations>[1]): string {
  const file = join(folder, registrationsPath);
  const text = existsSync(file) ? addRegistrations(readFileSync(file, 'utf8'), handlers) : undefined;
  if (text !== undefined) return text;
  throw new ScaffoldFailure(
    'scaffold/no-registrations',
    `${file} has no array that handlers can be added to; nothing was written`,
    `Give it an array named registrations, or add these by hand: ${handlers.map(({ name }) => name).join(', ')}.`,
  );
}
