import type {
  CharacteristicResult,
  Deviation,
  InspectionCharacteristic,
  InspectionPlan,
  InspectionResult,
  InspectionVerdict,
} from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';
import { type LotSample, lotSample } from '../sampling/lot-sample.ts';
import { coversCharacteristic, deviationUnusable } from './deviation.ts';
import type { CharacteristicJudgement, Finding, Judgement } from './judgement.ts';
import { judgePieces } from './pieces.ts';

/** What a verdict needs beside the plan and the result. */
export interface JudgementContext {
  /** Pieces of the lot that the verdict holds for (`lotSize` of the inspection order). */
  readonly lotSize: number;
  /** The deviation that the result names, if it names one. */
  readonly deviation?: Deviation;
}

/**
 * Verdict of a result against its plan, for each characteristic and for the whole. The verdicts that the result holds already are not
 * believed, with one exception: `inconclusive` is a statement of the inspector about the measurement, which no value can contradict.
 * @throws QualityError when plan and result do not belong together, or a value, unit, code or number cannot be judged
 */
export function judge(plan: InspectionPlan, result: InspectionResult, context: JudgementContext): Judgement {
  const key = `${result.plantId}/${result.inspectionOrderNumber}/${result.recordId}`;
  refuseOtherPlan(plan, result, key);
  const sample = lotSample(plan.sampleRule, context.lotSize);
  const deviation = usableDeviation(result, context);
  const planned = resultsByPlan(plan, result, key);
  const characteristics = planned.map((one) => judgeCharacteristic(one, { key, sample, deviation }));
  return { ...overall(plan, characteristics, sample), characteristics, sample };
}

interface PlannedResult {
  readonly characteristic: InspectionCharacteristic;
  readonly reported: CharacteristicResult;
  readonly pointer: string;
}

interface Bench {
  readonly key: string;
  readonly sample: LotSample;
  readonly deviation: UsableDeviation;
}

/** The deviation of the result, whether it is at hand, and what is wrong with it. */
interface UsableDeviation {
  readonly named: string | undefined;
  readonly given: Deviation | undefined;
  readonly unusable: string | undefined;
}

function judgeCharacteristic(
  { characteristic, reported, pointer }: PlannedResult,
  bench: Bench,
): CharacteristicJudgement {
  const pieces = judgePieces(characteristic, reported, { key: bench.key, pointer });
  const conclude = (verdict: InspectionVerdict, ...findings: readonly Finding[]): CharacteristicJudgement => ({
    characteristicId: characteristic.characteristicId,
    verdict,
    nonconforming: pieces.nonconforming,
    defectCodes: pieces.defectCodes,
    findings: [...pieces.findings, ...findings],
  });
  if (pieces.inspected === 0) return conclude('not-inspected', { kind: 'skipped' });
  if (reported.verdict === 'inconclusive') return conclude('inconclusive', { kind: 'measurement-distrusted' });
  const { sampleSize, rejectionNumber } = numbersFor(characteristic, bench.sample);
  const nonconforming = pieces.nonconforming.length;
  const tooSmall: readonly Finding[] =
    pieces.inspected < sampleSize ? [{ kind: 'sample-too-small', inspected: pieces.inspected, sampleSize }] : [];
  if (nonconforming < rejectionNumber) return conclude(tooSmall.length > 0 ? 'inconclusive' : 'pass', ...tooSmall);
  const tooMany: Finding = { kind: 'too-many-nonconforming', nonconforming, rejectionNumber };
  const help = deviationFor(characteristic, bench);
  if (help?.kind !== 'covered-by-deviation') return conclude('fail', tooMany, ...(help === undefined ? [] : [help]));
  return conclude(tooSmall.length > 0 ? 'inconclusive' : 'pass-with-deviation', tooMany, help, ...tooSmall);
}

/** A miss of a critical characteristic is never one of the pieces that a sampling plan allows. */
function numbersFor(characteristic: InspectionCharacteristic, sample: LotSample): LotSample {
  return characteristic.classification === 'critical' ? { ...sample, acceptanceNumber: 0, rejectionNumber: 1 } : sample;
}

function deviationFor({ characteristicId }: InspectionCharacteristic, { key, deviation }: Bench): Finding | undefined {
  const { named, given, unusable } = deviation;
  if (named === undefined) return undefined;
  if (given === undefined)
    throw new QualityError('deviation-not-usable', `the deviation ${named} is not at hand`, {
      key,
      pointer: '/deviationNumber',
      remedy: 'Pass the deviation that the result names.',
    });
  const because =
    unusable ?? (coversCharacteristic(given, characteristicId) ? undefined : `it does not name ${characteristicId}`);
  return because === undefined
    ? { kind: 'covered-by-deviation', deviationNumber: named }
    : { kind: 'deviation-not-usable', deviationNumber: named, because };
}

function overall(
  plan: InspectionPlan,
  characteristics: readonly CharacteristicJudgement[],
  sample: LotSample,
): Pick<Judgement, 'verdict' | 'nonconforming' | 'findings'> {
  const counted = characteristics.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  const nonconforming = [...new Set(counted.flatMap((one) => one.nonconforming))].sort((one, other) => one - other);
  const count = nonconforming.length;
  const { acceptanceNumber, rejectionNumber } = sample;
  const verdicts = new Set(characteristics.map(({ verdict }) => verdict));
  const critical = plan.characteristics.filter(({ classification }) => classification === 'critical');
  const skipped = critical.find(({ characteristicId }) =>
    characteristics.some((one) => one.characteristicId === characteristicId && one.verdict === 'not-inspected'),
  );
  const findings: Finding[] = [];
  if (count >= rejectionNumber)
    findings.push({ kind: 'too-many-nonconforming', nonconforming: count, rejectionNumber });
  else if (count > acceptanceNumber)
    findings.push({ kind: 'between-acceptance-and-rejection', nonconforming: count, acceptanceNumber });
  if (skipped !== undefined) findings.push({ kind: 'critical-skipped', characteristicId: skipped.characteristicId });
  const conclude = (verdict: InspectionVerdict) => ({ verdict, nonconforming, findings });
  if (verdicts.has('fail') || count >= rejectionNumber) return conclude('fail');
  if (verdicts.has('inconclusive')) return conclude('inconclusive');
  if (skipped !== undefined || characteristics.every(({ verdict }) => verdict === 'not-inspected'))
    return conclude('not-inspected');
  return conclude(verdicts.has('pass-with-deviation') ? 'pass-with-deviation' : 'pass');
}

function usableDeviation(result: InspectionResult, { deviation, lotSize }: JudgementContext): UsableDeviation {
  const named = result.deviationNumber;
  const given = deviation?.deviationNumber === named ? deviation : undefined;
  return { named, given, unusable: given === undefined ? undefined : deviationUnusable(given, result, lotSize) };
}

function refuseOtherPlan(plan: InspectionPlan, result: InspectionResult, key: string): void {
  const differs = (pointer: string, message: string, remedy: string) =>
    new QualityError('plan-differs', message, { key, pointer, remedy });
  if (result.inspectionPlanId !== plan.inspectionPlanId || result.inspectionPlanRevision !== plan.revision)
    throw differs(
      '/inspectionPlanRevision',
      `the result is about ${result.inspectionPlanId} ${result.inspectionPlanRevision}, the plan is ${plan.inspectionPlanId} ${plan.revision}`,
      'Judge it against the revision that the inspection order froze.',
    );
  if (plan.plantId !== undefined && plan.plantId !== result.plantId)
    throw differs('/plantId', `the plan holds for the plant ${plan.plantId} only`, 'Use a plan of this plant.');
  if (plan.status === 'draft')
    throw differs(
      '/inspectionPlanId',
      `${plan.inspectionPlanId} ${plan.revision} is a draft`,
      'Inspect against an active revision.',
    );
}

function resultsByPlan(plan: InspectionPlan, result: InspectionResult, key: string): readonly PlannedResult[] {
  const reported = new Map<string, { readonly reported: CharacteristicResult; readonly pointer: string }>();
  for (const [at, one] of result.characteristics.entries()) {
    const pointer = `/characteristics/${at}`;
    if (!plan.characteristics.some(({ characteristicId }) => characteristicId === one.characteristicId))
      throw new QualityError('characteristic-unknown', `the plan has no characteristic ${one.characteristicId}`, {
        key,
        pointer,
        remedy: `Report what the plan asks for: ${plan.characteristics.map((planned) => planned.characteristicId).join(', ')}.`,
      });
    if (reported.has(one.characteristicId))
      throw new QualityError('characteristic-duplicate', `${one.characteristicId} is reported twice`, {
        key,
        pointer,
        remedy: 'Report all pieces of a characteristic together.',
      });
    reported.set(one.characteristicId, { reported: one, pointer });
  }
  return plan.characteristics.map((characteristic) => {
    const found = reported.get(characteristic.characteristicId);
    if (found === undefined)
      throw new QualityError('characteristic-missing', `${characteristic.characteristicId} is not reported`, {
        key,
        pointer: '/characteristics',
        remedy: 'Report it, without samples when it was skipped.',
      });
    return { characteristic, ...found };
  });
}
