export type { GuardOptions, GuardsOptions } from './guards/create-guards.ts';
export { createGuards } from './guards/create-guards.ts';
