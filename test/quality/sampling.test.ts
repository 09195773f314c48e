import { readFileSync } from 'node:fs';
import {
  acceptableQualityLimits,
  acceptanceProbability,
  codeLetterOf,
  type InspectedLot,
  lotSample,
  nextSeverity,
  QualityError,
  type ReductionConditions,
  singlePlan,
} from '@millwright/quality';
import type { AqlLevel, AqlSeverity, SampleRule } from '@millwright/sdk/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Printed = readonly [number | string, AqlLevel, AqlSeverity, string, string, number, number, number];
const printed: readonly { readonly source: string; readonly plans: readonly Printed[] }[] = casesOf('sampling');

describe.each(printed)('$source', ({ plans }) => {
  it.each(plans)(
    '%s %s %s %s',
    (asked, level, severity, limit, codeLetter, sampleSize, acceptanceNumber, rejectionNumber) => {
      const letter = typeof asked === 'number' ? codeLetterOf(asked, level) : asked;
      const plan = singlePlan(letter, severity, limit);
      expect(plan).toEqual({ codeLetter, sampleSize, acceptanceNumber, rejectionNumber });
    },
  );
});

const levels: readonly AqlLevel[] = [
  'special-1',
  'special-2',
  'special-3',
  'special-4',
  'general-1',
  'general-2',
  'general-3',
];
const severities: readonly AqlSeverity[] = ['normal', 'tightened', 'reduced'];
const letters = [...'ABCDEFGHJKLMNPQR'];
const roundingError = 1e-12;
const lotSizes = fc.oneof(fc.integer({ min: 2, max: 600 }), fc.integer({ min: 2, max: 1_000_000 }));
const rules = fc.record({
  kind: fc.constant('aql'),
  level: fc.constantFrom(...levels),
  severity: fc.constantFrom(...severities),
  acceptableQualityLimit: fc.constantFrom(...acceptableQualityLimits),
}) as fc.Arbitrary<SampleRule & { readonly kind: 'aql' }>;

describe('every plan', () => {
  const all = severities.flatMap((severity) =>
    acceptableQualityLimits.flatMap((limit) =>
      letters.map((letter) => ({ severity, limit, letter, plan: singlePlan(letter, severity, limit) })),
    ),
  );

  it('refuses more than it accepts, and normal and tightened inspection leave no gap', () => {
    expect(all).toHaveLength(3 * 16 * 16);
    for (const { severity, plan } of all) {
      expect(plan.rejectionNumber).toBeGreaterThan(plan.acceptanceNumber);
      expect(plan.acceptanceNumber).toBeLessThan(plan.sampleSize);
      if (severity !== 'reduced') expect(plan.rejectionNumber).toBe(plan.acceptanceNumber + 1);
    }
  });

  it('has the numbers of the plan one letter up and one limit down', () => {
    for (const { severity, limit, letter, plan } of all) {
      const above = letters[letters.indexOf(letter) - 1];
      const right = acceptableQualityLimits[acceptableQualityLimits.indexOf(limit) + 1];
      if (above === undefined || right === undefined || plan.codeLetter !== letter) continue;
      const neighbour = singlePlan(above, severity, right);
      // Above the first row there is nothing that an arrow could point to.
      if (neighbour.codeLetter !== above) expect(letter).toBe('B');
      else
        expect([neighbour.acceptanceNumber, neighbour.rejectionNumber]).toEqual([
          plan.acceptanceNumber,
          plan.rejectionNumber,
        ]);
    }
  });

  it('accepts the less the worse a process is', () => {
    for (const { plan } of all) {
      const curve = [0, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.3, 0.7, 1].map((share) => acceptanceProbability(plan, share));
      expect(curve[0]).toBe(1);
      expect(curve.at(-1)).toBe(0);
      for (const [at, probability] of curve.entries())
        expect(probability).toBeLessThanOrEqual((curve[at - 1] ?? 1) + roundingError);
    }
  });

  it('accepts most lots that are as good as the limit, and fewer in tightened inspection', () => {
    for (const { severity, limit, letter, plan } of all) {
      if (severity !== 'normal') continue;
      const share = Number(limit) / 100;
      const tightened = singlePlan(letter, 'tightened', limit);
      expect(acceptanceProbability(plan, share)).toBeGreaterThan(0.8);
      for (const times of [0.5, 1, 2, 5])
        expect(acceptanceProbability(tightened, share * times)).toBeLessThan(
          acceptanceProbability(plan, share * times),
        );
    }
  });
});

describe('the operating characteristic', () => {
  it.each([
    [2, 0, 0.5, 0.25],
    [3, 1, 0.5, 0.5],
    [5, 5, 0.9, 1],
    [5, 4, 1, 0],
  ])('n %i, Ac %i, p %f', (sampleSize, acceptanceNumber, share, want) => {
    expect(acceptanceProbability({ sampleSize, acceptanceNumber }, share)).toBeCloseTo(want, 12);
  });
});

describe('the sample of a lot', () => {
  it('never shrinks when the lot grows, and is never larger than the lot', () => {
    fc.assert(
      fc.property(rules, lotSizes, lotSizes, (rule, one, other) => {
        const [small, large] = [lotSample(rule, Math.min(one, other)), lotSample(rule, Math.max(one, other))];
        expect(small.sampleSize).toBeLessThanOrEqual(large.sampleSize);
        expect(small.sampleSize).toBeLessThanOrEqual(Math.min(one, other));
        expect(small.wholeLot).toBe(small.sampleSize === Math.min(one, other));
      }),
    );
  });

  it.each([
    [{ kind: 'fixed', sampleSize: 5 }, 500, 5, false],
    [{ kind: 'fixed', sampleSize: 5 }, 5, 5, true],
    [{ kind: 'fixed', sampleSize: 5 }, 3, 3, true],
    [{ kind: 'percent', percentage: '10' }, 100, 10, false],
    [{ kind: 'percent', percentage: '10' }, 101, 11, false],
    [{ kind: 'percent', percentage: '0.1' }, 1000, 1, false],
    // 0.07 * 100 is 7.000000000000001 in floats, which rounds up to 8.
    [{ kind: 'percent', percentage: '7' }, 100, 7, false],
    [{ kind: 'percent', percentage: '2.5', minimumSampleSize: 3 }, 40, 3, false],
    [{ kind: 'percent', percentage: '0' }, 40, 1, false],
    [{ kind: 'percent', percentage: '100' }, 40, 40, true],
    [{ kind: 'percent', percentage: '250' }, 40, 40, true],
    [{ kind: 'aql', level: 'general-2', severity: 'normal', acceptableQualityLimit: '10' }, 3, 3, true],
    [
      { kind: 'aql', level: 'general-2', severity: 'normal', acceptableQualityLimit: '0.1', codeLetter: 'A' },
      9000,
      125,
      false,
    ],
  ])('%j of %i pieces', (rule, lotSize, sampleSize, wholeLot) => {
    expect(lotSample(rule as SampleRule, lotSize)).toMatchObject({ sampleSize, wholeLot });
  });

  it.each([
    [{ acceptableQualityLimit: '15' }, 500, 'acceptable-quality-limit-unknown'],
    [{ acceptableQualityLimit: '0.5' }, 500, 'acceptable-quality-limit-unknown'],
    [{ acceptableQualityLimit: 'one' }, 500, 'acceptable-quality-limit-unknown'],
    [{ codeLetter: 'S' }, 500, 'code-letter-unknown'],
    [{ codeLetter: 'I' }, 500, 'code-letter-unknown'],
    [{}, 1, 'lot-size-unusable'],
    [{}, 0, 'lot-size-unusable'],
    [{}, 2.5, 'lot-size-unusable'],
  ])('refuses %j of %d pieces', (change, lotSize, code) => {
    const rule = { kind: 'aql', level: 'general-2', severity: 'normal', acceptableQualityLimit: '1', ...change };
    expect(() => lotSample(rule as SampleRule, lotSize)).toThrow(
      expect.objectContaining({ name: 'QualityError', code, remedy: expect.stringMatching(/\w/) }),
    );
  });
});

interface SwitchingCase {
  readonly name: string;
  readonly lots: string;
  readonly nonconforming?: number;
  readonly conditions?: ReductionConditions;
  readonly want?: readonly [string, string];
  readonly refused?: string;
}

describe('switching', () => {
  it.each(casesOf<readonly SwitchingCase[]>('switching'))(
    '$name',
    ({ lots, nonconforming, conditions, want, refused }) => {
      const history = lots.split(' ').filter((lot) => lot !== '');
      const next = () =>
        nextSeverity(
          history.map((lot) => inspected(lot, nonconforming ?? 0)),
          conditions,
        );
      if (refused === undefined) {
        const { severity, reason } = next();
        expect([severity, reason]).toEqual(want);
      } else expect(next).toThrow(expect.objectContaining({ constructor: QualityError, code: refused }));
    },
  );
});

function inspected(lot: string, few: number): InspectedLot {
  const severity = { N: 'normal', T: 'tightened', R: 'reduced' }[lot.charAt(0)] as AqlSeverity;
  const nonconforming = { '+': few, '~': 2, '-': 3 }[lot.charAt(1)] ?? 0;
  return { severity, nonconforming, acceptanceNumber: 1, rejectionNumber: 3 };
}

function casesOf<Cases>(name: string): Cases {
  return parse(readFileSync(new URL(`cases/${name}.yaml`, import.meta.url), 'utf8'));
}
