export type * from './plan.ts';
export type { ClientChoice } from './values.ts';
export {
  clientOf,
  headerAt,
  holds,
  isEqual,
  matches,
  objectOf,
  order,
  required,
  textOf,
  typed,
  valueAt,
} from './values.ts';
