// The event that the runtime carries: a released work order whose data has 1,024 bytes, of one of 1,000 orders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishWorkOrderReleased } from '@millwright/sdk/events';
import { schemas } from './programs.mjs';

const orderCount = 1_000;
const dataBytes = 1_024;
export const identity = { source: '/plants/PL01/erp', producer: 'svc-erp-pl01' };

const example = JSON.parse(readFileSync(join(schemas, 'examples/work-order/valid/in-progress-full.json'), 'utf8'));

/** With all of its parts the example is larger. */
const leftOut = ['materials', 'demand', 'externalReferences', 'extensions'];
const { operations, ...head } = Object.fromEntries(Object.entries(example).filter(([name]) => !leftOut.includes(name)));

function orderOf(workOrderNumber) {
  const build = (description) => ({ ...head, workOrderNumber, operations: [{ ...operations[0], description }] });
  const room = dataBytes - Buffer.byteLength(JSON.stringify(build('')));
  if (room < 1) throw new Error(`the example is ${1 - room} bytes too large`);
  return build(
    'Turn to size '
      .repeat(100)
      .slice(0, room - 1)
      .concat('.'),
  );
}

const orders = Array.from({ length: orderCount }, (_, index) => orderOf(`WO-${1_000 + index}`));

/** What the generated function takes for the message of a number. */
export function inputOf(index) {
  const data = orders[index % orderCount];
  const { workOrderNumber } = data;
  return { data, plantid: 'PL01', subject: workOrderNumber, ordernumber: workOrderNumber };
}

/** Publishes some messages in one transaction, and gives their ids. */
export function publishAll(messaging, bus, first, count) {
  return messaging.transaction(async ({ within }) => {
    const inside = within(bus);
    const ids = [];
    for (let index = first; index < first + count; index += 1)
      ids.push((await publishWorkOrderReleased(inside, inputOf(index))).id);
    return ids;
  });
}

/** Messages as the library makes them: for whoever carries the same bytes without it. */
export async function messagesOf(createBus, count) {
  const messages = [];
  const transport = {
    features: { name: 'none' },
    publish: async (address, message) => messages.push({ address, message }),
  };
  const bus = createBus({ transport, ...identity });
  for (let index = 0; index < count; index += 1) await publishWorkOrderReleased(bus, inputOf(index));
  return messages;
}
