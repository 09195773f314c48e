import type { CharacteristicId, DefectCode, InspectionVerdict } from '@millwright/sdk/types';
import type { LotSample } from '../sampling/lot-sample.ts';

/** A fact that a verdict rests on. */
export type Finding =
  | {
      readonly kind: 'below-lower-limit' | 'above-upper-limit';
      readonly sampleNumber: number;
      readonly value: string;
      readonly limit: string;
    }
  | { readonly kind: 'code-not-accepted'; readonly sampleNumber: number; readonly code: string }
  | { readonly kind: 'too-many-nonconforming'; readonly nonconforming: number; readonly rejectionNumber: number }
  | {
      readonly kind: 'between-acceptance-and-rejection';
      readonly nonconforming: number;
      readonly acceptanceNumber: number;
    }
  | { readonly kind: 'sample-too-small'; readonly inspected: number; readonly sampleSize: number }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'critical-skipped'; readonly characteristicId: string }
  | { readonly kind: 'measurement-distrusted' }
  | { readonly kind: 'covered-by-deviation'; readonly deviationNumber: string }
  | { readonly kind: 'deviation-not-usable'; readonly deviationNumber: string; readonly because: string };

/** What the samples of one characteristic amount to. */
export interface CharacteristicJudgement {
  readonly characteristicId: CharacteristicId;
  readonly verdict: InspectionVerdict;
  /** Numbers of the pieces that miss the characteristic, ascending. */
  readonly nonconforming: readonly number[];
  /** Defects of the reject codes that were chosen, sorted. */
  readonly defectCodes: readonly DefectCode[];
  readonly findings: readonly Finding[];
}

/** What an inspection amounts to: the same plan, result and lot always give the same. */
export interface Judgement {
  readonly verdict: InspectionVerdict;
  readonly characteristics: readonly CharacteristicJudgement[];
  /** What the sample rule asked for. */
  readonly sample: LotSample;
  /** Numbers of the pieces that miss a characteristic which no deviation covers, ascending. */
  readonly nonconforming: readonly number[];
  readonly findings: readonly Finding[];
}

/** The finding in words. */
export function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'below-lower-limit':
      return `piece ${finding.sampleNumber} measures ${finding.value}, below ${finding.limit}`;
    case 'above-upper-limit':
      return `piece ${finding.sampleNumber} measures ${finding.value}, above ${finding.limit}`;
    case 'code-not-accepted':
      return `piece ${finding.sampleNumber} has the code ${finding.code}, which does not pass`;
    case 'too-many-nonconforming':
      return `${finding.nonconforming} nonconforming, and ${finding.rejectionNumber} are enough to refuse`;
    case 'between-acceptance-and-rejection':
      return `${finding.nonconforming} nonconforming, more than ${finding.acceptanceNumber}: accepted, and the next lot is inspected normally`;
    case 'sample-too-small':
      return `${finding.inspected} inspected of the ${finding.sampleSize} that the sample rule asks for`;
    case 'skipped':
      return 'no piece was inspected';
    case 'critical-skipped':
      return `the critical characteristic ${finding.characteristicId} was not inspected`;
    case 'measurement-distrusted':
      return 'the inspector reports that the measurement cannot be trusted';
    case 'covered-by-deviation':
      return `the deviation ${finding.deviationNumber} allows it`;
    case 'deviation-not-usable':
      return `the deviation ${finding.deviationNumber} does not help: ${finding.because}`;
  }
}
