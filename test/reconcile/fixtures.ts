import {
  type Difference,
  type ReconcileOptions,
  type ReconcileTotals,
  reconcile,
  type Side,
} from '@millwright/runtime/reconcile';

export const side = (name: string, objects: readonly unknown[]): Side => ({ name, read: () => objects });

export async function collected<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Everything that is told of two sides, and the totals. */
export async function reconciled(
  record: readonly unknown[],
  copy: readonly unknown[],
  options: ReconcileOptions,
): Promise<{ readonly told: readonly Difference[]; readonly totals: ReconcileTotals }> {
  const told: Difference[] = [];
  const differences = reconcile({ record: side('erp', record), copy: side('mes', copy) }, options);
  for (;;) {
    const next = await differences.next();
    if (next.done === true) return { told, totals: next.value };
    told.push(next.value);
  }
}

/** One line for each difference: kind, key and pointers, in an order of its own. */
export const linesOf = (told: readonly Difference[]): readonly string[] =>
  told
    .map((difference) => {
      const what = 'key' in difference ? JSON.stringify(difference.key) : String(difference.position);
      const members = difference.kind === 'different' ? (difference.members ?? []) : [];
      return [difference.kind, what, ...members.map(({ pointer }) => pointer).sort()].join(' ');
    })
    .sort();

/** A schema with everything that is compared in a way of its own. */
export const lotSchema = {
  $ref: '#/$defs/Lot',
  $defs: {
    Decimal: { type: 'string', pattern: '^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?$' },
    Quantity: {
      type: 'object',
      properties: { value: { $ref: '#/$defs/Decimal', description: 'Amount.' }, unit: { enum: ['KGM', 'C62'] } },
    },
    Origin: {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'receipt' }, at: { type: 'string', format: 'date-time' } } },
        { type: 'object', properties: { kind: { const: 'order' }, at: { $ref: '#/$defs/Time' } } },
      ],
    },
    Time: { type: 'string', format: 'date-time' },
    Lot: {
      type: 'object',
      properties: {
        itemNumber: { type: 'string' },
        lotNumber: { type: 'string' },
        quantity: { $ref: '#/$defs/Quantity' },
        origin: { $ref: '#/$defs/Origin' },
        defects: { type: 'array', uniqueItems: true, items: { $ref: '#/$defs/Quantity' } },
        steps: { type: 'array', items: { $ref: '#/$defs/Time' } },
        /** Refers to its own schema. */
        parents: { type: 'array', items: { $ref: '#/$defs/Lot' } },
        version: { type: 'integer' },
      },
    },
  },
} as const;
