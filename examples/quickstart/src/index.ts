// What an adapter developer gets from the generated SDK, without any server: keys that cannot be mixed up, checks at both
// ends, and events over a transport that stays in memory.
import { randomUUID } from 'node:crypto';
import {
  ContractViolation,
  createBus,
  createMemoryTransport,
  publishProductionConfirmed,
  subscribeProductionConfirmed,
} from '@millwright/sdk/events';
import {
  dateTime,
  itemNumber,
  nonNegativeDecimal,
  type ProductionConfirmation,
  plantId,
  recordId,
  workerReference,
  workOrderNumber,
} from '@millwright/sdk/types';
import { validate } from '@millwright/sdk/validators';

const pieces = (count: number) => ({ value: nonNegativeDecimal(String(count)), unit: 'C62' }) as const;
const now = dateTime(new Date());

const confirmation: ProductionConfirmation = {
  recordId: recordId(randomUUID()),
  plantId: plantId('PL01'),
  workOrderNumber: workOrderNumber('WO-1001'),
  itemNumber: itemNumber('FG-1000'),
  producedQuantity: pieces(120),
  scrappedQuantity: pieces(2),
  reworkedQuantity: pieces(0),
  final: false,
  consumptionIncluded: false,
  confirmedBy: workerReference('W-93A1'),
  occurredAt: now,
  recordedAt: now,
};

const transport = createMemoryTransport();
const bus = createBus({ transport, source: '/plants/PL01/mes', producer: 'svc-mes-pl01' });

await subscribeProductionConfirmed(bus, ({ data, headers }) => {
  console.log(`received ${headers.type}: ${data.producedQuantity.value} good of ${data.workOrderNumber}`);
});
const message = { plantid: confirmation.plantId, subject: `${confirmation.plantId}/${confirmation.workOrderNumber}` };
await publishProductionConfirmed(bus, { ...message, data: confirmation });
await transport.drain();

// A producer is held to the contract: nothing leaves with a unit that does not exist.
const wrong = { ...confirmation, producedQuantity: { value: '120', unit: 'PCS' } } as unknown as ProductionConfirmation;
try {
  await publishProductionConfirmed(bus, { ...message, data: wrong });
} catch (error) {
  if (!(error instanceof ContractViolation)) throw error;
  console.log(`refused at ${error.pointer}`);
}
for (const { pointer, message: text } of await validate('ProductionConfirmation', wrong))
  console.log(`  ${pointer} ${text.slice(0, 60)}...`);
