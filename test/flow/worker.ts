// A flow's process of its own: `node worker.ts <plan as JSON>`. It dies by SIGKILL at the point of its plan, or says how its run ended.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { bindFlow, createFlows } from '@millwright/runtime/flow';
import { createDbosFlows } from '@millwright/runtime/flow/dbos';
import { createMessaging, type Probe, type Store, systemClock } from '@millwright/runtime/messaging';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { createClient } from '@millwright/sdk/client/production';
import { createBus } from '@millwright/sdk/events';
import { bindOrderToProduction, orderToProduction } from '@millwright/sdk/flows/order-to-production';
import { Pool } from 'pg';
import { orderInputs } from './inputs.ts';

export interface WorkerPlan {
  readonly folder: string;
  readonly baseUrl: string;
  /** Dies when it passes this point for the nth time. */
  readonly crash?: { readonly point: string; readonly visit: number };
  /** How much later it is than the clock of the machine says: leases of those who died have run out. */
  readonly lateMs: number;
  /** Hosts the flow on DBOS, as this executor, with the store in this database. */
  readonly dbos?: { readonly url: string; readonly executor: string };
}

const { folder, baseUrl, crash, lateMs, dbos } = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
// The validators take longer to load than the rest of the process.
const { validate: _, ...plan } = orderToProduction;
let visits = 0;
const probe: Probe = (point) => {
  if (point !== crash?.point) return;
  visits += 1;
  if (visits >= crash.visit) process.kill(process.pid, 'SIGKILL');
};
const clock = { ...systemClock, now: () => Date.now() + lateMs };
const pool = new Pool({ connectionString: dbos?.url });
const store: Store =
  dbos === undefined
    ? (createSqliteStore(new DatabaseSync(join(folder, 'flow.db'))) as Store)
    : (createPostgresStore(pool) as Store);
// Loaded by who needs it: it takes longer than the rest.
const engine = dbos === undefined ? undefined : (await import('@dbos-inc/dbos-sdk')).DBOS;
engine?.setConfig({
  ...{ name: 'flow', systemDatabaseUrl: dbos?.url ?? '', executorID: dbos?.executor ?? '', applicationVersion: '1' },
  ...{ logLevel: 'error', runAdminServer: false },
});
const transport = createSqliteTransport(new DatabaseSync(join(folder, 'queue.db')), { leaseMs: 500, pollMs: 5 });
const messaging = createMessaging({
  ...{ store, transport, clock, probe, source: '/plants/PL01/mes', producer: 'svc-mes-pl01' },
  ...{ leaseMs: 500, pollMs: 5, retry: { initialMs: 10, maxMs: 50, attemptsMax: 1_000 } },
});
await messaging.start();
const client = createClient({ baseUrl, validate: false });
const clients = { production: client, inventory: client, masterData: client };
const create: typeof createFlows =
  engine === undefined ? createFlows : (config) => createDbosFlows({ ...config, dbos: engine, redispatchMs: 2_000 });
const flows = create({
  ...{ store, messaging, clock, probe, pollMs: 5, bus: createBus({ ...messaging.config, validate: false }) },
  flows: [bindFlow(plan, bindOrderToProduction(clients))],
});
await engine?.launch();
await flows.run();
await flows.start(plan, 'run-1', orderInputs);
for (;;) {
  const view = await flows.find('orderToProduction', 'run-1');
  if (view !== undefined && view.status !== 'running' && view.status !== 'waiting') {
    process.stdout.write(JSON.stringify(view));
    break;
  }
  if (view?.decision !== undefined) {
    const { step, roles } = view.decision;
    await flows.decide('orderToProduction', 'run-1', { step, decision: 'approve', by: 'W-11C0', roles });
  }
  await pause(5);
}
await flows.close();
await messaging.close();
await engine?.shutdown();
await pool.end();
