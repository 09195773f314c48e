import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { publishLotCreated, publishLotTransformed } from '@millwright/sdk/events/inventory';
import type { Bus } from '@millwright/sdk/events/production';
import { publishProductionConfirmed } from '@millwright/sdk/events/production';
import type { LotGenealogyEntry, ProducedLot, ProductionConfirmation } from '@millwright/sdk/types';
import { addLot } from './job-table.ts';

/** Publishes a confirmation, the lots that are new with it, and what they were made of. */
export async function announceConfirmation(
  bus: Bus,
  database: SqliteDatabase,
  confirmation: ProductionConfirmation,
  correlationid: string,
): Promise<void> {
  const { plantId, workOrderNumber, lots = [], recordId } = confirmation;
  const context = { plantid: plantId, ordernumber: workOrderNumber, correlationid };
  for (const lot of lots)
    if (addLot(database, { plantId, itemNumber: confirmation.itemNumber, lotNumber: lot.lotNumber }))
      await publishLotCreated(bus, {
        ...{ ...context, lotnumber: lot.lotNumber, subject: `${confirmation.itemNumber}/${lot.lotNumber}` },
        data: {
          ...{ plantId, itemNumber: confirmation.itemNumber, lotNumber: lot.lotNumber, quantity: lot.quantity },
          ...(lot.expiryDate === undefined ? {} : { expiryDate: lot.expiryDate }),
          ...{ status: 'quarantine', madeAt: confirmation.occurredAt },
          origin: { kind: 'work-order', plantId, workOrderNumber },
        },
      });
  await publishGenealogy(bus, confirmation, context);
  const [first] = lots;
  await publishProductionConfirmed(bus, {
    ...{ ...context, subject: `${plantId}/${recordId}`, data: confirmation },
    ...(first === undefined ? {} : { lotnumber: first.lotNumber }),
  });
}

async function publishGenealogy(
  bus: Bus,
  confirmation: ProductionConfirmation,
  context: Pick<Parameters<typeof publishLotTransformed>[1], 'plantid' | 'ordernumber' | 'correlationid'>,
): Promise<void> {
  const { plantId, workOrderNumber, recordId, lots = [], consumptions = [], occurredAt, recordedAt } = confirmation;
  const inputs = consumptions.flatMap(({ itemNumber, lotNumber, quantity }): readonly LotGenealogyEntry[] =>
    lotNumber === undefined ? [] : [{ itemNumber, lotNumber, quantity }],
  );
  const [first] = lots;
  if (inputs.length === 0 || first === undefined) return;
  const output = ({ lotNumber, quantity }: ProducedLot): LotGenealogyEntry => ({
    ...{ itemNumber: confirmation.itemNumber, lotNumber, quantity },
  });
  await publishLotTransformed(bus, {
    ...{ ...context, lotnumber: first.lotNumber, subject: `${plantId}/${recordId}` },
    data: {
      ...{ recordId, plantId, workOrderNumber, transformation: 'production', occurredAt, recordedAt },
      ...{ inputs, outputs: lots.map(output) },
    },
  });
}
