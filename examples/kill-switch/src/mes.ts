// The execution system: makes one job of every work order that was released. `node mes.ts <folder>`
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { createBus, subscribeWorkOrderReleased } from '@millwright/sdk/events';

const [folder = '.'] = process.argv.slice(2);
const messaging = createMessaging({
  store: createSqliteStore(new DatabaseSync(join(folder, 'mes.db'))),
  transport: createSqliteTransport(new DatabaseSync(join(folder, 'broker.db')), { leaseMs: 1_000 }),
  ...{ source: '/plants/PL01/mes', producer: 'svc-mes-pl01', role: 'mes' },
});
await messaging.start();
// No key: were a message applied twice, there would be two jobs.
await messaging.transaction(({ connection }) =>
  connection.exec('CREATE TABLE IF NOT EXISTS job (number TEXT NOT NULL)'),
);

await subscribeWorkOrderReleased(
  createBus(messaging.config),
  ({ data, transaction }) => {
    const { connection } = messaging.inside(transaction);
    connection.prepare('INSERT INTO job (number) VALUES (?)').run(data.workOrderNumber);
  },
  { group: 'mes' },
);
process.stdout.write('ready\n');

process.stdin.resume().on('end', () => void messaging.close().then(() => process.exit(0)));
