// The ERP: every 20 ms it writes a work order and publishes that it was released, in one transaction. `node erp.ts <folder> <orders>`
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { createBus, publishWorkOrderReleased } from '@millwright/sdk/events';
import { dateTime, itemNumber, nonNegativeDecimal, plantId, revision, workOrderNumber } from '@millwright/sdk/types';

const [folder = '.', orders = '0'] = process.argv.slice(2);
const messaging = createMessaging({
  store: createSqliteStore(new DatabaseSync(join(folder, 'erp.db'))),
  transport: createSqliteTransport(new DatabaseSync(join(folder, 'broker.db')), { leaseMs: 1_000 }),
  ...{ source: '/plants/PL01/erp', producer: 'svc-odoo-pl01', role: 'erp', leaseMs: 1_000 },
});
await messaging.start();
const bus = createBus(messaging.config);

let written = await messaging.transaction(({ connection }) => {
  connection.exec('CREATE TABLE IF NOT EXISTS work_order (number TEXT PRIMARY KEY)');
  return Number(connection.prepare('SELECT count(*) AS count FROM work_order').get()?.['count']);
});

let isEnding = false;
process.stdin.resume().on('end', () => {
  isEnding = true;
  void messaging.close().then(() => process.exit(0));
});

// What is in the outbox goes on being sent, until whoever started it ends it.
for (; written < Number(orders) && !isEnding; written += 1) {
  const number = workOrderNumber(`WO-${1001 + written}`);
  await messaging.transaction(async ({ connection, within }) => {
    connection.prepare('INSERT INTO work_order (number) VALUES (?)').run(number);
    await publishWorkOrderReleased(within(bus), {
      data: {
        ...{ plantId: plantId('PL01'), workOrderNumber: number, status: 'released' },
        ...{ itemNumber: itemNumber('FG-1000'), itemRevision: revision('A') },
        quantity: { value: nonNegativeDecimal('500'), unit: 'C62' },
        dueAt: dateTime(new Date()),
      },
      ...{ plantid: plantId('PL01'), ordernumber: number, subject: `PL01/${number}` },
    });
  });
  await sleep(20);
}
