// What the validators are asked about: the examples of the canonical contracts and a large work order made of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemas } from './programs.mjs';

const objects = [
  ['work-order', 'WorkOrder'],
  ['lot', 'Lot'],
  ['nonconformance', 'Nonconformance'],
  ['inspection-plan', 'InspectionPlan'],
  ['bill-of-materials', 'BillOfMaterials'],
];

/** As they travel: texts without blanks. */
export function loads() {
  const [order] = read('work-order', 'valid').filter(({ operations, materials }) => operations && materials);
  return [
    { label: 'large work order', name: 'WorkOrder', valid: true, texts: [JSON.stringify(enlarge(order))] },
    ...objects.map(([folder, name]) => ({
      label: folder,
      name,
      valid: true,
      texts: read(folder, 'valid').map((value) => JSON.stringify(value)),
    })),
    ...objects.map(([folder, name]) => ({
      label: `${folder}, invalid`,
      name,
      valid: false,
      texts: read(folder, 'invalid').map(({ instance }) => JSON.stringify(instance)),
    })),
  ];
}

function read(object, verdict) {
  const folder = join(schemas, 'examples', object, verdict);
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** An order with many steps and many lines, no two alike. */
function enlarge(order) {
  const repeat = (count, items, change) =>
    Array.from({ length: count }, (_, index) => ({ ...items[index % items.length], ...change(index + 1) }));
  const operationId = (step) => `OP-${String(step).padStart(4, '0')}`;
  return {
    ...order,
    operations: repeat(200, order.operations, (step) => ({ operationId: operationId(step), sequence: step * 10 })),
    materials: repeat(400, order.materials, (line) => ({
      lineNumber: line * 10,
      itemNumber: `RM-${10_000 + line}`,
      operationId: operationId(Math.ceil(line / 2)),
    })),
  };
}
