import type { OperationStatusCode, WorkOrderStatus } from '@millwright/sdk/types';
import { operationStatusCodeMappings, workOrderStatusMappings } from '@millwright/sdk/vocabularies';
import { type CodeMapping, codeFromSystem, codeToSystem } from './code-mapping.ts';
import type { Mapped } from './loss.ts';
import { trailOf } from './mapping/finish.ts';

/** State of a job order in OPC UA for ISA-95 (OPC 10031-4, 6.2.2), by browse names. */
export interface JobControlState {
  /** NotAllowedToStart, AllowedToStart, Running, Interrupted, Ended or Aborted. */
  readonly state: string;
  /** Waiting, Ready or Loaded; Held or Suspended; Completed or Closed. A server need not have substates. */
  readonly substate?: string;
}

/** The state of job control for a work order; `key` is its number, for errors. */
export function workOrderStatusToJobControl(status: WorkOrderStatus, key: string): Mapped<JobControlState> {
  return toJobControl(workOrderStatusMappings['opcua-job-control'], status, key);
}

/** The status of a work order for a state of job control; a substate of the plant's own is told as lost. */
export function jobControlToWorkOrderStatus(state: JobControlState, key: string): Mapped<WorkOrderStatus> {
  return fromJobControl(workOrderStatusMappings['opcua-job-control'], state, key);
}

/** The state of job control for an operation that is a job order of its own. */
export function operationStatusToJobControl(status: OperationStatusCode, key: string): Mapped<JobControlState> {
  return toJobControl(operationStatusCodeMappings['opcua-job-control'], status, key);
}

/** The status of an operation for a state of job control; a substate of the plant's own is told as lost. */
export function jobControlToOperationStatus(state: JobControlState, key: string): Mapped<OperationStatusCode> {
  return fromJobControl(operationStatusCodeMappings['opcua-job-control'], state, key);
}

function toJobControl(mapping: CodeMapping, status: string, key: string): Mapped<JobControlState> {
  const trail = trailOf(key);
  const [state = '', substate] = codeToSystem(mapping, status, '/status', trail).split('/');
  return [{ state, ...(substate === undefined ? {} : { substate }) }, trail.losses];
}

/** A type may be subtyped to add substates (6.2.2.1), so an unknown one is no error: its state says enough. */
function fromJobControl<Status extends string>(
  mapping: CodeMapping,
  { state, substate }: JobControlState,
  key: string,
): Mapped<Status> {
  const trail = trailOf(key);
  const full = substate === undefined ? state : `${state}/${substate}`;
  const known = Object.hasOwn(mapping.fromSystem, full);
  if (!known && substate !== undefined && Object.hasOwn(mapping.fromSystem, state))
    trail.losses.push({
      pointer: '/substate',
      reason: `${substate} is no substate of OPC 10031-4: only ${state} is read`,
    });
  const code = !known && Object.hasOwn(mapping.fromSystem, state) ? state : full;
  return [codeFromSystem(mapping, code, known ? '' : '/state', trail) as Status, trail.losses];
}
