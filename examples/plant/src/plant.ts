import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createExecutionSystem, type ExecutionSystem } from '@millwright/mes/execution';
import { createQualitySystem, type QualitySystem } from '@millwright/quality/system';
import { createMessaging, type Messaging } from '@millwright/runtime/messaging';
import { createSqliteStore, type SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import type { PlantId } from '@millwright/sdk/types';
import { type ExampleClock, Line } from './line.ts';

/** A system with its own store: `name` is what diagrams call it. */
export interface System {
  readonly name: string;
  readonly file: string;
  readonly messaging: Messaging<SqliteDatabase>;
}

export interface SystemOptions {
  readonly folder: string;
  readonly clock: ExampleClock;
  readonly role: 'erp' | 'mes' | 'quality';
  /** Of a plant; an ERP without one is there for all. */
  readonly plant?: PlantId;
  readonly line?: Line;
}

/** Starts a system of the embedded default: its store in a file, and one file that all use as their queue. */
export async function startSystem({ folder, clock, role, plant, line }: SystemOptions): Promise<System> {
  const name = plant === undefined ? role : `${role}-${plant.toLowerCase()}`;
  const file = join(folder, `${name}.db`);
  const queue = createSqliteTransport(new DatabaseSync(join(folder, 'queue.db')), { pollMs: 10 });
  const messaging = createMessaging<SqliteDatabase>({
    store: createSqliteStore<SqliteDatabase>(new DatabaseSync(file)),
    transport: line?.over(queue) ?? queue,
    ...{ source: `/${plant === undefined ? 'company' : `plants/${plant}`}/${role}`, producer: `svc-${name}`, role },
    ...{ clock, pollMs: 20, retry: { initialMs: 50, maxMs: 200 } },
  });
  await messaging.start();
  return { name, file, messaging };
}

/** Execution and quality of one plant, behind one line. */
export interface Plant {
  readonly id: PlantId;
  readonly line: Line;
  readonly execution: ExecutionSystem;
  readonly quality: QualitySystem;
  readonly systems: readonly System[];
}

export async function startPlant(id: PlantId, folder: string, clock: ExampleClock): Promise<Plant> {
  const line = new Line();
  const mes = await startSystem({ folder, clock, role: 'mes', plant: id, line });
  const qms = await startSystem({ folder, clock, role: 'quality', plant: id, line });
  const execution = createExecutionSystem({ messaging: mes.messaging, plants: [id], group: mes.name, now: clock.now });
  const quality = createQualitySystem({ messaging: qms.messaging, plants: [id], group: qms.name, now: clock.now });
  await execution.start();
  await quality.start();
  return { id, line, execution, quality, systems: [mes, qms] };
}
