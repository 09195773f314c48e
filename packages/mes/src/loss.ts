/** Something that the result does not tell, or that had to be assumed. */
export interface Loss {
  /** JSON Pointer: into the canonical object when writing, into the B2MML element when reading. */
  readonly pointer: string;
  readonly reason: string;
}

/** A mapped value with everything that was lost on the way; an empty list is a promise that nothing was. */
export type Mapped<Value> = readonly [value: Value, losses: readonly Loss[]];

/** Where a mapping is: the business key for errors, and the losses so far. */
export interface Trail {
  readonly key: string;
  readonly losses: Loss[];
  /** Plants' own spellings of units, each with its UN/CEFACT code. */
  readonly units: Readonly<Record<string, string>>;
}
