/** Seeds that once failed, with what they found. The law that they broke is named so that a change of the plan can find a new seed. */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [];
