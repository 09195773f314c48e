// Messages put into the outbox of SQLite per second, against insertions of the same bytes into a table without any index.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createBus, createMemoryTransport } from '@millwright/sdk/events';
import { printRange, ratioOf } from './measure.mjs';
import { identity, messagesOf, publishAll } from './runtime-load.mjs';
import { withScratch } from './scratch.mjs';

const [rounds, count, batch] = [5, 10_000, 100];

/** Thousands per second of what `put` does for each batch. */
async function rateOf(put) {
  const start = performance.now();
  for (let first = 0; first < count; first += batch) await put(first);
  return count / (performance.now() - start);
}

async function ourRate(file) {
  const database = new DatabaseSync(file);
  const store = createSqliteStore(database);
  // No relay is started: only what the producer waits for is measured.
  const messaging = createMessaging({ ...identity, store, transport: createMemoryTransport() });
  await store.migrate();
  const bus = createBus(messaging.config);
  const rate = await rateOf((first) => publishAll(messaging, bus, first, batch));
  const { count: waiting } = await store.outbox.figures();
  if (waiting !== count) throw new Error(`${waiting} messages wait instead of ${count}`);
  await messaging.close();
  database.close();
  return rate;
}

async function bareRate(file, rows) {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE message (position INTEGER PRIMARY KEY, address TEXT, attributes TEXT, payload BLOB)');
  const insert = database.prepare('INSERT INTO message (address, attributes, payload) VALUES (?, ?, ?)');
  const rate = await rateOf((first) => {
    database.exec('BEGIN IMMEDIATE');
    for (const { address, attributes, data } of rows.slice(first, first + batch)) insert.run(address, attributes, data);
    database.exec('COMMIT');
  });
  database.close();
  return rate;
}

export function measureOutbox() {
  return withScratch(async (folder) => {
    const messages = await messagesOf(createBus, count);
    const rows = messages.map(({ address, message: { attributes, data } }) => ({
      ...{ address, data },
      attributes: JSON.stringify(attributes),
    }));
    const [ours, bare] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      const our = await ourRate(join(folder, `ours-${round}.db`));
      const their = await bareRate(join(folder, `bare-${round}.db`), rows);
      if (round < 0) continue;
      ours.push(our);
      bare.push(their);
    }
    return [
      {
        question: 'SQLite outbox: messages of 1 KB put in, 100 in a transaction, synchronous FULL',
        ours: printRange(ours, 'k/s'),
        peer: printRange(bare, 'k/s'),
        ratio: ratioOf(ours, bare),
        goal: 'at least 0.6',
        versions: `bare insertions, SQLite ${process.versions.sqlite}`,
      },
    ];
  });
}
