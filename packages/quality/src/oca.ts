export {
  inspectionFromOca,
  inspectionPlanToOca,
  type OcaAnswer,
  type OcaQuestion,
  type OcaTest,
} from './oca/inspection.ts';
export type { Loss, Mapped } from './oca/loss.ts';
export {
  type NonconformityChange,
  nonconformanceFromOca,
  nonconformanceToOca,
  type OcaNonconformity,
} from './oca/nonconformity.ts';
