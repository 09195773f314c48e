import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Ended, workplace } from './run-cli.ts';

const place = workplace();
const release = (...args: readonly string[]): Ended => place.run(['release', ...args]);
const read = (name: string): string => readFileSync(place.path(name), 'utf8');

const id = (keywords: string): string =>
  `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"string"${keywords}}`;
const contracts = (idKeywords = ''): Readonly<Record<string, string>> => ({
  'contracts/common/id.yaml': id(idKeywords),
  'contracts/orders.yaml': `openapi: 3.1.0
info: {title: Orders, version: 1.0.0} # a comment
paths:
  /orders:
    post:
      requestBody: {content: {application/json: {schema: {$ref: 'common/id.yaml#'}}}}
      responses:
        '200': {description: ok}
`,
});
/** All files of a folder with what they hold. */
const snapshot = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(place.path(name), { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => [`${item.parentPath}/${item.name}`, readFileSync(`${item.parentPath}/${item.name}`, 'utf8')]),
  );

describe('millwright release', () => {
  it('cuts a snapshot that stands for itself: canonical JSON, references among its files, a hash for each', () => {
    place.write(contracts());
    const { status, stdout } = release('1.0.0', 'contracts');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Wrote contracts\/released\/1\.0\.0: 2 files, sha256:[0-9a-f]{64}; the first release\.\n$/);
    const manifest = JSON.parse(read('contracts/released/1.0.0/manifest.json')) as Readonly<Record<string, unknown>>;
    expect(manifest).toMatchObject({
      format: 'millwright.release-manifest/1',
      version: '1.0.0',
      entries: ['common/id.json', 'orders.json'],
      files: { 'common/id.json': expect.stringMatching(/^sha256:/), 'orders.json': expect.stringMatching(/^sha256:/) },
    });
    const orders = read('contracts/released/1.0.0/orders.json');
    expect(Object.keys(JSON.parse(orders) as object)).toEqual(['info', 'openapi', 'paths']);
    expect(orders).toContain('"$ref": "common/id.json#"');
    expect(read('contracts/released/1.0.0/CHANGELOG.md')).toContain('The first release.');
    expect(place.run(['diff', 'release:latest', 'contracts']).status).toBe(0);
  });

  it('gives the same bytes for the same promises, however the source is laid out', () => {
    place.write(contracts());
    release('1.0.0', 'contracts');
    place.write({
      'contracts/common/id.yaml': '# moved\ntype: string\n$schema: https://json-schema.org/draft/2020-12/schema\n',
    });
    release('1.0.1', 'contracts');
    const hash = (version: string): unknown =>
      (JSON.parse(read(`contracts/released/${version}/manifest.json`)) as { readonly contentHash: unknown })
        .contentHash;
    expect(hash('1.0.1')).toBe(hash('1.0.0'));
  });

  it('--dry-run writes nothing', () => {
    place.write(contracts());
    const { status, stdout } = release('1.0.0', 'contracts', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Would write contracts\/released\/1\.0\.0, wrote nothing/);
    expect(existsSync(place.path('contracts/released'))).toBe(false);
  });

  const steps: readonly (readonly [what: string, change: string, refused: readonly string[], taken: string])[] = [
    ['a break demands a major version', ',"maxLength":5', ['1.0.1', '1.1.0'], '2.0.0'],
    ['something that is only wider demands a minor version', '', ['1.0.1'], '1.1.0'],
  ];
  for (const [what, change, refused, taken] of steps)
    it(what, () => {
      place.write(contracts(change === '' ? ',"maxLength":5' : ''));
      release('1.0.0', 'contracts');
      place.write(contracts(change));
      if (change === '')
        place.write({
          'contracts/orders.yaml': `${read('contracts/orders.yaml')}  /new:\n    get: {responses: {'200': {description: ok}}}\n`,
        });
      const before = snapshot('contracts');
      for (const version of refused) {
        const { status, stdout } = release(version, 'contracts');
        expect(status, version).toBe(1);
        expect(stdout).toContain(`${version} is too low, what changed since 1.0.0 demands ${taken} at least`);
        expect(stdout).toMatch(/(error|warning|info) diff\//);
      }
      expect(snapshot('contracts')).toEqual(before);
      expect(release(taken, 'contracts').status).toBe(0);
    });

  it('writes the changelog from the findings, with the proof of each break', () => {
    place.write(contracts());
    release('1.0.0', 'contracts');
    place.write(contracts(',"maxLength":5'));
    release('2.0.0', 'contracts');
    const changelog = read('contracts/released/2.0.0/CHANGELOG.md');
    expect(changelog).toMatch(/^# 2\.0\.0\n\nCompared with 1\.0\.0\.\n\n## Breaking\n\n- /);
    expect(changelog).toMatch(/Proof: ` "a{6}" ` was accepted, is now rejected/);
  });

  it('never touches a release again, and refuses a version that does not go on', () => {
    place.write(contracts());
    release('1.2.0', 'contracts');
    const before = snapshot('contracts');
    for (const [version, says] of [
      ['1.2.0', /Release 1\.2\.0 exists/],
      ['1.1.9', /not above 1\.2\.0/],
      ['1.2', /is no version/],
      ['v2.0.0', /is no version/],
      ['../../x', /is no version/],
    ] as const) {
      const { status, stderr } = release(version, 'contracts');
      expect(stderr).toMatch(says);
      expect(status, version).toBe(2);
    }
    expect(snapshot('contracts')).toEqual(before);
  });

  it('knows the latest release by its numbers, not by its name', () => {
    place.write(contracts());
    release('9.0.0', 'contracts');
    release('10.0.0', 'contracts');
    expect(release('9.5.0', 'contracts').stderr).toMatch(/not above 10\.0\.0/);
  });

  it('a release that somebody changed is no base to compare with', () => {
    place.write(contracts());
    release('1.0.0', 'contracts');
    const path = place.path('contracts/released/1.0.0/common/id.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"string"', '"integer"'));
    for (const args of [
      ['diff', 'release:latest', 'contracts'],
      ['release', '1.1.0', 'contracts'],
    ]) {
      const { status, stdout } = place.run(args);
      expect(status).toBe(3);
      expect(stdout).toMatch(/^contracts\/released\/1\.0\.0\/common\/id\.json:1:1 error diff\/release-altered/);
    }
    expect(existsSync(place.path('contracts/released/1.1.0'))).toBe(false);
  });

  it('a manifest that leads out of its release is refused', () => {
    place.write({ ...contracts(), 'contracts/secret.json': '{}' });
    release('1.0.0', 'contracts');
    const path = place.path('contracts/released/1.0.0/manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('orders.json', '../../secret.json'));
    const { status, stderr } = place.run(['diff', 'release:latest', 'contracts']);
    expect(stderr).toMatch(/no manifest of a release/);
    expect(status).toBe(2);
  });

  it('unreadable contracts give their place and no release', () => {
    place.write({ ...contracts(), 'contracts/orders.yaml': 'openapi: 3.1.0\npaths: {' });
    const { status, stdout } = release('1.0.0', 'contracts');
    expect(status).toBe(3);
    expect(stdout).toMatch(/contracts\/orders\.yaml:\d+:\d+ error contract\/yaml-syntax/);
    expect(existsSync(place.path('contracts/released'))).toBe(false);
  });

  it('diff takes a release by its number, a part of it by the path of the other side, and names those that exist', () => {
    place.write(contracts());
    release('1.0.0', 'contracts');
    place.write(contracts(',"maxLength":5'));
    release('2.0.0', 'contracts');
    const diff = (...args: readonly string[]): Ended => place.run(['diff', ...args]);
    expect(diff('release:1.0.0', 'contracts').status).toBe(1);
    expect(diff('release:latest', 'contracts').status).toBe(0);
    expect(diff('release:1.0.0', 'contracts/common/id.yaml').status).toBe(1);
    place.write({ 'millwright.config.json': '{"contracts": ["contracts"]}' });
    expect(diff('release:1.0.0', 'release:2.0.0').status).toBe(1);
    expect(diff('release:latest').status).toBe(0);
    const missing = diff('release:3.0.0', 'contracts');
    expect(missing.stderr).toMatch(/no release:3\.0\.0\n.*1\.0\.0, 2\.0\.0/);
    expect(missing.status).toBe(2);
  });

  it('as JSON it tells scripts what was written', () => {
    place.write(contracts());
    expect(JSON.parse(release('1.0.0', 'contracts', '--format', 'json').stdout)).toMatchObject({
      format: 'millwright.release/1',
      version: '1.0.0',
      previous: null,
      folder: 'contracts/released/1.0.0',
      written: true,
    });
  });
});
