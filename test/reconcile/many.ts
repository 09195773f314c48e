// Run by reconcile.test.ts with little room: two sides of so many objects, of which four are not alike.
import { reconcile } from '@millwright/runtime/reconcile';

const count = Number(process.argv[2]);
const lotOf = (number: number): object => ({
  itemNumber: `FG-${number % 1_000}`,
  lotNumber: `L-2026-${number}`,
  status: 'released',
  quantity: { value: `${number}.5`, unit: 'C62' },
  note: 'made in the first shift and inspected by sample; the certificate of the supplier is with the receipt'.repeat(
    5,
  ),
  externalReferences: [{ system: 'odoo-pl01', id: String(number) }],
  version: 3,
});

let bytes = 0;
let peak = 0;
function* lots(from: number, changed: readonly number[]): Iterable<object> {
  for (let number = from; number < from + count; number += 1) {
    const lot = lotOf(number);
    if (number % 10_000 === 0) {
      bytes += 10_000 * JSON.stringify(lot).length;
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      peak = Math.max(peak, heapUsed + arrayBuffers);
    }
    yield changed.includes(number) ? { ...lot, version: 4 } : lot;
  }
}

const started = performance.now();
const differences = reconcile(
  {
    record: { name: 'erp', read: () => lots(0, []) },
    copy: { name: 'mes', read: () => lots(1, [7, count - 7]) },
  },
  { key: ['itemNumber', 'lotNumber'], version: 'version' },
);
let next = await differences.next();
while (next.done !== true) next = await differences.next();
const tookS = (performance.now() - started) / 1_000;
process.stdout.write(
  JSON.stringify({ bytes: bytes / 3, totals: next.value, peakMiB: peak / 2 ** 20, tookS: Math.round(tookS) }),
);
