import { HandlingFailure } from '@millwright/runtime/messaging';
import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import {
  createBus,
  publishStockMoved,
  publishWorkOrderReleased,
  subscribeHoldPlaced,
  subscribeHoldReleased,
  subscribeLotCreated,
  subscribeLotTransformed,
  subscribeProductionConfirmed,
  subscribeReleaseDecided,
} from '@millwright/sdk/events';
import {
  dateTime,
  type ItemNumber,
  type LotGenealogyEntry,
  type LotNumber,
  locationId,
  type PlantId,
  type Quantity,
  recordId,
  type WorkOrder,
} from '@millwright/sdk/types';
import type { ExampleClock } from './line.ts';
import type { System } from './plant.ts';

/** A lot in the stock of the ERP. `hold` is the number of what blocks it. */
export interface StockLot {
  readonly plant: PlantId;
  readonly item: ItemNumber;
  readonly lot: LotNumber;
  readonly quantity: string;
  readonly unit: Quantity['unit'];
  readonly hold: string | null;
  readonly released: 0 | 1;
  readonly shipped: 0 | 1;
}

type LotKey = Pick<StockLot, 'plant' | 'item' | 'lot'>;

/** From what a lot was made, as the execution system has told it. */
export interface GenealogyEdge {
  readonly input: LotGenealogyEntry;
  readonly output: LotGenealogyEntry;
}

/** Stands for the ERP: orders, stock by lot, what may be shipped. One for all plants. */
export class Erp {
  readonly #system: System;
  readonly #clock: ExampleClock;

  constructor(system: System, clock: ExampleClock) {
    this.#system = system;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    const { messaging } = this.#system;
    await messaging.transaction(({ connection }) =>
      connection.exec(`
CREATE TABLE stock (plant TEXT, item TEXT, lot TEXT, quantity TEXT, unit TEXT, hold TEXT, released INTEGER DEFAULT 0,
  shipped INTEGER DEFAULT 0, PRIMARY KEY (plant, item, lot));
CREATE TABLE genealogy (plant TEXT, edge TEXT);
CREATE TABLE confirmed (plant TEXT, number TEXT, final INTEGER);`),
    );
    const bus = createBus(messaging.config);
    const group = { group: this.#system.name };
    const database = (transaction: unknown): SqliteDatabase => messaging.inside(transaction).connection;
    // No key on what was confirmed: were it booked twice, it would show.
    await subscribeProductionConfirmed(
      bus,
      ({ data: { plantId, workOrderNumber, final }, transaction }) => {
        database(transaction)
          .prepare('INSERT INTO confirmed VALUES (?, ?, ?)')
          .run(plantId, workOrderNumber, final ? 1 : 0);
      },
      group,
    );
    await subscribeLotCreated(
      bus,
      ({ data: { plantId = null, itemNumber, lotNumber, quantity }, transaction }) => {
        database(transaction)
          .prepare('INSERT INTO stock (plant, item, lot, quantity, unit) VALUES (?, ?, ?, ?, ?)')
          .run(plantId, itemNumber, lotNumber, quantity.value, quantity.unit);
      },
      group,
    );
    await subscribeLotTransformed(
      bus,
      ({ data, transaction }) => {
        for (const input of data.inputs)
          for (const output of data.outputs)
            database(transaction)
              .prepare('INSERT INTO genealogy VALUES (?, ?)')
              .run(data.plantId, JSON.stringify({ input, output }));
      },
      group,
    );
    const hold = (number: string | null, lot: LotKey, transaction: unknown): void =>
      this.#update(database(transaction), 'hold = ?', number, lot);
    await subscribeHoldPlaced(
      bus,
      ({ data: { plantId, scope, holdNumber }, transaction }) => {
        if (scope.kind === 'lot') hold(holdNumber, keyOf(plantId, scope), transaction);
      },
      group,
    );
    await subscribeHoldReleased(
      bus,
      ({ data: { plantId, scope }, transaction }) => {
        if (scope.kind === 'lot') hold(null, keyOf(plantId, scope), transaction);
      },
      group,
    );
    await subscribeReleaseDecided(
      bus,
      ({ data: { plantId, scope, decision }, transaction }) => {
        if (scope.kind !== 'lot') return;
        this.#update(database(transaction), 'released = ?', decision === 'rejected' ? 0 : 1, keyOf(plantId, scope));
      },
      group,
    );
  }

  /** What overtakes the news of its lot waits for it. */
  #update(database: SqliteDatabase, change: string, value: string | number | null, { plant, item, lot }: LotKey): void {
    const { changes } = database
      .prepare(`UPDATE stock SET ${change} WHERE plant = ? AND item = ? AND lot = ?`)
      .run(value, plant, item, lot);
    if (Number(changes) === 0) throw new HandlingFailure('transient', `${item} ${lot} is not in stock yet`);
  }

  release(order: WorkOrder): Promise<string> {
    const { messaging } = this.#system;
    return messaging.transaction(async ({ within }) => {
      const headers = await publishWorkOrderReleased(within(createBus(messaging.config)), {
        data: order,
        ...{ plantid: order.plantId, ordernumber: order.workOrderNumber },
        subject: `${order.plantId}/${order.workOrderNumber}`,
      });
      return String(headers['correlationid']);
    });
  }

  lots(plant: PlantId): Promise<readonly StockLot[]> {
    return this.#system.messaging.transaction(
      ({ connection }) =>
        connection.prepare('SELECT * FROM stock WHERE plant = ? ORDER BY lot').all(plant) as unknown as StockLot[],
    );
  }

  confirmations(plant: PlantId): Promise<number> {
    return this.#system.messaging.transaction(
      ({ connection }) => connection.prepare('SELECT * FROM confirmed WHERE plant = ?').all(plant).length,
    );
  }

  genealogy(plant: PlantId): Promise<readonly GenealogyEdge[]> {
    return this.#system.messaging.transaction(({ connection }) =>
      connection
        .prepare('SELECT edge FROM genealogy WHERE plant = ?')
        .all(plant)
        .map((row) => JSON.parse((row as { edge: string }).edge) as GenealogyEdge),
    );
  }

  /** Ships a lot, or says why not. */
  ship(plant: PlantId, lotNumber: LotNumber): Promise<string> {
    const { messaging } = this.#system;
    return messaging.transaction(async ({ connection, within }) => {
      const lot = connection.prepare('SELECT * FROM stock WHERE plant = ? AND lot = ?').get(plant, lotNumber) as
        | StockLot
        | undefined;
      if (lot === undefined) return `refused: ${lotNumber} is not in stock`;
      if (lot.hold !== null) return `refused: ${lotNumber} is on hold by ${lot.hold}`;
      if (lot.released === 0) return `refused: quality has not released ${lotNumber}`;
      connection.prepare('UPDATE stock SET shipped = 1 WHERE plant = ? AND lot = ?').run(plant, lotNumber);
      const at = dateTime(new Date(this.#clock.now()));
      await publishStockMoved(within(createBus(messaging.config)), {
        ...{ plantid: plant, lotnumber: lotNumber, subject: `${plant}/SHIP-${lotNumber}` },
        data: {
          ...{ plantId: plant, recordId: recordId(`SHIP-${lotNumber}`), itemNumber: lot.item, lotNumber },
          quantity: { value: lot.quantity as Quantity['value'], unit: lot.unit },
          ...{ reason: 'shipment', fromLocationId: locationId('WH/STOCK'), toLocationId: locationId('CUSTOMERS') },
          ...{ occurredAt: at, recordedAt: at },
        },
      });
      return `${lotNumber} is shipped`;
    });
  }
}

const keyOf = (
  plant: PlantId,
  { itemNumber, lotNumber }: { readonly itemNumber: ItemNumber; readonly lotNumber: LotNumber },
): LotKey => ({ plant, item: itemNumber, lot: lotNumber });
