// `npm run odoo`: the tests against a real Odoo 19, which is installed and started where it is missing. Ends with 77 where it cannot be had.
import { spawnSync } from 'node:child_process';
import { rerunOnPinnedNode, step } from './bootstrap.mjs';

const server = 'test/services/odoo19.sh';

rerunOnPinnedNode(import.meta.url);
if (process.env['MILLWRIGHT_ODOO_URL'] === undefined) {
  const { status, stdout } = spawnSync(server, ['up'], { stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (status !== 0) {
    console.error(status === 77 ? 'skipped: no Odoo can be had here' : 'Odoo has not started');
    process.exit(status ?? 1);
  }
  process.env['MILLWRIGHT_ODOO_URL'] = stdout.trim().replace(/^MILLWRIGHT_ODOO_URL=/, '');
  process.exitCode = run();
  spawnSync(server, ['down'], { stdio: 'ignore' });
} else process.exitCode = run();

function run() {
  return step('tests against Odoo', ['vitest', 'run', 'test/odoo', ...process.argv.slice(2)]).status;
}
