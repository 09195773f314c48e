import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import type { LotNumber, ProductionConfirmation, WorkOrder } from '@millwright/sdk/types';

/** Tables of the execution system; every function belongs in a transaction of its messaging. */
const tables = `
CREATE TABLE IF NOT EXISTS mes_job (
  plant TEXT NOT NULL,
  number TEXT NOT NULL,
  document TEXT NOT NULL,
  correlation TEXT NOT NULL,
  PRIMARY KEY (plant, number)
);
CREATE TABLE IF NOT EXISTS mes_confirmation (
  plant TEXT NOT NULL,
  record TEXT NOT NULL,
  number TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (plant, record)
);
CREATE TABLE IF NOT EXISTS mes_lot (
  plant TEXT NOT NULL,
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  PRIMARY KEY (plant, item, lot)
);
CREATE TABLE IF NOT EXISTS mes_hold (
  plant TEXT NOT NULL,
  number TEXT NOT NULL,
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  released INTEGER NOT NULL,
  PRIMARY KEY (plant, number)
);
`;

export function createTables(database: SqliteDatabase): void {
  database.exec(tables);
}

/** A work order as it stands here, and the business transaction that its release began. */
export interface Job {
  readonly order: WorkOrder;
  readonly correlationId: string;
}

interface JobRow {
  readonly document: string;
  readonly correlation: string;
}

export function findJob(database: SqliteDatabase, plant: string, number: string): Job | undefined {
  const row = database
    .prepare('SELECT document, correlation FROM mes_job WHERE plant = ? AND number = ?')
    .get(plant, number) as JobRow | undefined;
  return row && { order: JSON.parse(row.document) as WorkOrder, correlationId: row.correlation };
}

export function listOrders(database: SqliteDatabase): readonly WorkOrder[] {
  const rows = database.prepare('SELECT document FROM mes_job ORDER BY plant, number').all();
  return (rows as JobRow[]).map(({ document }) => JSON.parse(document) as WorkOrder);
}

export function insertJob(database: SqliteDatabase, { order, correlationId }: Job): void {
  database
    .prepare('INSERT INTO mes_job (plant, number, document, correlation) VALUES (?, ?, ?, ?)')
    .run(order.plantId, order.workOrderNumber, JSON.stringify(order), correlationId);
}

export function updateOrder(database: SqliteDatabase, order: WorkOrder): void {
  database
    .prepare('UPDATE mes_job SET document = ? WHERE plant = ? AND number = ?')
    .run(JSON.stringify(order), order.plantId, order.workOrderNumber);
}

export function findConfirmation(
  database: SqliteDatabase,
  plant: string,
  record: string,
): ProductionConfirmation | undefined {
  const row = database
    .prepare('SELECT document FROM mes_confirmation WHERE plant = ? AND record = ?')
    .get(plant, record);
  return row === undefined ? undefined : JSON.parse((row as { document: string }).document);
}

export function insertConfirmation(database: SqliteDatabase, confirmation: ProductionConfirmation): void {
  database
    .prepare('INSERT INTO mes_confirmation (plant, record, number, document) VALUES (?, ?, ?, ?)')
    .run(confirmation.plantId, confirmation.recordId, confirmation.workOrderNumber, JSON.stringify(confirmation));
}

/** True when this lot was not known before. */
export function addLot(database: SqliteDatabase, lot: LotKey): boolean {
  const { changes } = database
    .prepare('INSERT INTO mes_lot (plant, item, lot) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    .run(lot.plantId, lot.itemNumber, lot.lotNumber);
  return Number(changes) === 1;
}

/** A lot can have several holds. One that is released stays so, also when the news that it was placed comes later. */
export function noteHold(database: SqliteDatabase, lot: LotKey, number: string, isReleased: boolean): void {
  database
    .prepare(
      `INSERT INTO mes_hold (plant, number, item, lot, released) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (plant, number) DO UPDATE SET released = max(released, excluded.released)`,
    )
    .run(lot.plantId, number, lot.itemNumber, lot.lotNumber, isReleased ? 1 : 0);
}

/** Number of a hold that keeps the lot from being used. */
export function holdOfLot(database: SqliteDatabase, lot: LotKey): string | undefined {
  const row = database
    .prepare('SELECT number FROM mes_hold WHERE plant = ? AND item = ? AND lot = ? AND released = 0 ORDER BY number')
    .get(lot.plantId, lot.itemNumber, lot.lotNumber) as { number: string } | undefined;
  return row?.number;
}

export interface LotKey {
  readonly plantId: string;
  readonly itemNumber: string;
  readonly lotNumber: LotNumber;
}
