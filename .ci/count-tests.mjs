// Prints "passed failed skipped" of a vitest JSON report. A file that fails before it has tests counts as one failure.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = report.numFailedTests + broken;
console.log(
  report.numPassedTests,
  report.success ? failed : Math.max(failed, 1),
  report.numPendingTests + report.numTodoTests,
);
