import { setTimeout as sleep } from 'node:timers/promises';
import {
  characteristicId,
  type DateTime,
  dateTime,
  decimal,
  type HoldNumber,
  type InspectionPlan,
  inspectionPlanId,
  itemNumber,
  type LotNumber,
  locationId,
  lotNumber,
  type NonconformanceNumber,
  nonNegativeDecimal,
  type PlantId,
  type Quantity,
  recordId,
  releaseDecisionNumber,
  revision,
  type WorkOrderNumber,
  workerReference,
  workOrderNumber,
} from '@millwright/sdk/types';
import type { Erp, StockLot } from './erp.ts';
import type { ExampleClock } from './line.ts';
import type { Plant } from './plant.ts';

const shaft = itemNumber('FG-1000');
const manager = workerReference('W-11C0');
const inspector = workerReference('W-27F4');
const pieces = (value: string): Quantity => ({ value: nonNegativeDecimal(value), unit: 'C62' });

/** The diameter of two shafts of a lot is measured. */
export function planOf(plant: PlantId, from: DateTime): InspectionPlan & { readonly plantId: PlantId } {
  return {
    ...{ inspectionPlanId: inspectionPlanId('IP-FG-1000'), revision: revision('A'), status: 'active', plantId: plant },
    ...{ description: 'Final inspection of the drive shaft', trigger: 'operation-end', effectiveFrom: from },
    target: { kind: 'item', itemNumber: shaft },
    sampleRule: { kind: 'fixed', sampleSize: 2 },
    characteristics: [
      {
        ...{ kind: 'variable', characteristicId: characteristicId('DIA-1'), description: 'Outer diameter at the seat' },
        ...{ nominal: decimal('25'), lowerLimit: decimal('24.98'), upperLimit: decimal('25.02') },
        ...{ unit: 'MMT', classification: 'major' },
      },
    ],
  };
}

/** What happens with one order in one plant, step by step; each step says in one line what came of it. */
export class Story {
  readonly order: WorkOrderNumber;
  readonly lot: LotNumber;
  correlationId = '';
  readonly #plant: Plant;
  readonly #erp: Erp;
  readonly #clock: ExampleClock;
  readonly #record: string;

  constructor(plant: Plant, erp: Erp, clock: ExampleClock, number: string) {
    this.#plant = plant;
    this.#erp = erp;
    this.#clock = clock;
    this.order = workOrderNumber(`WO-${number}`);
    this.lot = lotNumber(`L-${number}`);
    this.#record = `${plant.id}-${number}`;
  }

  #now(): DateTime {
    return dateTime(new Date(this.#clock.now()));
  }

  async release(): Promise<string> {
    const { id } = this.#plant;
    this.correlationId = await this.#erp.release({
      ...{ plantId: id, workOrderNumber: this.order, status: 'released', dueAt: this.#now() },
      ...{ itemNumber: shaft, itemRevision: revision('A'), quantity: pieces('12') },
    });
    return `${this.order} for 12 ${shaft} is released`;
  }

  /** Two confirmations, the second one final; both lots are made of one lot of steel. */
  async make(): Promise<string> {
    const { id, execution } = this.#plant;
    await arrival(async () => (await execution.find(id, this.order)) !== undefined);
    await execution.begin(id, this.order);
    for (const [index, lot] of [this.lot, this.#secondLot].entries())
      await execution.confirm({
        ...{ plantId: id, workOrderNumber: this.order, recordId: recordId(`CONF-${this.#record}-${index + 1}`) },
        ...{ producedQuantity: pieces('6'), scrappedQuantity: pieces('0'), reworkedQuantity: pieces('0') },
        ...{ final: index === 1, consumptionIncluded: true, confirmedBy: workerReference('W-93A1') },
        ...{ occurredAt: this.#now(), lots: [{ lotNumber: lot, quantity: pieces('6') }] },
        consumptions: [
          {
            ...{ itemNumber: itemNumber('RM-3100'), lotNumber: lotNumber(`R-${id}`), quantity: pieces('6') },
            fromLocationId: locationId('WH/LINE-1/IN'),
          },
        ],
      });
    return `12 are made, as ${this.lot} and ${this.#secondLot}`;
  }

  get #secondLot(): LotNumber {
    return lotNumber(`${this.lot}-B`);
  }

  /** The first lot is too thick, the second one is good. */
  async inspect(): Promise<string> {
    const { id, quality } = this.#plant;
    await arrival(async () => (await quality.inspections(id)).length === 2);
    const told: string[] = [];
    for (const {
      inspectionOrderNumber,
      scope,
      inspectionPlanId: plan,
      inspectionPlanRevision,
    } of await quality.inspections(id)) {
      if (scope.kind !== 'lot') continue;
      await quality.begin(id, inspectionOrderNumber);
      const values = scope.lotNumber === this.lot ? ['25.01', '25.06'] : ['25', '24.99'];
      const { result } = await quality.complete({
        ...{ plantId: id, recordId: recordId(`QR-${scope.lotNumber}`), inspectionOrderNumber, scope },
        ...{ inspectionPlanId: plan, inspectionPlanRevision, itemNumber: shaft, occurredAt: this.#now() },
        ...{ inspectorRole: 'quality-inspector', inspectorReference: inspector },
        characteristics: [
          {
            ...{ kind: 'variable', characteristicId: characteristicId('DIA-1'), unit: 'MMT', verdict: 'not-inspected' },
            samples: values.map((value, index) => ({ sampleNumber: index + 1, value: decimal(value) })),
          },
        ],
      });
      told.push(`${scope.lotNumber} ${result.verdict}`);
    }
    return `inspected: ${told.join(', ')}`;
  }

  async #stockOf(lot: LotNumber): Promise<StockLot | undefined> {
    return (await this.#erp.lots(this.#plant.id)).find((one) => one.lot === lot);
  }

  async held(): Promise<string> {
    await arrival(async () => ((await this.#stockOf(this.lot))?.hold ?? null) !== null);
    return `the ERP holds ${this.lot} by ${(await this.#stockOf(this.lot))?.hold}`;
  }

  ship(): Promise<string> {
    return this.#erp.ship(this.#plant.id, this.lot);
  }

  async settle(): Promise<string> {
    const { id, quality } = this.#plant;
    const [raised] = await quality.nonconformances(id);
    const [hold] = await quality.holds(id);
    if (raised === undefined || hold === undefined) throw new Error('nothing was raised');
    await this.#dispose(raised.nonconformanceNumber, hold.holdNumber);
    await quality.releaseHold(id, hold.holdNumber, manager, 'Used as it is.');
    const at = this.#now();
    await quality.decide({
      ...{ plantId: id, releaseDecisionNumber: releaseDecisionNumber(`RD-${this.lot}`), decision: 'released' },
      scope: { kind: 'lot', itemNumber: shaft, lotNumber: this.lot },
      evidence: [{ kind: 'nonconformance', plantId: id, nonconformanceNumber: raised.nonconformanceNumber }],
      signature: { signatureId: recordId(`SIG-${this.lot}`), signedBy: manager, signedAt: at, meaning: 'approval' },
      ...{ decidedAt: at, recordedAt: at },
    });
    await quality.close(id, raised.nonconformanceNumber);
    return `${raised.nonconformanceNumber} is used as is, ${this.lot} is released and signed`;
  }

  async #dispose(number: NonconformanceNumber, hold: HoldNumber): Promise<void> {
    const { id, quality } = this.#plant;
    await quality.contain(id, number, {
      ...{ description: 'Lot moved to QUARANTINE and labelled.', takenAt: this.#now(), holdNumber: hold },
    });
    await quality.review(id, number);
    await quality.dispose(id, number, [
      {
        ...{ disposition: 'use-as-is', quantity: pieces('6'), decidedBy: manager, decidedAt: this.#now() },
        justification: 'The seat is ground to size at assembly.',
      },
    ]);
    await quality.verify(id, number);
  }

  async released(): Promise<string> {
    await arrival(async () => {
      const { hold, released } = (await this.#stockOf(this.lot)) ?? {};
      return hold === null && released === 1;
    });
    return this.ship();
  }
}

/** Waits until it has happened; a minute is more than any step takes. */
export async function arrival(hasHappened: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(10)) if (await hasHappened()) return;
  throw new Error('it has not happened within a minute');
}
