/**
 * A flow as it was compiled from an Arazzo description: plain data, and functions that read a {@link Scope} or call one thing. This
 * file stands alone, because it can be written beside generated code.
 */
export interface FlowPlan<Inputs, Outputs, Bindings> {
  /** Id of the workflow that a run begins with. */
  readonly name: string;
  /** Hash of everything that the steps of it and of the workflows below it say. It is kept with each run. */
  readonly version: string;
  /** Versions whose runs this plan can take over. */
  readonly compatible: readonly string[];
  readonly inputs: readonly InputPlan[];
  /** Checks an input against a named schema; no violations means valid. */
  readonly validate?: ValidateInput;
  /** By id: the workflow itself and all that it can reach. */
  readonly workflows: Readonly<Record<string, WorkflowPlan<Bindings>>>;
  /** Messages that its steps wait for, by name. */
  readonly events: Readonly<Record<string, EventPlan<Bindings>>>;
  /** Only for the compiler. */
  readonly types?: { readonly inputs: Inputs; readonly outputs: Outputs };
}

export interface InputPlan {
  readonly name: string;
  readonly required: boolean;
  /** Name under which it is checked. */
  readonly check?: string;
}

export type ValidateInput = (
  name: string,
  value: unknown,
) => Promise<readonly { readonly pointer: string; readonly message: string }[]>;

export interface WorkflowPlan<Bindings> {
  readonly id: string;
  /** In the order of the description; the first one is where it begins. */
  readonly steps: readonly StepPlan<Bindings>[];
  readonly outputs: (scope: Scope) => FlowValues;
}

export type StepPlan<Bindings> = CallStep<Bindings> | SendStep<Bindings> | ReceiveStep | WorkflowStep;

interface StepBase {
  readonly id: string;
  /** System that acts (`x-role`). */
  readonly role?: string;
  /** A person decides before the step is taken (`x-human-approval`). */
  readonly approval?: ApprovalPlan;
  /** Steps that must have completed. */
  readonly dependsOn?: readonly string[];
  /** All must hold. */
  readonly criteria?: readonly Condition[];
  /** In order: the first whose criteria hold is taken. Those of the workflow come after those of the step. */
  readonly onSuccess?: readonly ActionPlan[];
  readonly onFailure?: readonly ActionPlan[];
  readonly outputs?: (scope: Scope) => FlowValues;
  /** What undoes the step when the workflow fails later (`x-compensation`). */
  readonly compensation?: TransferPlan;
  readonly timeoutMs?: number;
}

/** Who may decide: a person with one of these roles. */
export interface ApprovalPlan {
  readonly roles: readonly string[];
}

export interface CallStep<Bindings> extends StepBase {
  readonly kind: 'call';
  readonly operation: string;
  readonly call: (bindings: Bindings, scope: Scope, call: FlowCall) => Promise<FlowAnswer>;
  /** Idempotency key, where the description gives one. */
  readonly idempotencyKey?: Read;
}

export interface SendStep<Bindings> extends StepBase {
  readonly kind: 'send';
  readonly message: string;
  /** `bus` is whatever the event functions take: the host passes its own. */
  readonly send: (bindings: Bindings, bus: never, scope: Scope, event: FlowEvent) => Promise<unknown>;
}

export interface ReceiveStep extends StepBase {
  readonly kind: 'receive';
  /** Names in {@link FlowPlan.events}. */
  readonly messages: readonly string[];
  readonly correlation: Read;
}

export interface WorkflowStep extends StepBase, TransferPlan {
  readonly kind: 'workflow';
}

/** A workflow and what it is started with. */
export interface TransferPlan {
  readonly workflow: string;
  readonly inputs: (scope: Scope) => FlowValues;
}

export interface ActionPlan {
  readonly name: string;
  readonly type: 'end' | 'goto' | 'retry';
  readonly step?: string;
  readonly transfer?: TransferPlan;
  readonly criteria?: readonly Condition[];
  readonly retryAfterMs?: number;
  /** Retries of one visit of the step. Default 1. */
  readonly retryLimit?: number;
}

export interface EventPlan<Bindings> {
  readonly subscribe: (
    bindings: Bindings,
    bus: never,
    handler: (message: ReceivedEvent) => Promise<void>,
    options: { readonly group: string },
  ) => Promise<{ close(): Promise<void> }>;
  /** What relates a message to a run. */
  readonly correlation: (message: FlowMessage) => unknown;
}

/** A received message as far as a flow looks at it. */
export interface ReceivedEvent {
  readonly data?: unknown;
  readonly headers: unknown;
  readonly transaction?: unknown;
}

/** What a step's call is made with. Fits where the options of a generated function are asked for. */
export interface FlowCall {
  readonly workflow: string;
  readonly step: string;
  /** System that acts. */
  readonly role: string | undefined;
  /** Same for every repetition of the call, after a crash too. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  /** The flow repeats by itself. */
  readonly retry: false;
}

/** Identity of a message that a step sends, the same after a crash. */
export interface FlowEvent {
  readonly id: string;
}

/** A declared answer, as generated functions return it. */
export interface FlowAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: FlowHeaders;
  readonly data?: unknown;
  readonly error?: unknown;
}

export interface FlowHeaders {
  get(name: string): string | null;
}

export type FlowValues = Readonly<Record<string, unknown>>;

/** What an expression can see. */
export interface Scope {
  readonly inputs: FlowValues;
  /** Outputs of the steps that have completed. */
  readonly steps: Readonly<Record<string, FlowValues>>;
  readonly response?: FlowResponse;
  readonly message?: FlowMessage;
  /** Outputs of the workflow that the step has run. */
  readonly outputs?: FlowValues;
}

export interface FlowResponse {
  readonly status: number;
  readonly headers: FlowHeaders;
  readonly body: unknown;
}

export interface FlowMessage {
  readonly headers: FlowValues;
  readonly payload: unknown;
}

export type Read = (scope: Scope) => unknown;
export type Condition = (scope: Scope) => boolean;
