import { readFileSync } from 'node:fs';
import { describeFinding, judge, recheck } from '@millwright/quality';
import type { Deviation, InspectionPlan, InspectionResult, InspectionVerdict } from '@millwright/sdk/types';
import { isDeviation, isInspectionPlan, isInspectionResult } from '@millwright/sdk/validators';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readJson } from '../schemas/canonical.ts';

interface VerdictCase {
  readonly name: string;
  readonly plan?: object;
  readonly result?: object;
  readonly classification?: Readonly<Record<string, string>>;
  readonly pieces: Readonly<Record<string, readonly string[]>>;
  readonly stored?: Readonly<Record<string, InspectionVerdict>>;
  readonly sampleNumbers?: readonly number[];
  readonly unit?: string;
  readonly lotSize?: number;
  readonly deviation?: object;
  /** The result breaks its schema, too. */
  readonly invalid?: boolean;
  readonly want?: {
    readonly verdict: InspectionVerdict;
    readonly characteristics: Readonly<Record<string, InspectionVerdict>>;
    readonly nonconforming?: readonly number[];
    readonly defectCodes?: Readonly<Record<string, readonly string[]>>;
    readonly findings?: readonly string[];
  };
  readonly refused?: { readonly code: string; readonly pointer?: string };
}

const cases: readonly VerdictCase[] = parse(readFileSync(new URL('cases/verdicts.yaml', import.meta.url), 'utf8'));
const measured = {
  kind: 'variable',
  characteristicId: 'DIA',
  description: 'Outer diameter',
  lowerLimit: '24.98',
  upperLimit: '25.02',
  unit: 'MMT',
};
const chosen = {
  kind: 'attribute',
  characteristicId: 'VISUAL',
  description: 'Surface',
  acceptCodes: ['OK'],
  rejectCodes: [
    { code: 'SCRATCHED', defectCode: 'scratch' },
    { code: 'DENTED', defectCode: 'dent' },
  ],
};

describe('a verdict', () => {
  it.each(cases)('$name', ({ want, refused, ...given }) => {
    const { plan, result, context } = objectsOf(given);
    if (refused !== undefined) {
      expect(() => judge(plan, result, context)).toThrow(expect.objectContaining({ name: 'QualityError', ...refused }));
      return;
    }
    const judgement = judge(plan, result, context);
    const { characteristics } = judgement;
    expect(Object.fromEntries(characteristics.map((one) => [one.characteristicId, one.verdict]))).toEqual(
      want?.characteristics,
    );
    expect(judgement.verdict).toBe(want?.verdict);
    if (want?.nonconforming !== undefined) expect(judgement.nonconforming).toEqual(want.nonconforming);
    for (const [id, codes] of Object.entries(want?.defectCodes ?? {}))
      expect(characteristics.find((one) => one.characteristicId === id)?.defectCodes).toEqual(codes);
    const findings = [...characteristics.flatMap((one) => one.findings), ...judgement.findings];
    if (want?.findings !== undefined) expect(findings.map(({ kind }) => kind)).toEqual(want.findings);
    for (const finding of findings) expect(describeFinding(finding)).toMatch(/^[\w ]+/);
  });

  it('names the business key of what it refuses', () => {
    const { plan, result, context } = objectsOf({ name: '', pieces: { DIA: ['25'] } });
    expect(() => judge(plan, result, context)).toThrow(
      'PL01/IO-2026-0102/QMS-004711: VISUAL is not reported. Report it, without samples when it was skipped.',
    );
  });
});

describe('a stored verdict', () => {
  it.each(cases.filter(({ refused }) => refused === undefined))('that is right is borne out: $name', (given) => {
    const { plan, result, context } = objectsOf(given);
    const right = withVerdicts(result, judge(plan, result, context));
    expect(recheck(plan, right, context).differences).toEqual([]);
  });

  it('that is wrong is found, with the reason', () => {
    const { plan, result, context } = objectsOf({
      name: '',
      pieces: { DIA: ['25.03', '25', '25'], VISUAL: ['OK', 'OK', 'OK'] },
    });
    expect(recheck(plan, result, context).differences).toEqual([
      {
        pointer: '/characteristics/0/verdict',
        stored: 'pass',
        computed: 'fail',
        reason: 'piece 1 measures 25.03, above 25.02; 1 nonconforming, and 1 are enough to refuse',
      },
      {
        pointer: '/verdict',
        stored: 'pass',
        computed: 'fail',
        reason: '1 nonconforming, and 1 are enough to refuse; DIA is fail',
      },
    ]);
  });

  it('does not depend on the order of characteristics and pieces, nor on zeros at the end', () => {
    const values = fc.array(fc.integer({ min: 2490, max: 2510 }), { minLength: 3, maxLength: 8 });
    const codes = fc.array(fc.constantFrom('OK', 'SCRATCHED', 'DENTED'), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(values, codes, fc.boolean(), (hundredths, chosenCodes, isAql) => {
        const aql = { kind: 'aql', level: 'general-2', severity: 'normal', acceptableQualityLimit: '10' };
        const given: VerdictCase = {
          name: '',
          lotSize: 20,
          ...(isAql ? { plan: { sampleRule: aql } } : {}),
          pieces: { DIA: hundredths.map((value) => (value / 100).toFixed(2)), VISUAL: chosenCodes },
        };
        const { plan, result, context } = objectsOf(given);
        const turned = {
          ...result,
          characteristics: result.characteristics.toReversed().map((one) => ({
            ...one,
            samples: one.samples.toReversed().map((s) => ('value' in s ? { ...s, value: `${s.value}000` } : s)),
          })),
        } as InspectionResult;
        const one = judge(plan, result, context);
        const other = judge(plan, turned, context);
        expect(other.verdict).toBe(one.verdict);
        expect(other.nonconforming).toEqual(one.nonconforming);
        expect(other.characteristics.map(({ verdict }) => verdict)).toEqual(
          one.characteristics.map(({ verdict }) => verdict),
        );
        expect(judge(plan, result, context)).toEqual(one);
      }),
    );
  });
});

function withVerdicts(result: InspectionResult, judgement: ReturnType<typeof judge>): InspectionResult {
  const computed = new Map<string, InspectionVerdict>(
    judgement.characteristics.map(({ characteristicId, verdict }) => [characteristicId, verdict]),
  );
  const characteristics = result.characteristics.map((one) => ({
    ...one,
    verdict: computed.get(one.characteristicId) ?? one.verdict,
  }));
  return { ...result, characteristics, verdict: judgement.verdict };
}

function objectsOf(given: Omit<VerdictCase, 'want' | 'refused'>) {
  const { classification = {}, pieces, stored = {}, sampleNumbers, unit = 'MMT', lotSize = 100 } = given;
  const planned = [measured, chosen].map((one) => {
    const weight = classification[one.characteristicId];
    return weight === undefined ? one : { ...one, classification: weight };
  });
  const plan = {
    ...(readJson('examples/inspection-plan/valid/minimal.json') as object),
    sampleRule: { kind: 'fixed', sampleSize: 3 },
    characteristics: planned,
    ...given.plan,
  };
  const deviation = given.deviation && {
    ...(readJson('examples/deviation/valid/approved-full.json') as object),
    characteristicIds: ['DIA'],
    ...given.deviation,
  };
  const result = {
    ...(readJson('examples/inspection-result/valid/pass-minimal.json') as object),
    ...(deviation === undefined ? {} : { deviationNumber: 'DEV-2026-004' }),
    characteristics: Object.entries(pieces).map(([characteristicId, samples]) => ({
      characteristicId,
      verdict: stored[characteristicId] ?? 'pass',
      ...(samples.some((text) => /^-?\d/.test(text)) || (samples.length === 0 && characteristicId === 'DIA')
        ? { kind: 'variable', unit, samples: samples.map((value, at) => ({ sampleNumber: at + 1, value })) }
        : { kind: 'attribute', samples: samples.map((code, at) => ({ sampleNumber: at + 1, code })) }),
    })),
    ...given.result,
  };
  for (const [at, number] of (sampleNumbers ?? []).entries()) {
    const sample = result.characteristics[0]?.samples[at];
    if (sample !== undefined) sample.sampleNumber = number;
  }
  expect([isInspectionPlan(plan), isInspectionResult(result)]).toEqual([true, given.invalid !== true]);
  if (deviation !== undefined) expect(isDeviation(deviation)).toBe(true);
  return {
    plan: plan as unknown as InspectionPlan,
    result: result as unknown as InspectionResult,
    context: { lotSize, ...(deviation === undefined ? {} : { deviation: deviation as unknown as Deviation }) },
  };
}
