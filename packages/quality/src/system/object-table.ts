import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import type { InspectionPlan, InspectionResult, PlantId, ReleaseDecision } from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';
import type { StatefulObjects } from '../states/change.ts';

/** What is kept, each as the object of its contract. */
export interface KeptObjects extends StatefulObjects {
  'inspection-plan': InspectionPlan;
  'inspection-result': InspectionResult;
  'release-decision': ReleaseDecision;
}

/** An object with what finds it: its number, the lot that it is about, and the business transaction and order that it belongs to. */
export interface Kept<Kind extends keyof KeptObjects> {
  readonly kind: Kind;
  readonly plant: string;
  readonly number: string;
  readonly object: KeptObjects[Kind];
  /** `item/lot`. */
  readonly lot?: string;
  readonly correlationId?: string;
  readonly orderNumber?: string;
}

export function createTables(database: SqliteDatabase): void {
  database.exec(`
CREATE TABLE IF NOT EXISTS quality_object (
  kind TEXT NOT NULL,
  plant TEXT NOT NULL,
  number TEXT NOT NULL,
  lot TEXT,
  correlation TEXT,
  work_order TEXT,
  document TEXT NOT NULL,
  PRIMARY KEY (kind, plant, number)
);
CREATE INDEX IF NOT EXISTS quality_object_lot ON quality_object (kind, plant, lot) WHERE lot IS NOT NULL;
`);
}

interface Row {
  readonly document: string;
  readonly number: string;
  readonly lot: string | null;
  readonly correlation: string | null;
  readonly work_order: string | null;
}

/** Saves a new object or another state of it. */
export function keep<Kind extends keyof KeptObjects>(database: SqliteDatabase, kept: Kept<Kind>): void {
  const { kind, plant, number, object, lot, correlationId, orderNumber } = kept;
  database
    .prepare(
      `INSERT INTO quality_object (kind, plant, number, lot, correlation, work_order, document)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, plant, number) DO UPDATE SET document = excluded.document`,
    )
    .run(kind, plant, number, lot ?? null, correlationId ?? null, orderNumber ?? null, JSON.stringify(object));
}

export function find<Kind extends keyof KeptObjects>(
  database: SqliteDatabase,
  kind: Kind,
  plant: string,
  number: string,
): Kept<Kind> | undefined {
  const row = database
    .prepare(
      'SELECT document, number, lot, correlation, work_order FROM quality_object WHERE kind = ? AND plant = ? AND number = ?',
    )
    .get(kind, plant, number) as Row | undefined;
  return row && keptOf(kind, plant, row);
}

/** @throws QualityError when it is not kept */
export function demand<Kind extends keyof KeptObjects>(
  database: SqliteDatabase,
  kind: Kind,
  plant: PlantId,
  number: string,
): Kept<Kind> {
  const kept = find(database, kind, plant, number);
  if (kept !== undefined) return kept;
  throw new QualityError('object-unknown', `there is no ${kind} of this number`, {
    ...{ key: `${plant}/${number}`, pointer: '' },
    remedy: 'Check plant and number.',
  });
}

/** All of a kind and plant, or those about one lot, in the order of their numbers. */
export function list<Kind extends keyof KeptObjects>(
  database: SqliteDatabase,
  kind: Kind,
  plant: string,
  lot?: string,
): readonly Kept<Kind>[] {
  const rows = database
    .prepare(
      `SELECT document, number, lot, correlation, work_order FROM quality_object
      WHERE kind = ? AND plant = ? AND (? IS NULL OR lot = ?) ORDER BY number`,
    )
    .all(kind, plant, lot ?? null, lot ?? null) as Row[];
  return rows.map((row) => keptOf(kind, plant, row));
}

function keptOf<Kind extends keyof KeptObjects>(kind: Kind, plant: string, row: Row): Kept<Kind> {
  const { document, number, lot, correlation, work_order } = row;
  return {
    ...{ kind, plant, number, object: JSON.parse(document) as KeptObjects[Kind] },
    ...(lot === null ? {} : { lot }),
    ...(correlation === null ? {} : { correlationId: correlation }),
    ...(work_order === null ? {} : { orderNumber: work_order }),
  };
}
