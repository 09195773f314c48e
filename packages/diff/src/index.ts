export type { RelateOptions, Relation } from './relate/relate.ts';
export { relate, relateNodes } from './relate/relate.ts';
