export type { Inspected, InspectionReport, QualitySystem, QualitySystemOptions } from './system/quality-system.ts';
export { createQualitySystem } from './system/quality-system.ts';
