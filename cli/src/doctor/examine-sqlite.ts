import { existsSync } from 'node:fs';
import { diagnose, readSqliteFacts, sqliteRules } from '@millwright/runtime/doctor';
import { importSqlite } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

export const examineSqlite: Examine<'sqlite'> = async ({ file }, { atEnd }) => {
  if (!existsSync(file)) throw new Error('there is no such file');
  const { DatabaseSync } = await importSqlite();
  const database = new DatabaseSync(file, { readOnly: true });
  atEnd(() => database.close());
  return diagnose(sqliteRules, await readSqliteFacts(database));
};
