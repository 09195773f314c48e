import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@millwright/source'] },
  ssr: { resolve: { conditions: ['@millwright/source'] } },
  test: { include: ['test/**/*.test.ts', 'packages/**/*.test.ts'], testTimeout: 60_000 },
});
