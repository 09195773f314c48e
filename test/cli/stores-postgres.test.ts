import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSchema, type PostgresFixture, postgresFixture } from '../runtime/postgres-fixtures.ts';
import { postgresMissing } from '../services/postgres.ts';
import { apply, bury, enqueue, released, sendAll, six } from './plant-stores.ts';
import { entry, root } from './run-cli.ts';

let fixture: PostgresFixture;
let home: string;
const schema = newSchema();

if (postgresMissing === undefined) {
  beforeAll(async () => {
    fixture = await postgresFixture();
    home = mkdtempSync(join(tmpdir(), 'millwright-cli-pg-'));
    symlinkSync(join(root, 'test/node_modules'), join(home, 'node_modules'), 'dir');
    const store = await fixture.open(fixture.pool, { schema });
    await enqueue(store, released, six + 12);
    await sendAll(store, six + 50);
    await apply(store, released, 'mes WorkOrderReleased', six + 3_120);
    await apply(store, released, 'mes WorkOrderReleased', six + 4_000);
    await bury(store, { ...released, id: 'e-2' }, { kind: 'poison', reason: 'no item "FG-1"', pointer: '/itemNumber' });
  }, 60_000);
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await fixture.close();
  });
}

/** The URL comes by a variable and has a password, which a server that trusts everybody does not ask for. */
function run(args: readonly string[], itsSchema = schema) {
  const url = Object.assign(new URL(fixture.url), { password: 'geheim', search: `?schema=${itsSchema}` }).href;
  const env = { ...process.env, NO_COLOR: '1', PLANT_URL: url };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...entry, ...args, '--store', 'plant=env:PLANT_URL'],
    {
      ...{ cwd: home, encoding: 'utf8', env, timeout: 50_000 },
    },
  );
  expect(stdout + stderr).not.toContain('geheim');
  return { status, stdout, stderr };
}

describe.skipIf(postgresMissing !== undefined)(`commands on PostgreSQL ${postgresMissing ?? ''}`, () => {
  it('trace, list, show, replay and verify as on SQLite', () => {
    const trace = run(['trace', 'WO-1001']);
    expect(trace.stdout).toContain('  2026-04-15 06:00:03.120Z  applied    plant  after 3.1 s');
    expect(trace.stdout).toContain('came once more to plant');
    expect(trace.stdout).toContain('dead letter 1 in plant, poison at /itemNumber: no item "FG-1"');
    expect(run(['dlq', 'list']).stdout).toContain('1 buried dead letter in 1 group in plant.');
    expect(run(['dlq', 'show', '1', '--raw']).stdout).toBe('{"workOrderNumber":"WO-1001","id":"e-2"}');
    expect(run(['dlq', 'replay', '1', '--as', 'anna']).status).toBe(0);
    expect(run(['dlq', 'replay', '1', '--as', 'anna']).status).toBe(1);
    const again = run(['replay', '--order', 'WO-1001', '--window', 'P9999D', '--as', 'anna']);
    expect([again.status, again.stdout]).toEqual([0, expect.stringMatching(/1 message of plant: sent again\.\n$/)]);
    expect(run(['audit', 'verify'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^plant: 2 entries/) });
  });

  it('are refused in a schema without our tables, and make none', async () => {
    const other = newSchema();
    expect(run(['dlq', 'list'], other)).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/store\/no-tables plant/),
    });
    const { rows } = await fixture.pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [other]);
    expect(rows).toEqual([]);
  });

  it('are refused with tables of another version', async () => {
    const other = newSchema();
    await fixture.open(fixture.pool, { schema: other });
    await fixture.pool.query(`INSERT INTO ${other}.migrations VALUES (99)`);
    expect(run(['dlq', 'list'], other)).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/store\/newer-tables/),
    });
    await fixture.pool.query(`DELETE FROM ${other}.migrations WHERE number > 1`);
    expect(run(['dlq', 'list'], other)).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/store\/older-tables/),
    });
  });

  it('say what the server says', () => {
    const nobody = spawnSync(
      process.execPath,
      [...entry, 'dlq', 'list', '--store', 'postgres://u:geheim@127.0.0.1:1/d'],
      {
        ...{ cwd: home, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
      },
    );
    expect([nobody.status, nobody.stderr]).toEqual([
      3,
      expect.stringMatching(/^error store\/failed d \(postgres:\/\/127\.0\.0\.1:1\/d\): .*ECONNREFUSED/),
    ]);
  });
});
