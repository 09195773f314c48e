import type { InspectionPlan, InspectionResult, InspectionVerdict } from '@millwright/sdk/types';
import { type JudgementContext, judge } from './judge.ts';
import { describeFinding, type Judgement } from './judgement.ts';

/** A stored verdict that its own values do not bear out. */
export interface VerdictDifference {
  /** JSON pointer to the stored verdict in the result. */
  readonly pointer: string;
  readonly stored: InspectionVerdict;
  readonly computed: InspectionVerdict;
  /** What the computed verdict rests on, in words. */
  readonly reason: string;
}

/**
 * Computes the verdicts of a stored result again and tells those that differ; an empty list means that all are borne out.
 * @throws QualityError as `judge`
 */
export function recheck(
  plan: InspectionPlan,
  result: InspectionResult,
  context: JudgementContext,
): { readonly judgement: Judgement; readonly differences: readonly VerdictDifference[] } {
  const judgement = judge(plan, result, context);
  const computed = new Map<string, (typeof judgement.characteristics)[number]>(
    judgement.characteristics.map((one) => [one.characteristicId, one]),
  );
  const ofCharacteristics = result.characteristics.flatMap((stored, at) => {
    const again = computed.get(stored.characteristicId);
    return again === undefined || again.verdict === stored.verdict
      ? []
      : [
          difference(
            `/characteristics/${at}/verdict`,
            stored.verdict,
            again.verdict,
            again.findings.map(describeFinding),
          ),
        ];
  });
  const reasons = [
    ...judgement.findings.map(describeFinding),
    ...judgement.characteristics
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ characteristicId, verdict }) => `${characteristicId} is ${verdict}`),
  ];
  const ofTheWhole =
    judgement.verdict === result.verdict ? [] : [difference('/verdict', result.verdict, judgement.verdict, reasons)];
  return { judgement, differences: [...ofCharacteristics, ...ofTheWhole] };
}

function difference(
  pointer: string,
  stored: InspectionVerdict,
  computed: InspectionVerdict,
  reasons: readonly string[],
): VerdictDifference {
  const reason = reasons.length === 0 ? 'every piece is inside its limits' : reasons.join('; ');
  return { pointer, stored, computed, reason };
}
