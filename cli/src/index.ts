export type { GenerateConfig, MillwrightConfig, StoreConfig } from './config.ts';
export { defineConfig } from './config.ts';
