import type { SampleRule } from '@millwright/sdk/types';
import { dividedUp, scaled, scaledOne } from '../decimal.ts';
import { QualityError } from '../quality-error.ts';
import { type CodeLetter, codeLetterOf } from './code-letters.ts';
import { singlePlan } from './single-plans.ts';

/** How many pieces of a lot are inspected, and how many of them may be nonconforming. */
export interface LotSample {
  readonly sampleSize: number;
  /** Every piece is inspected, because the sample would not be smaller than the lot. */
  readonly wholeLot: boolean;
  /** 0 for a fixed or percent rule: those say nothing of pieces that may be nonconforming. */
  readonly acceptanceNumber: number;
  readonly rejectionNumber: number;
  /** Letter of the plan that is used; only for an AQL rule. */
  readonly codeLetter?: CodeLetter;
}

/**
 * What a sample rule asks for of a lot of so many pieces.
 * @throws QualityError `lot-size-unusable`, `not-a-decimal`, `acceptable-quality-limit-unknown`, `code-letter-unknown`
 */
export function lotSample(rule: SampleRule, lotSize: number): LotSample {
  if (!Number.isSafeInteger(lotSize) || lotSize < 1)
    throw new QualityError('lot-size-unusable', `${lotSize} is no number of pieces`, {
      remedy: 'Give the size of the lot in whole pieces, at least 1.',
    });
  switch (rule.kind) {
    case 'fixed':
      return withoutNonconforming(rule.sampleSize, lotSize);
    case 'percent':
      return withoutNonconforming(Math.max(shareOf(lotSize, rule.percentage), rule.minimumSampleSize ?? 1), lotSize);
    case 'aql': {
      const asked = rule.codeLetter ?? codeLetterOf(lotSize, rule.level);
      const plan = singlePlan(asked, rule.severity, rule.acceptableQualityLimit);
      return { ...plan, ...cappedAt(lotSize, plan.sampleSize) };
    }
  }
}

function withoutNonconforming(sampleSize: number, lotSize: number): LotSample {
  return { ...cappedAt(lotSize, sampleSize), acceptanceNumber: 0, rejectionNumber: 1 };
}

function cappedAt(lotSize: number, sampleSize: number): { readonly sampleSize: number; readonly wholeLot: boolean } {
  return { sampleSize: Math.min(sampleSize, lotSize), wholeLot: sampleSize >= lotSize };
}

/** A share is rounded up to whole pieces (schemas/objects/inspection-plan.yaml). */
function shareOf(lotSize: number, percentage: string): number {
  const share = scaled(percentage);
  if (share === undefined || share < 0n)
    throw new QualityError('not-a-decimal', `${JSON.stringify(percentage)} is no percentage`, {
      remedy: 'Write it as an exact decimal of 0 or more, such as 2.5.',
    });
  return Number(dividedUp(BigInt(lotSize) * share, 100n * scaledOne));
}
