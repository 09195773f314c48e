import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workplace } from '../cli/run-cli.ts';
import { odooMissing, odooService } from '../services/odoo.ts';
import { freePort } from '../services/own-server.ts';

const place = workplace();
const run = (url: string | undefined, ...args: readonly string[]) =>
  place.run(['odoo', 'introspect', ...args], { environment: { NO_COLOR: '1', ODOO_URL: url } });

describe('millwright odoo introspect', () => {
  it.each([
    ['no address', undefined, 'ODOO_URL is not set'],
    ['an address that is none', 'plant', 'cannot be read'],
    ['no key', 'https://admin@odoo.example/plant', 'lacks its login, key or database'],
    ['no database', 'https://admin:a-secret-key@odoo.example', 'lacks its login, key or database'],
  ])('%s is wrong use', (_, url, text) => {
    const { status, stdout, stderr } = run(url);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('a-secret-key');
  });

  it('a server that is not there cannot be read, and its key is not shown', async () => {
    const { status, stderr } = run(
      `http://admin:a-secret-key@127.0.0.1:${await freePort()}/plant`,
      '--timeout',
      '2000',
    );
    expect(status).toBe(3);
    expect(stderr).toContain('fix     Check the address, and that Odoo runs.');
    expect(stderr).not.toContain('a-secret-key');
  });
});

describe.skipIf(odooMissing !== undefined)(`millwright odoo introspect at a real Odoo ${odooMissing ?? ''}`, () => {
  const addressWith = (change: { readonly key?: string; readonly database?: string }): string => {
    const { url, login, apiKey, database } = odooService();
    const address = new URL(url);
    address.username = login;
    address.password = change.key ?? apiKey;
    address.pathname = change.database ?? database;
    return address.href;
  };

  it.each(['json-2', 'json-rpc'])('writes snapshot and types by %s', (protocol) => {
    const args = ['stock.lot', 'quality.check', '--protocol', protocol];
    const { status, stderr } = run(addressWith({}), ...args, '--out', 'own/odoo');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^1 model of Odoo .*\nnot there: quality\.check\n$/)]);
    const snapshot = readFileSync(place.path('own/odoo/odoo-models.json'), 'utf8');
    expect(snapshot).toBe(run(addressWith({}), ...args).stdout);
    expect(readFileSync(place.path('own/odoo/odoo-models.ts'), 'utf8')).toContain("readonly 'stock.lot': {");
  });

  it.each(['json-2', 'json-rpc'])('says by %s what is wrong with key and database', (protocol) => {
    for (const change of [{ key: 'a-wrong-key' }, { database: 'nowhere' }]) {
      const { status, stderr } = run(addressWith(change), '--protocol', protocol);
      expect([status, stderr]).toEqual([3, expect.stringContaining('Check login, key and database')]);
      expect(stderr).not.toContain('a-wrong-key');
    }
  });
});
