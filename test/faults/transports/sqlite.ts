import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Transport } from '@millwright/runtime';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import type { Places } from '../points.ts';

export async function open({ broker }: Places): Promise<Transport> {
  return createSqliteTransport(new DatabaseSync(join(broker, 'queue.db')), { leaseMs: 1_000, pollMs: 5 });
}
