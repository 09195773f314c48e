/** Something that the other system does not hold, or that had to be assumed. */
export interface Loss {
  /** JSON Pointer into the canonical object. */
  readonly pointer: string;
  readonly reason: string;
}

/** What was mapped with everything that was lost on the way; an empty list is a promise that nothing was. */
export type Mapped<Value> = readonly [value: Value, losses: readonly Loss[]];
