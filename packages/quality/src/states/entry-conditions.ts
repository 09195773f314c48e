/** What an object lacks for the state it is in. */
export interface MissingCondition {
  /** `entry-condition-missing` when absent. */
  readonly code?: 'approval-missing' | 'signature-missing';
  readonly pointer: string;
  readonly message: string;
  readonly remedy: string;
}

/** First thing that the object lacks for its state; undefined when it lacks nothing. */
export type EntryConditions<Value> = (object: Value) => MissingCondition | undefined;

export function missing(pointer: string, message: string, remedy: string): MissingCondition {
  return { pointer, message, remedy };
}
