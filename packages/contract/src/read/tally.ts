import type { Limits } from './limits.ts';

/**
 * Counts what one file holds against the limits, so that every reader has the same law: values are objects, arrays and
 * scalars but not names, aliases are expanded; depth is how many objects and arrays stand in one another. At most the
 * limit is allowed.
 */
export class Tally {
  readonly #limits: Limits;
  #values = 0;
  #depth = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Notes a value; false when it is one too many. */
  add(): boolean {
    this.#values += 1;
    return this.#values <= this.#limits.nodesMax;
  }

  /** Notes that an object or array begins; false when it is nested too deeply. */
  open(): boolean {
    this.#depth += 1;
    return this.#depth <= this.#limits.depthMax;
  }

  close(): void {
    this.#depth -= 1;
  }
}

/** How a limit that was met is told. */
export interface LimitProblem {
  readonly code: 'contract/too-many-nodes' | 'contract/too-deep';
  readonly message: string;
  readonly fix: string;
}

export function tooManyValues({ nodesMax }: Limits): LimitProblem {
  return {
    code: 'contract/too-many-nodes',
    message: `More than ${nodesMax} values in one file`,
    fix: 'Split the file, or raise limits.nodesMax in the config.',
  };
}

export function tooDeep({ depthMax }: Limits): LimitProblem {
  return {
    code: 'contract/too-deep',
    message: `Nesting deeper than ${depthMax} levels`,
    fix: 'Name inner parts and refer to them with $ref, or raise limits.depthMax in the config.',
  };
}
