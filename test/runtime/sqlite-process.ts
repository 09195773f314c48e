/** A process of its own for the tests of SQLite: node sqlite-process.ts <file> <task> <name>. */
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';

const [file = '', task = '', name = ''] = process.argv.slice(2);
const database = new DatabaseSync(file);
const store = createSqliteStore(database);
/** Whoever is to be killed has a short lease; the others have one that no pause of a busy machine outlasts. */
const transport = createSqliteTransport(database, { leaseMs: task === 'take' ? 1000 : 60_000, concurrencyMax: 4 });

/** Many transactions of a business row with a message, in a lane that all processes share. */
async function write(): Promise<void> {
  await store.migrate();
  for (let index = 0; index < 100; index += 1)
    await store.transaction(async (transaction) => {
      transaction.connection.prepare('INSERT INTO business VALUES (?, ?)').run(`${name}-${index}`, 'x');
      const attributes = { specversion: '1.0', id: `${name}-${index}`, source: '/test', type: 'test.v1' };
      const message = { attributes, data: new Uint8Array(10), partitionKey: 'shared' };
      await transaction.enqueue({ address: 'a/b', message, priority: 3, now: 1000 });
    });
}

/** Takes the lease, says so, waits for a line, and then marks what it has claimed. */
async function relay(): Promise<void> {
  const lease = await store.outbox.lease(name, 1000, 1000);
  if (lease === undefined) throw new Error('no lease');
  const rows = await store.outbox.claim(lease, { now: 1000, limit: 10 });
  process.stdout.write('claimed\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const marked = store.outbox.sent(
    lease,
    rows.map(({ position }) => position),
    3000,
  );
  process.stdout.write(
    `${await marked.then(
      () => 'marked',
      (error: Error) => error.name,
    )}\n`,
  );
  process.stdin.destroy();
}

/** Leaves a transaction open for ever. */
async function hang(): Promise<void> {
  await store.transaction(async (transaction) => {
    transaction.connection.prepare('INSERT INTO business VALUES (?, ?)').run(name, 'x');
    process.stdout.write('open\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
}

/** Notes each message that it gets, until it is told to stop. */
async function consume(): Promise<void> {
  const note = new DatabaseSync(file, { timeout: 5000 }).prepare('INSERT INTO got (process, id) VALUES (?, ?)');
  await transport.subscribe(
    'q/{key}',
    async ({ message, ack }) => {
      note.run(name, String(message.attributes['id']));
      await new Promise((resolve) => setTimeout(resolve, 1));
      await ack();
    },
    { group: 'shared' },
  );
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  await transport.close();
  process.stdin.destroy();
}

/** Takes a message and never settles it. */
async function take(): Promise<void> {
  const options = name === 'own' ? {} : { group: name };
  const taking = (): Promise<void> => {
    process.stdout.write('taken\n');
    return new Promise(() => undefined);
  };
  await transport.subscribe('q/{key}', taking, options);
  process.stdout.write('ready\n');
}

const tasks: Readonly<Record<string, () => Promise<void>>> = { write, relay, hang, consume, take };
await tasks[task]?.();
