import type { Deviation, InspectionResult, Nonconformance, QualityHold, ReleaseDecision } from '@millwright/sdk/types';
import { QualityError, type QualityErrorCode } from '../quality-error.ts';

const settled = new Set<Nonconformance['status']>(['verified', 'closed', 'voided']);

/** What a release decision is held against. */
export interface ReleaseGround {
  /** Every hold that touches the scope: on the lot, but also on its item, work order, receipt or location, which a scope does not tell. */
  readonly holds: readonly QualityHold[];
  /** Results that the evidence names, and those that correct them. */
  readonly results: readonly InspectionResult[];
  /** Nonconformances that the evidence names. */
  readonly nonconformances: readonly Nonconformance[];
  /** The deviation that the decision names, if it names one. */
  readonly deviation?: Deviation;
}

/**
 * Refuses a release decision that no person has signed, or that its own evidence or an open hold speaks against. A rejection needs the
 * signature only, a release one that means approval.
 * @throws QualityError with the business key: `signature-missing`, `release-blocked`, `deviation-not-usable`, `evidence-missing`
 */
export function checkRelease(decision: ReleaseDecision, ground: ReleaseGround): void {
  const key = `${decision.plantId}/${decision.releaseDecisionNumber}`;
  const refuse = (code: QualityErrorCode, pointer: string, message: string, remedy: string) =>
    new QualityError(code, message, { key, pointer, remedy });
  const { signature } = decision;
  if (Date.parse(signature.signedAt) > Date.parse(decision.recordedAt))
    throw refuse(
      'signature-missing',
      '/signature/signedAt',
      `it was recorded at ${decision.recordedAt}, before it was signed`,
      'Record it after the signature.',
    );
  if (decision.decision === 'rejected') return;
  if (signature.meaning !== 'approval')
    throw refuse(
      'signature-missing',
      '/signature/meaning',
      `the signature stands for ${signature.meaning}`,
      'Have the person sign who decides, with the meaning approval.',
    );
  const hold = ground.holds.find(({ status }) => status === 'active' || status === 'under-review');
  if (hold !== undefined)
    throw refuse(
      'release-blocked',
      '/scope',
      `the hold ${hold.holdNumber} is ${hold.status}`,
      'Resolve the hold first.',
    );
  refuseUnusableDeviation(decision, ground.deviation, refuse);
  refuseAgainstResults(decision, ground.results, refuse);
  refuseUnsettled(decision, ground.nonconformances, refuse);
}

type Refuse = (code: QualityErrorCode, pointer: string, message: string, remedy: string) => QualityError;

function refuseUnusableDeviation(decision: ReleaseDecision, deviation: Deviation | undefined, refuse: Refuse): void {
  if (decision.decision !== 'released-with-deviation') return;
  const { deviationNumber, decidedAt } = decision;
  const because = ((): string | undefined => {
    if (deviationNumber === undefined) return 'no deviation is named';
    if (deviation?.deviationNumber !== deviationNumber) return `the deviation ${deviationNumber} is not at hand`;
    if (deviation.status !== 'approved') return `the deviation ${deviationNumber} is ${deviation.status}`;
    const at = Date.parse(decidedAt);
    return at < Date.parse(deviation.validFrom) || at > Date.parse(deviation.validTo)
      ? `the deviation ${deviationNumber} does not hold at ${decidedAt}`
      : undefined;
  })();
  if (because !== undefined)
    throw refuse('deviation-not-usable', '/deviationNumber', because, 'Name an approved deviation that holds.');
}

/** Of two results where one corrects the other, only the later one counts. */
function refuseAgainstResults(decision: ReleaseDecision, results: readonly InspectionResult[], refuse: Refuse): void {
  const corrected = new Set<string>(results.flatMap(({ correctsRecordId }) => correctsRecordId ?? []));
  for (const [at, evidence] of decision.evidence.entries()) {
    if (evidence.kind !== 'inspection-result') continue;
    const pointer = `/evidence/${at}`;
    const result = results.find(
      ({ recordId, plantId }) => recordId === evidence.recordId && plantId === evidence.plantId,
    );
    if (result === undefined)
      throw refuse('evidence-missing', pointer, `the result ${evidence.recordId} is not at hand`, 'Pass the result.');
    if (corrected.has(result.recordId))
      throw refuse('release-blocked', pointer, `the result ${result.recordId} was corrected`, 'Name the later result.');
    const good = decision.decision === 'released' ? ['pass'] : ['pass', 'pass-with-deviation'];
    if (!good.includes(result.verdict))
      throw refuse(
        'release-blocked',
        pointer,
        `the result ${result.recordId} is ${result.verdict}`,
        'Reject it, or release what a new inspection passes.',
      );
  }
}

/** Evidence is a nonconformance that is settled (schemas/objects/release-decision.yaml). */
function refuseUnsettled(decision: ReleaseDecision, raised: readonly Nonconformance[], refuse: Refuse): void {
  for (const [at, evidence] of decision.evidence.entries()) {
    if (evidence.kind !== 'nonconformance') continue;
    const { nonconformanceNumber, plantId } = evidence;
    const pointer = `/evidence/${at}`;
    const found = raised.find((one) => one.nonconformanceNumber === nonconformanceNumber && one.plantId === plantId);
    if (found === undefined)
      throw refuse('evidence-missing', pointer, `${nonconformanceNumber} is not at hand`, 'Pass the nonconformance.');
    if (!settled.has(found.status))
      throw refuse('release-blocked', pointer, `${nonconformanceNumber} is ${found.status}`, 'Settle it first.');
  }
}
