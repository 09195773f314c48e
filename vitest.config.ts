import { defineConfig } from 'vitest/config';

// Tests run the TypeScript sources of the workspace: no build, no stale dist/.
const conditions = ['@millwright/source'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...shared,
  test: {
    reporters: ['default', './test/reporter.ts', ['json', { outputFile: '.tmp/vitest.json' }]],
    projects: [
      {
        ...shared,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/e2e/**'],
          testTimeout: 60_000,
          // Vitest leaves one core idle, which is half of a small machine.
          maxWorkers: '100%',
          // Not 0: vitest runs that group last when it has one worker.
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        // Installs and compiles for minutes: last, and one file at a time, so that it does not disturb timings of the others.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
