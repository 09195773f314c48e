import type { Reporter, TestModule } from 'vitest/node';

/** Names every skipped test at the end: a skip that nobody reads is a test that nobody has. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId} > ${test.fullName}`),
    );
    // After the summary of the default reporter, which is written when this call has returned.
    process.once('exit', () => {
      if (names.length > 0)
        process.stderr.write(`\n${names.length} skipped:\n${names.map((name) => `  ${name}\n`).join('')}`);
    });
  }
}
