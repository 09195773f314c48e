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
export * from './flow/inline.ts';
export type { FlowFailure, Phase } from './flow/state.ts';
export type { DecisionQuestion, FlowsConfig } from './flow/store-host.ts';
export { createFlows } from './flow/store-host.ts';
export { FlowFault } from './flow/values.ts';
