import type { FailureKind, ProcessState } from '../store.ts';
import type { FlowMessage, FlowValues } from './plan.ts';

/** What is kept of a run: JSON, and bounded (see {@link flowLimits}). */
export interface FlowState {
  /** Version of the plan that wrote it. */
  plan: string;
  /** The workflow that runs last, above those that wait for it. Empty when the run has ended. */
  frames: Frame[];
  /** Messages that have come and no step has taken yet. */
  inbox: KeptMessage[];
  /** Identities of the messages that have come, the newest last. */
  seen: string[];
  /** Correlations under which messages reach this run. */
  correlations: string[];
  transitions: number;
  /** Something was undone, so a run that fails has been compensated. */
  undone: boolean;
  failure?: FlowFailure;
  outputs?: FlowValues;
}

/** A workflow that has begun and not ended. */
export interface Frame {
  workflow: string;
  inputs: FlowValues;
  /** What it was started for. */
  purpose: 'run' | 'step' | 'excursion' | 'undo';
  /** Where it stands among all frames that this run can have: part of every key that is derived. */
  path: string;
  step: string;
  phase: Phase;
  /** Outputs of completed steps. */
  outputs: Record<string, FlowValues>;
  visits: Record<string, number>;
  /** Retries of the visit, by step and action. */
  retries: Record<string, number>;
  /** Tries of the call that had no answer. */
  attempts: number;
  /** Steps whose visit a person has approved. */
  approved: string[];
  /** Step that is tried again when the one under way has completed. */
  back?: string;
  /** How completed steps are undone, the latest last. */
  undo: UndoEntry[];
  /** The workflow has failed and only cleans up. */
  failing?: FlowFailure;
}

/**
 * `ready`: the step begins. `approval`: a person decides. `calling`: the call may be under way. `receiving`: a message is awaited.
 * `pausing`: a retry is due later. `inside`: another workflow runs.
 */
export type Phase = 'ready' | 'approval' | 'calling' | 'receiving' | 'pausing' | 'inside';

export interface UndoEntry {
  readonly step: string;
  readonly path: string;
  readonly workflow: string;
  readonly inputs: FlowValues;
}

export interface KeptMessage {
  readonly name: string;
  readonly identity: string;
  readonly correlation: string;
  readonly message: FlowMessage;
}

/** Why a step, and in the end a run, has failed. */
export interface FlowFailure {
  readonly workflow: string;
  readonly step: string;
  readonly kind: FailureKind | 'rejected' | 'timeout';
  readonly reason: string;
}

/** A run with what the store keeps beside its state. */
export interface Run {
  status: ProcessState['status'];
  state: FlowState;
  dueAt?: number | undefined;
}

/** Bounds of a run. What goes over them ends it as failed, or makes the message a dead letter; nothing is dropped. */
export const flowLimits = {
  /** Messages that no step has taken. */
  inboxMax: 256,
  /** Identities by which a second message is known, besides the store's inbox. */
  seenMax: 1_024,
  framesMax: 16,
  /** Against a description that goes round for ever. */
  transitionsMax: 100_000,
  stateCharactersMax: 4_000_000,
  reasonCharactersMax: 1_000,
} as const;
