export type { FlowRefusal } from './flow/errors.ts';
export { FlowRefused } from './flow/errors.ts';
export type {
  BoundFlow,
  Decision,
  FlowHost,
  FlowQuery,
  FlowView,
  StartOptions,
} from './flow/host.ts';
export { bindFlow } from './flow/host.ts';
export type * from './flow/plan.ts';
export type { FlowFailure, Phase } from './flow/state.ts';
export type { DecisionQuestion, FlowsConfig } from './flow/store-host.ts';
export { createFlows } from './flow/store-host.ts';
export type { ClientChoice } from './flow/values.ts';
export {
  as,
  clientOf,
  FlowFault,
  headerAt,
  holds,
  isEqual,
  matches,
  objectOf,
  order,
  required,
  textOf,
  valueAt,
} from './flow/values.ts';
