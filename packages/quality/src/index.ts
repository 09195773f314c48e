export { QualityError, type QualityErrorCode, type QualityErrorDetails } from './quality-error.ts';
export { acceptanceProbability } from './sampling/acceptance-probability.ts';
export { type CodeLetter, codeLetterOf } from './sampling/code-letters.ts';
export { type LotSample, lotSample } from './sampling/lot-sample.ts';
export { acceptableQualityLimits, type SinglePlan, singlePlan } from './sampling/single-plans.ts';
export {
  type InspectedLot,
  nextSeverity,
  type ReductionConditions,
  type Switching,
} from './sampling/switching.ts';
export { checkChange, type StatefulObjects } from './states/change.ts';
export { type StateMachine, stateMachines, type Transition } from './states/machines.ts';
export { checkRelease, type ReleaseGround } from './states/release.ts';
export { type JudgementContext, judge } from './verdict/judge.ts';
export { type CharacteristicJudgement, describeFinding, type Finding, type Judgement } from './verdict/judgement.ts';
export { recheck, type VerdictDifference } from './verdict/recheck.ts';
