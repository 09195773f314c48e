// From the transaction that publishes to the handled message, against the client of the broker alone with acks and confirms, and
// against the same client between the plainest tables that keep a message and remember it.
import { DatabaseSync } from 'node:sqlite';
import { createBus } from '@millwright/sdk/events';
import { printRange, ratioOf } from './measure.mjs';
import { messagesOf, publishAll } from './runtime-load.mjs';
import * as nats from './runtime-nats.mjs';
import * as rabbitmq from './runtime-rabbitmq.mjs';
import { startSystems, storesOf } from './runtime-systems.mjs';
import { withScratch } from './scratch.mjs';

const [rounds, count, batch] = [3, 3_000, 100];
/** What a relay has under way, and a subscription at hand: the bare side has as much. */
const [sentMax, heldMax] = [200, 256];

/** Resolves when all have come; a second one of the same id counts for nothing. */
function arrivals() {
  const ids = new Set();
  let all;
  const done = new Promise((resolve) => {
    all = resolve;
  });
  return {
    done,
    came: (id) => {
      ids.add(id);
      if (ids.size === count) all();
    },
  };
}

const late = () =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('not all messages have come')), 120_000).unref());

/** Thousands per second, from the first publication until the last message was handled. */
async function rateOf(publishes, done) {
  const start = performance.now();
  await Promise.race([Promise.all([publishes(), done]), late()]);
  return count / (performance.now() - start);
}

async function ourRate(kind, broker, fresh) {
  const stores = storesOf(kind, fresh);
  const { done, came } = arrivals();
  const systems = await startSystems({ stores, connect: broker.connect, onHandled: came });
  try {
    return await rateOf(async () => {
      for (let first = 0; first < count; first += batch) await publishAll(systems.producer, systems.bus, first, batch);
    }, done);
  } finally {
    await systems.close();
    stores.close();
  }
}

/** As many at once as may be under way. */
async function publishWindow(publish, messages) {
  for (let first = 0; first < messages.length; first += sentMax)
    await Promise.all(messages.slice(first, first + sentMax).map(publish));
}

async function bareRate(broker, messages) {
  const bare = await broker.bare(heldMax);
  const { done, came } = arrivals();
  await bare.consume(came);
  return rateOf(() => publishWindow(bare.publish, messages), done);
}

function tableAt(file, columns) {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(`CREATE TABLE message (${columns})`);
  return database;
}

/** Inserted by hundreds, read and marked by the window; each message is remembered in a transaction of its own before its ack. */
async function tablesRate(broker, messages, fresh) {
  const outbox = tableAt(
    `${fresh()}.db`,
    'position INTEGER PRIMARY KEY, address TEXT, attributes TEXT, payload BLOB, sent INTEGER',
  );
  const inbox = tableAt(`${fresh()}.db`, 'id TEXT PRIMARY KEY');
  const [insert, remember, mark] = [
    outbox.prepare('INSERT INTO message (address, attributes, payload) VALUES (?, ?, ?)'),
    inbox.prepare('INSERT OR IGNORE INTO message VALUES (?)'),
    outbox.prepare('UPDATE message SET sent = 1 WHERE position BETWEEN ? AND ?'),
  ];
  const read = outbox.prepare('SELECT * FROM message WHERE position > ? ORDER BY position LIMIT ?');
  const bare = await broker.bare(heldMax);
  const { done, came } = arrivals();
  await bare.consume((id) => {
    remember.run(id);
    came(id);
  });
  const write = async () => {
    for (let first = 0; first < count; first += batch) {
      outbox.exec('BEGIN IMMEDIATE');
      for (const { address, message } of messages.slice(first, first + batch))
        insert.run(address, JSON.stringify(message.attributes), message.data);
      outbox.exec('COMMIT');
      await new Promise(setImmediate);
    }
  };
  const send = async () => {
    for (let after = 0; after < count; ) {
      const rows = read.all(after, sentMax);
      await Promise.all(
        rows.map(({ address, attributes, payload }) =>
          bare.publish({ address, message: { attributes: JSON.parse(attributes), data: payload } }),
        ),
      );
      if (rows.length > 0) mark.run(after + 1, after + rows.length);
      else await new Promise(setImmediate);
      after += rows.length;
    }
  };
  try {
    return await rateOf(() => Promise.all([write(), send()]), done);
  } finally {
    outbox.close();
    inbox.close();
  }
}

async function measureBroker(engine, fresh) {
  const service = await engine.start();
  const messages = await messagesOf(createBus, count);
  const contenders = {
    memory: (broker) => ourRate('memory', broker, fresh),
    bare: (broker) => bareRate(broker, messages),
    sqlite: (broker) => ourRate('sqlite', broker, fresh),
    tables: (broker) => tablesRate(broker, messages, fresh),
  };
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  try {
    for (let round = -1; round < rounds; round += 1)
      for (const [name, contender] of Object.entries(contenders)) {
        const broker = await engine.open(service, `bench-${crypto.randomUUID().slice(0, 8)}`);
        const rate = await contender(broker).finally(broker.close);
        if (round >= 0) rates[name].push(rate);
      }
  } finally {
    await service.stop();
  }
  const row = (store, our, their, versions, goal) => ({
    question: `${engine.name}: 1 KB, published in a transaction until handled and acked, ${store}`,
    ours: printRange(rates[our], 'k/s'),
    peer: printRange(rates[their], 'k/s'),
    ratio: ratioOf(rates[our], rates[their]),
    ...(goal === undefined ? {} : { goal }),
    versions,
  });
  const tables = `${engine.peer} between plain tables of SQLite`;
  return [
    row('stores in memory', 'memory', 'bare', engine.peer, 'at least 0.5'),
    row('stores of SQLite', 'sqlite', 'tables', tables, 'at least 0.5'),
    row('stores of SQLite against none', 'sqlite', 'bare', engine.peer),
  ];
}

export function measureBrokers(names = [nats.name, rabbitmq.name]) {
  return withScratch(async (_, fresh) => {
    const rows = [];
    for (const engine of [nats, rabbitmq])
      if (names.includes(engine.name)) rows.push(...(await measureBroker(engine, fresh)));
    return rows;
  });
}
