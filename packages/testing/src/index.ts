export type { ConformanceCase } from './conformance.ts';
export { eventually } from './conformance.ts';
export type { StoreSubject } from './store-conformance.ts';
export { storeConformance } from './store-conformance.ts';
export type { TransportSubject } from './transport-conformance.ts';
export { transportConformance } from './transport-conformance.ts';
