export type { Change, Direction, Focus, SchemaChange, Step, Usage } from './change.ts';
export type { Comparison } from './compare/compare-contracts.ts';
export { compareContracts } from './compare/compare-contracts.ts';
export type { ContractDiff } from './diff.ts';
export { diff } from './diff.ts';
export type { DiffFinding } from './judge/judge.ts';
export type { Proof } from './judge/prove.ts';
export type { RelateOptions, Relation } from './relate/relate.ts';
export { relate } from './relate/relate.ts';
