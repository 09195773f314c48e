export { billOfMaterialsMapping } from './bill-of-materials.ts';
export { type Confirmed, confirmProduction } from './confirm-production.ts';
export { downtimeMapping } from './downtime.ts';
export { readGenealogy } from './genealogy.ts';
export { adjustInventory, readBalances } from './inventory.ts';
export { itemMapping } from './item.ts';
export { lotMapping } from './lot.ts';
export { MappingError, type MappingErrorCode } from './mapping-error.ts';
export {
  type ObjectMapping,
  type Outcome,
  type ReadOptions,
  readObjects,
  type Written,
  writeObjects,
} from './object-mapping.ts';
export type { Loss } from './place.ts';
export { keepingModels, prepareOdoo } from './prepare-odoo.ts';
export { readConfirmation } from './read-confirmation.ts';
export { readRouting, writeRouting } from './routing.ts';
export { unitOfMeasureMapping } from './unit-of-measure.ts';
export { workCenterMapping } from './work-center.ts';
export { workOrderMapping } from './work-order.ts';
