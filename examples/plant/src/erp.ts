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
  type QualityHold,
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

const stockRows = `SELECT stock.*, (SELECT number FROM hold WHERE hold.plant = stock.plant AND hold.item = stock.item
  AND hold.lot = stock.lot AND hold.released = 0 ORDER BY number LIMIT 1) AS hold FROM stock`;

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
CREATE TABLE hold (plant TEXT, number TEXT, item TEXT, lot TEXT, released INTEGER, PRIMARY KEY (plant, number));
CREATE TABLE stock (plant TEXT, item TEXT, lot TEXT, quantity TEXT, unit TEXT, released INTEGER DEFAULT 0,
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
    // A lot can have several holds, and the end of one can be heard of before its beginning.
    const holdHeard = ({ plantId, scope, holdNumber }: QualityHold, transaction: unknown, released: 0 | 1): void => {
      if (scope.kind !== 'lot') return;
      database(transaction)
        .prepare(
          `INSERT INTO hold VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (plant, number) DO UPDATE SET released = max(released, excluded.released)`,
        )
        .run(plantId, holdNumber, scope.itemNumber, scope.lotNumber, released);
    };
    await subscribeHoldPlaced(bus, ({ data, transaction }) => holdHeard(data, transaction, 0), group);
    await subscribeHoldReleased(bus, ({ data, transaction }) => holdHeard(data, transaction, 1), group);
    await subscribeReleaseDecided(
      bus,
      ({ data: { plantId, scope, decision }, transaction }) => {
        if (scope.kind !== 'lot') return;
        const { changes } = database(transaction)
          .prepare('UPDATE stock SET released = ? WHERE plant = ? AND item = ? AND lot = ?')
          .run(decision === 'rejected' ? 0 : 1, plantId, scope.itemNumber, scope.lotNumber);
        // What overtakes the news of its lot waits for it.
        if (Number(changes) === 0) throw new HandlingFailure('transient', `${scope.lotNumber} is not in stock yet`);
      },
      group,
    );
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
        connection.prepare(`${stockRows} WHERE plant = ? ORDER BY lot`).all(plant) as unknown as StockLot[],
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
      const lot = connection.prepare(`${stockRows} WHERE plant = ? AND lot = ?`).get(plant, lotNumber) as
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
