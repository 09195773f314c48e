import type { Explanation } from './explanations.ts';

/** Codes of a store that is not what it is said to be. */
export const storeCodes: readonly Explanation[] = [
  {
    code: 'store/not-a-database',
    law: 'The file of a SQLite store is a database of SQLite.',
    why: 'Nothing can be read from another file, and nothing is written to it.',
    fix: 'Check the path; a database of SQLite begins with the words "SQLite format 3".',
  },
  {
    code: 'store/no-tables',
    law: 'A store has the tables that the application made.',
    why: 'This is another database or another schema; an empty answer would look like a clean one.',
    fix: 'Check the address and, for PostgreSQL, the schema; the application makes the tables when it starts.',
  },
  {
    code: 'store/newer-tables',
    law: 'The tables of a store are of the version that the command knows.',
    why: 'What a later version keeps there would be read wrongly.',
    fix: 'Use the millwright of the same version as the application.',
  },
  {
    code: 'store/older-tables',
    law: 'The tables of a store are of the version that the command knows.',
    why: 'A command brings no tables up to date: an application of the earlier version may still be running.',
    fix: 'Start the application once with this version, or use the millwright of its version.',
  },
  {
    code: 'driver/missing',
    law: 'Where the command runs, the driver of a server can be found.',
    why: 'The command line brings no driver of its own; that of the application is used.',
    fix: 'Run the command in the folder of a project that has the package, or install it there.',
  },
  {
    code: 'store/failed',
    law: 'The database answers.',
    why: 'What it says stands in the message; nothing else was done.',
    fix: 'Check that it runs, and that you may read it; what changes something needs the right to write.',
  },
];

/** What `millwright audit verify` finds. */
export const auditCodes: readonly Explanation[] = [
  {
    code: 'audit/altered',
    law: 'An entry of the trail has the hash that it was written with.',
    why: 'Somebody has changed it, or the hash of the one before it.',
    fix: 'Compare with a backup, find out who could write the table, and take the trail from there on for evidence only.',
  },
  {
    code: 'audit/missing',
    law: 'The numbers of the trail have no gap.',
    why: 'Somebody has deleted an entry.',
    fix: 'Look for it in a backup; the entry behind the gap cannot be judged.',
  },
  {
    code: 'audit/truncated',
    law: 'The trail is at least as long as its checkpoints have seen it.',
    why: 'Somebody has cut off its end, or an older copy of the database was restored.',
    fix: 'If a backup was restored, say so and begin a new file of checkpoints; else look for the entries in a backup.',
  },
  {
    code: 'audit/restamped',
    law: 'An entry has the hash that a checkpoint has seen.',
    why: 'Somebody who can write all of the trail has changed it and computed every hash anew.',
    fix: 'Take a backup from before the checkpoint for the truth. Also check that the file of checkpoints is that of this store.',
  },
  {
    code: 'audit/checkpoint-invalid',
    law: 'A checkpoint is signed by the key.',
    why: 'It was forged or altered, or another key made it; it proves nothing.',
    fix: 'Use the public key that belongs to the file, and keep the file where the application cannot write.',
  },
  {
    code: 'audit/checkpoint-unreadable',
    law: 'Every line of a file of checkpoints is one.',
    why: 'A line that is broken proves nothing and may hide that one was removed.',
    fix: 'Use the file as millwright audit checkpoint wrote it.',
  },
];
