import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, lotSchema, reconciled } from './fixtures.ts';

interface Quantity {
  readonly value: string;
  readonly unit: string;
}
interface Lot {
  readonly itemNumber: string;
  readonly lotNumber: number;
  readonly quantity: Quantity;
  readonly origin: { readonly kind: string; readonly at: string };
  readonly defects: readonly Quantity[];
  readonly steps: readonly string[];
  readonly note?: string;
  readonly version: number;
}

const unit = fc.constantFrom('KGM', 'C62');
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 999 }))
  .map(([whole, fraction]) => `${whole}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}`);
const time = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const quantity = fc.record({ value: decimal, unit });
const lot: fc.Arbitrary<Lot> = fc.record(
  {
    itemNumber: fc.string({ maxLength: 6 }),
    lotNumber: fc.integer({ min: -50, max: 50 }),
    quantity,
    origin: fc.record({ kind: fc.constantFrom('receipt', 'order'), at: time }),
    defects: fc.uniqueArray(quantity, {
      maxLength: 4,
      selector: ({ value, unit: of }) => `${Number(value)} ${value} ${of}`,
    }),
    steps: fc.array(time, { maxLength: 3 }),
    note: fc.string({ unit: 'binary', maxLength: 8 }),
    version: fc.nat(),
  },
  { requiredKeys: ['itemNumber', 'lotNumber', 'quantity', 'origin', 'defects', 'steps', 'version'] },
);
const lots = fc.uniqueArray(lot, {
  maxLength: 30,
  selector: ({ itemNumber, lotNumber }) => `${lotNumber} ${itemNumber}`,
});

/** Writes a decimal and an instant in another way, and says the same. */
const respelt = (value: string): string => (value.includes('.') ? `${value}00` : `${value}.0`);
const shifted = (at: string): string => {
  const [seconds = '', fraction = '0'] = at.slice(0, -1).split('.');
  return `${new Date(Date.parse(`${seconds}Z`) + 19_800_000).toISOString().slice(0, 19)}.${fraction}000+05:30`;
};

/** The same object in other words. */
function rewritten({ quantity: { value, unit: of }, origin, defects, steps, ...rest }: Lot): Lot {
  return {
    ...rest,
    steps: steps.map(shifted),
    defects: defects.map((defect) => ({ unit: defect.unit, value: respelt(defect.value) })).reverse(),
    origin: { at: shifted(origin.at), kind: origin.kind },
    quantity: { unit: of, value: respelt(value) },
  };
}

/** A change and the pointers in which it shows. */
const changes: readonly ((lot: Lot) => readonly [Lot, readonly string[]])[] = [
  (given) => [{ ...given, version: given.version + 1 }, ['/version']],
  (given) => [
    {
      ...given,
      quantity: {
        ...given.quantity,
        value: `${given.quantity.value.includes('.') ? given.quantity.value : `${given.quantity.value}.`}0001`,
      },
    },
    ['/quantity/value'],
  ],
  (given) => [
    { ...given, quantity: { ...given.quantity, unit: given.quantity.unit === 'KGM' ? 'C62' : 'KGM' } },
    ['/quantity/unit'],
  ],
  (given) => [{ ...given, origin: { ...given.origin, at: `${given.origin.at.slice(0, -1)}001Z` } }, ['/origin/at']],
  (given) => [{ ...given, note: `${given.note ?? ''}!` }, ['/note']],
  (given) => [
    { ...given, defects: [...given.defects, { value: '999999999999999', unit: 'KGM' }] },
    [`/defects/${given.defects.length}`],
  ],
  (given) => [
    { ...given, steps: [...given.steps, '2026-01-01T00:00:00Z'], version: given.version + 2 },
    [`/steps/${given.steps.length}`, '/version'],
  ],
];

type Fate = { readonly kind: 'kept' | 'missing' | 'extra' } | { readonly kind: 'different'; readonly change: number };
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'kept' as const }) },
  fc.record({ kind: fc.constantFrom('missing' as const, 'extra' as const) }),
  fc.record({ kind: fc.constant('different' as const), change: fc.nat(changes.length - 1) }),
);

interface Case {
  readonly record: readonly Lot[];
  readonly copy: readonly Lot[];
  readonly want: readonly string[];
}

const mutated: fc.Arbitrary<Case> = lots.chain((all) =>
  fc.tuple(...all.map(() => fate)).map((fates) => {
    const record: Lot[] = [];
    const copy: Lot[] = [];
    const want: string[] = [];
    for (const [index, given] of all.entries()) {
      const { kind, ...rest } = fates[index] as Fate;
      const key = JSON.stringify([given.itemNumber, given.lotNumber]);
      const change = changes['change' in rest ? rest.change : -1];
      const [changed, pointers] = change === undefined ? [given, []] : change(given);
      if (kind !== 'extra') record.push(given);
      if (kind !== 'missing') copy.push(rewritten(changed));
      if (kind !== 'kept') want.push([kind, key, ...[...pointers].sort()].join(' '));
    }
    return { record, copy, want: want.sort() };
  }),
);

const options = { key: ['itemNumber', 'lotNumber'], version: 'version', schema: lotSchema };
const inOrder = (all: readonly Lot[]): readonly Lot[] =>
  [...all].sort((one, other) =>
    one.itemNumber === other.itemNumber ? one.lotNumber - other.lotNumber : one.itemNumber < other.itemNumber ? -1 : 1,
  );
/** The copy's sets are reversed, so what was added stands first. */
const placed = (line: string): string => line.replace(/\/defects\/\d+/, '/defects/0');

describe('reconcile of a side and what was made of it', () => {
  it('finds exactly the changes, whatever the order and the way of writing', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ({ record, copy, want }) => {
        const { told, totals } = await reconciled(record, [...copy].reverse(), options);
        expect(linesOf(told)).toEqual(want.map(placed).sort());
        const counted = totals.missing + totals.extra + totals.different;
        expect([totals.record, totals.copy, counted]).toEqual([record.length, copy.length, want.length]);
        expect(totals.equal).toBe(record.length - totals.missing - totals.different);
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same where both sides are sorted', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ({ record, copy, want }) => {
        const sorted = await reconciled(inOrder(record), inOrder(copy), { ...options, sorted: true });
        expect(linesOf(sorted.told)).toEqual(want.map(placed).sort());
        expect(sorted.totals).toEqual((await reconciled(record, copy, options)).totals);
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing between a side and itself', async () => {
    await fc.assert(
      fc.asyncProperty(lots, async (all) => {
        expect((await reconciled(all, all.map(rewritten), options)).told).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('mirrors: what is missing one way is extra the other', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ({ record, copy }) => {
        const there = (await reconciled(record, copy, options)).totals;
        const back = (await reconciled(copy, record, options)).totals;
        expect([back.missing, back.extra, back.different, back.equal]).toEqual([
          ...[there.extra, there.missing, there.different, there.equal],
        ]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds any change of any JSON without a schema', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
        const { told } = await reconciled([{ id: 1, one }], [{ id: 1, one: other }], { key: ['id'] });
        const isSame = isEqualJson(one, other);
        expect(told.length).toBe(isSame ? 0 : 1);
      }),
      { numRuns: 500 },
    );
  });
});

/** As vitest judges, but for -0, which JSON does not know. */
function isEqualJson(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
