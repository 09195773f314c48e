// `npm test`: every test. Arguments go to vitest: `npm test -- contract` runs the files with "contract" in their path.
import { rerunOnPinnedNode, step } from './bootstrap.mjs';
import { build } from './build.mjs';

rerunOnPinnedNode(import.meta.url);
// Only the tests of packed packages and of the command line need dist/, so a failed build must not hide the other results.
const built = build();
const tests = step('tests', ['vitest', 'run', ...process.argv.slice(2)]);
if (!built) console.error('The build failed: see above.');
process.exitCode = built ? tests.status : 1;
