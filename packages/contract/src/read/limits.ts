/** Bounds on what is read. Each is far above the largest public contract known and far below what hurts a machine. */
export interface Limits {
  /** Size of one file. GitHub's REST description is 13 MB. */
  readonly bytesMax: number;
  /** Nesting of objects and arrays in one file. */
  readonly depthMax: number;
  /** JSON values in one file, aliases expanded. */
  readonly nodesMax: number;
  /** YAML alias expansions, nested ones multiplied. */
  readonly aliasesMax: number;
  /** Files of one contract. */
  readonly documentsMax: number;
}

export const defaultLimits: Limits = {
  bytesMax: 64 * 1024 * 1024,
  depthMax: 256,
  nodesMax: 4_000_000,
  aliasesMax: 1_000,
  documentsMax: 5_000,
};
