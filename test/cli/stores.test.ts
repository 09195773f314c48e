import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { makePlant } from './plant-stores.ts';
import { workplace } from './run-cli.ts';

const place = workplace();
const list = (store: string, environment = {}) =>
  place.run(['dlq', 'list', '--store', store], { environment: { NO_COLOR: '1', ...environment } });
const plant = () => makePlant(place.path('erp.db'), place.path('mes.db'));

function database(name: string, ...statements: readonly string[]): void {
  const file = new DatabaseSync(place.path(name));
  for (const statement of statements) file.exec(statement);
  file.close();
}

describe('the store that a command works on', () => {
  it('comes from the config, by name where there are several, with paths relative to it', async () => {
    await plant();
    place.write({
      'deep/millwright.config.json': '{"stores":{"erp":"sqlite:../erp.db","line":{"url":"env:LINE_URL"}}}',
    });
    const run = (...args: readonly string[]) =>
      place.run([...args, '--config', 'deep/millwright.config.json'], {
        environment: { NO_COLOR: '1', LINE_URL: 'sqlite:../mes.db' },
      });
    expect(run('dlq', 'list')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/which store is meant: erp, line/),
    });
    expect(run('dlq', 'list', '--store', 'line').stdout).toMatch(/1 buried dead letter in 1 group in line\./);
    expect(run('trace', 'WO-1001').stdout).toMatch(
      /^Order WO-1001 in erp \(sqlite:\.\.\/erp\.db\), line \(sqlite:\.\.\/mes\.db\)\n/,
    );
    expect(run('dlq', 'list', '--store', 'mes').stderr).toMatch(/There is no store mes\n.*The config has erp, line\./);
  });

  it('comes from a variable, and has the name that it is given', async () => {
    await plant();
    expect(list('line=env:MES_URL', { MES_URL: 'sqlite:mes.db' }).stdout).toMatch(/in line\.\n$/);
    expect(list('env:NO_URL')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/variable NO_URL is not set/),
    });
  });

  it('is told when none or two of one name are given', async () => {
    await plant();
    expect(place.run(['dlq', 'list'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/No store was named/),
    });
    const twice = place.run(['trace', 'x', '--store', 'sqlite:erp.db', '--store', 'erp=sqlite:mes.db']);
    expect(twice).toMatchObject({ status: 2, stderr: expect.stringMatching(/Two stores are called erp/) });
  });

  it('is checked in the config', () => {
    const said = (stores: string) => {
      place.write({ 'millwright.config.json': `{"stores":${stores}}` });
      return place.run(['dlq', 'list']);
    };
    expect(said('{"erp":5}')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/stores\.erp is no address\n.*sqlite:erp\.db/),
    });
    expect(said('{"erp":{"schema":"x"}}').stderr).toMatch(/stores\.erp\.url is missing/);
    expect(said('{"erp":{"url":"env:X","password":"geheim"}}').stderr).toMatch(/unknown members: password\n/);
  });

  const wrong: readonly (readonly [why: string, store: string, status: number, says: RegExp])[] = [
    ['a file that does not exist', 'sqlite:none.db', 2, /There is no file none\.db/],
    ['a folder', 'sqlite:.', 2, /There is no file \./],
    ['no file', 'sqlite:', 2, /in memory/],
    ['memory', 'sqlite::memory:', 2, /in memory/],
    ['a file that is no database', 'sqlite:text.db', 3, /store\/not-a-database text \(sqlite:text\.db\)/],
    ['an empty file', 'sqlite:empty.db', 3, /store\/no-tables/],
    ['the database of somebody else', 'sqlite:other.db', 3, /store\/no-tables/],
    ['one that only a transport uses', 'sqlite:queue.db', 3, /store\/no-tables/],
    ['a newer version', 'sqlite:newer.db', 3, /store\/newer-tables .* version 99/],
    ['an older version', 'sqlite:older.db', 3, /store\/older-tables .* version 1; this command reads 3/],
    ['a truncated database', 'sqlite:torn.db', 3, /store\/(failed|not-a-database)/],
    ['another kind of database', 'mysql://u:geheim@h/d', 2, /neither with sqlite: nor with postgres:/],
    ['a URL that is none', 'postgres://u:geheim@h:port/d', 2, /postgres: cannot be read/],
    ['a schema that is none', 'postgres://u:geheim@h/d?schema=A%22', 2, /is no name of a schema/],
    ['PostgreSQL without its driver', 'postgres://u:geheim@127.0.0.1:1/d', 3, /driver\/missing .*npm install pg/s],
  ];
  for (const [why, store, status, says] of wrong)
    it(`is refused, unchanged and without its password: ${why}`, async () => {
      await plant();
      place.write({
        'text.db': 'no database, but long enough to be one, if only by its length'.repeat(99),
        'empty.db': '',
      });
      place.write({ 'torn.db': readFileSync(place.path('erp.db')).subarray(0, 9_000) });
      database('other.db', 'CREATE TABLE orders (id INTEGER)');
      const migrations = 'CREATE TABLE millwright_migration (part TEXT, number INTEGER)';
      database('queue.db', migrations, `INSERT INTO millwright_migration VALUES ('transport', 1)`);
      database('newer.db', migrations, `INSERT INTO millwright_migration VALUES ('store', 99)`);
      database('older.db', migrations, `INSERT INTO millwright_migration VALUES ('store', 1)`);
      const file = place.path(store.replace(/^sqlite:/, ''));
      const bytes = () =>
        store.startsWith('sqlite:') && store.endsWith('.db') && existsSync(file) ? readFileSync(file) : undefined;
      const before = bytes();
      for (const command of [
        ['dlq', 'list'],
        ['dlq', 'replay', '1'],
        ['trace', 'x'],
        ['audit', 'verify'],
      ]) {
        const { stderr, stdout, ...run } = place.run([...command, '--store', store], {
          environment: { NO_COLOR: '1', NODE_PATH: undefined },
        });
        expect([run.status, stderr]).toEqual([status, expect.stringMatching(says)]);
        expect(stdout + stderr).not.toMatch(/geheim|\n\s+at /);
      }
      expect(bytes()).toEqual(before);
    });

  it('is not even given a log by a command that only reads', async () => {
    await plant();
    database('mes.db', 'PRAGMA journal_mode = DELETE');
    chmodSync(place.path('mes.db'), 0o444);
    const before = readFileSync(place.path('mes.db'));
    expect(place.run(['dlq', 'list', '--store', 'sqlite:mes.db'])).toMatchObject({ status: 1, stderr: '' });
    expect(place.run(['trace', 'WO-1001', '--store', 'sqlite:mes.db'])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(place.path('mes.db'))).toEqual(before);
  });
});
