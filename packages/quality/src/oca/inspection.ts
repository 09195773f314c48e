import {
  type CharacteristicResult,
  decimal,
  type InspectionCharacteristic,
  type InspectionPlan,
  type UnitCode,
} from '@millwright/sdk/types';
import { QualityError, type QualityErrorCode } from '../quality-error.ts';
import type { Loss, Mapped } from './loss.ts';

/** A record of `qc.test` (OCA manufacture, quality_control_oca) with its lines; `unit` stands for the reference to `uom.uom`. */
export interface OcaTest {
  readonly name: string;
  readonly test_lines: readonly OcaQuestion[];
}

/** A record of `qc.test.question`: of a quantitative one the limits, of a qualitative one the answers. */
export type OcaQuestion =
  | {
      readonly name: string;
      readonly type: 'quantitative';
      readonly min_value: number;
      readonly max_value: number;
      readonly unit: UnitCode;
    }
  | {
      readonly name: string;
      readonly type: 'qualitative';
      readonly ql_values: readonly { readonly name: string; readonly ok: boolean }[];
    };

/** A record of `qc.inspection.line`: one answer to one question. */
export interface OcaAnswer {
  /** Name of the question, which is the identifier of the characteristic. */
  readonly name: string;
  readonly question_type: 'quantitative' | 'qualitative';
  readonly quantitative_value?: number;
  /** Name of the answer. */
  readonly qualitative_value?: string | false;
  readonly unit?: UnitCode;
}

/** Digits after the point of the precision "Quality Control", as the module installs it. */
const digits = 5;

/**
 * The test of a plan. A question has both limits and one answer, so a plan with a limit on one side, or one that is finer than the
 * module's five digits, cannot be held there.
 * @throws QualityError `limits-missing`, `not-a-decimal`
 */
export function inspectionPlanToOca(plan: InspectionPlan): Mapped<OcaTest> {
  const key = `${plan.inspectionPlanId}/${plan.revision}`;
  const losses: Loss[] = [{ pointer: '/sampleRule', reason: 'a test knows no sample: it is one piece an inspection' }];
  const test_lines = plan.characteristics.map((characteristic, at) =>
    questionOf(characteristic, { key, pointer: `/characteristics/${at}`, losses }),
  );
  return [{ name: key, test_lines }, losses];
}

interface Place {
  readonly key: string;
  readonly pointer: string;
  readonly losses: Loss[];
}

function questionOf(characteristic: InspectionCharacteristic, place: Place): OcaQuestion {
  const { characteristicId, classification } = characteristic;
  place.losses.push({
    pointer: `${place.pointer}/classification`,
    reason: `${classification} is not told: every wrong answer fails the inspection`,
  });
  if (characteristic.kind === 'variable')
    return {
      ...{ name: characteristicId, type: 'quantitative', unit: characteristic.unit },
      min_value: limitOf(characteristic.lowerLimit, 'lowerLimit', place),
      max_value: limitOf(characteristic.upperLimit, 'upperLimit', place),
    };
  const { acceptCodes, rejectCodes = [] } = characteristic;
  return {
    ...{ name: characteristicId, type: 'qualitative' },
    ql_values: [
      ...acceptCodes.map((name) => ({ name, ok: true })),
      ...rejectCodes.map(({ code }) => ({ name: code, ok: false })),
    ],
  };
}

function limitOf(limit: string | undefined, side: 'lowerLimit' | 'upperLimit', { key, pointer }: Place): number {
  if (limit === undefined)
    throw new QualityError('limits-missing', `a question needs both limits, ${side} is not given`, {
      ...{ key, pointer: `${pointer}/${side}` },
      remedy: 'Give the limit that physics sets, or inspect it in the quality system.',
    });
  const [, fraction = ''] = limit.split('.');
  if (fraction.length > digits || limit.replace(/[-.]/g, '').length > 15)
    throw new QualityError('not-a-decimal', `${limit} would be rounded: the module keeps ${digits} digits`, {
      ...{ key, pointer: `${pointer}/${side}` },
      remedy: 'Use a larger unit, or inspect it in the quality system.',
    });
  return Number(limit);
}

/**
 * The results of an inspection whose test came from a plan; each answer is the one piece that was inspected. Verdicts are computed from
 * them, not taken over.
 * @throws QualityError `characteristic-unknown`, `characteristic-kind-differs`, `characteristic-missing`, `attribute-code-unknown`
 */
export function inspectionFromOca(
  plan: InspectionPlan,
  answers: readonly OcaAnswer[],
  key: string,
): readonly CharacteristicResult[] {
  return answers.map((answer, at): CharacteristicResult => {
    const refuse = (code: QualityErrorCode) =>
      new QualityError(code, `the answer to ${JSON.stringify(answer.name)} does not fit ${plan.inspectionPlanId}`, {
        ...{ key, pointer: `/inspection_lines/${at}` },
        remedy: `Make the test again from revision ${plan.revision} of the plan.`,
      });
    const planned = plan.characteristics.find(({ characteristicId }) => characteristicId === answer.name);
    if (planned === undefined) throw refuse('characteristic-unknown');
    const { characteristicId } = planned;
    if ((planned.kind === 'variable') !== (answer.question_type === 'quantitative'))
      throw refuse('characteristic-kind-differs');
    if (planned.kind === 'variable') {
      const { quantitative_value: value, unit = planned.unit } = answer;
      if (value === undefined) throw refuse('characteristic-missing');
      const samples = [{ sampleNumber: 1, value: decimal(textOf(value)) }];
      return { kind: 'variable', characteristicId, unit, samples, verdict: 'not-inspected' };
    }
    const { qualitative_value: code } = answer;
    // Odoo tells a reference that is empty as false.
    if (code === undefined || code === false) throw refuse('characteristic-missing');
    const codes = [...planned.acceptCodes, ...(planned.rejectCodes ?? []).map((rejected) => rejected.code)];
    const known = codes.find((candidate) => candidate === code);
    if (known === undefined) throw refuse('attribute-code-unknown');
    const samples = [{ sampleNumber: 1, code: known }];
    return { kind: 'attribute', characteristicId, samples, verdict: 'not-inspected' };
  });
}

/** As the module keeps it: what is behind its digits is noise of a double. */
function textOf(value: number): string {
  return value
    .toFixed(digits)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');
}
