export type { GenerateConfig, MillwrightConfig } from './config.ts';
export { defineConfig } from './config.ts';
