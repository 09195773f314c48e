import type { ProcessState, Transaction } from '../store.ts';
import type { AnyPlan } from './frames.ts';
import type { FlowPlan, FlowValues } from './plan.ts';
import type { FlowFailure, Phase } from './state.ts';

/** A flow with what its steps call. */
export interface BoundFlow {
  readonly plan: AnyPlan;
  readonly bindings: never;
}

/** Gives a flow the functions that its steps call; others do not compile. */
export function bindFlow<Inputs, Outputs, Bindings>(
  plan: FlowPlan<Inputs, Outputs, Bindings>,
  bindings: Bindings,
): BoundFlow {
  return { plan: plan as unknown as AnyPlan, bindings: bindings as never };
}

/**
 * Where flows run. What every host promises, however often it is stopped and started again at any point:
 * - A run that was started goes on until it has ended, one step after the other in the order of its description.
 * - A call is made at least once and with the same idempotency key every time, so the other side applies it once.
 * - A message that a step sends, and one that a step takes, counts once: it is one transaction with the step's end.
 * - A step that a person decides waits until one with a role that may has decided, and the decision is in the audit trail.
 */
export interface FlowHost {
  /** Begins a run, once for each key; false when it was begun before. Throws {@link FlowRefused}. */
  start<Inputs, Outputs, Bindings>(
    plan: FlowPlan<Inputs, Outputs, Bindings>,
    key: string,
    inputs: NoInfer<Inputs>,
    options?: StartOptions,
  ): Promise<boolean>;
  /** A person decides about the step that waits. Throws {@link FlowRefused}, and then nothing has changed but the audit trail. */
  decide(flow: string, key: string, decision: Decision): Promise<void>;
  find(flow: string, key: string): Promise<FlowView | undefined>;
  /** Runs of one status, such as `failed`, or `waiting` for those that wait for somebody. */
  list(query: FlowQuery): Promise<readonly FlowView[]>;
  /** Subscribes to the messages of the flows and begins to work. */
  run(): Promise<void>;
  /** Only subscribes: for who calls {@link FlowHost.poll} by a scheduler of his own. */
  listen(): Promise<void>;
  /** Does what is due, and what becomes due by it. Rejects with the first thing that went wrong. */
  poll(): Promise<void>;
  /** Ends subscriptions and work. What is under way goes on at the next start. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Begins the run when, and only when, this transaction commits. */
  readonly transaction?: Transaction;
}

export interface Decision {
  /** Id of the step, as the run shows it. */
  readonly step: string;
  readonly decision: 'approve' | 'reject';
  /** The person. */
  readonly by: string;
  /** Roles of the person, as the application has established them: a flow authenticates nobody. */
  readonly roles: readonly string[];
  readonly reason?: string;
  /** What the person has signed with. It is written into the audit trail and nowhere else. */
  readonly signature?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface FlowQuery {
  readonly flow: string;
  readonly status: ProcessState['status'];
  /** Key of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** A run as people see it. */
export interface FlowView {
  readonly flow: string;
  readonly key: string;
  readonly status: ProcessState['status'];
  /** Version of the plan that it follows. */
  readonly plan: string;
  /** Where it is: the outermost workflow first. */
  readonly at: readonly { readonly workflow: string; readonly step: string; readonly phase: Phase }[];
  /** The decision that it waits for, and who may take it. */
  readonly decision?: { readonly workflow: string; readonly step: string; readonly roles: readonly string[] };
  readonly dueAt?: number;
  readonly failure?: FlowFailure;
  readonly outputs?: FlowValues;
}
