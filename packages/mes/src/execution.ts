export type { ConfirmationReport, ExecutionSystem, ExecutionSystemOptions } from './execution/execution-system.ts';
export { createExecutionSystem } from './execution/execution-system.ts';
export { checkWorkOrderTransition, workOrderTransitions } from './execution/work-order-states.ts';
