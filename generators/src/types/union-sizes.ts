import type { Schema } from '@millwright/contract';

// TypeScript gives up above 100,000 combinations (TS2590); long before that it gets slow.
const combinationsMax = 4_096;

/** Counts the combinations of one intersection while its parts are added. */
export class Combinations {
  #count = 1;

  get count(): number {
    return this.#count;
  }

  /** True when a part with so many alternatives still fits; then it is counted. The first union always fits. */
  admit(alternatives: number): boolean {
    if (this.#count > 1 && alternatives > 1 && this.#count * alternatives > combinationsMax) return false;
    this.#count *= alternatives;
    return true;
  }
}

/** How many alternatives the type of a schema has. An intersection of unions is their product. */
export class UnionSizes {
  readonly #sizes = new Map<Schema, number>();

  sizeOf(schema: Schema): number {
    const known = this.#sizes.get(schema);
    if (known !== undefined) return known;
    // A schema that contains itself counts as one alternative there: its type is cut at that place.
    this.#sizes.set(schema, 1);
    const combinations = new Combinations();
    for (const part of [schema.ref, schema.dynamicRef?.target, ...(schema.allOf ?? [])])
      if (part !== undefined) combinations.admit(this.sizeOf(part));
    for (const union of [schema.anyOf, schema.oneOf])
      if (union !== undefined) combinations.admit(this.sizeOfUnion(union));
    this.#sizes.set(schema, combinations.count);
    return combinations.count;
  }

  sizeOfUnion(branches: readonly Schema[]): number {
    return branches.reduce((sum, branch) => sum + this.sizeOf(branch), 0) || 1;
  }
}
