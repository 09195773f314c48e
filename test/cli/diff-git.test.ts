import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffPlace, old, schema, stricter } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

describe('git revisions in millwright diff', () => {
  const git = (...args: readonly string[]): void => {
    const run = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: place.path('.'),
      encoding: 'utf8',
    });
    expect(run.status, run.stderr).toBe(0);
  };
  const repository = (): void => {
    place.write({
      'api/orders.yaml': old,
      'api/item.json': schema('"type":"object","properties":{"id":{"$ref":"../common/id.json"}}'),
      'common/id.json': schema('"type":"string"'),
      'package.json': '{"name":"x"}',
    });
    git('init', '-q', '-b', 'main', '.');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    git('tag', 'v1');
    place.write({ 'api/orders.yaml': stricter });
  };

  it('compares the working tree with the same paths at a revision, and shows where it stood', () => {
    repository();
    const { findings, base } = json('git:HEAD', 'api');
    expect(base.file).toBe('git:HEAD');
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map(({ was }) => was?.file))).toEqual(new Set(['git:HEAD:api/orders.yaml']));
    expect(json('git:v1:api/orders.yaml', 'api/orders.yaml').findings.length).toBe(findings.length);
    expect(json('git:v1:api', 'git:HEAD:api').verdict).toBe('none');
  });

  it('reads what a file refers to at the same revision, never from the working tree', () => {
    repository();
    place.write({ 'common/id.json': schema('"type":"integer"') });
    expect(json('git:v1:api/item.json', 'api/item.json').verdict).toBe('breaking');
    git('rm', '-q', '--cached', 'common/id.json');
    git('commit', '-q', '-m', 'two');
    const { status, stdout } = diff('git:HEAD:api/item.json', 'api/item.json');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^git:HEAD:api\/item\.json:1:\d+ error contract\/reference-not-found/);
    expect(stdout).not.toContain('.git/');
  });

  it('writes nothing, and works when the file is gone from the working tree', () => {
    repository();
    rmSync(place.path('api/item.json'));
    expect(json('git:HEAD', 'api').findings.length).toBeGreaterThan(0);
    expect(spawnSync('git', ['status', '--porcelain'], { cwd: place.path('.'), encoding: 'utf8' }).stdout).toBe(
      ' D api/item.json\n M api/orders.yaml\n',
    );
  });

  const wrong: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
    [
      'a revision that is not there names those that are',
      ['git:nope', 'api'],
      /no git revision "nope"\n.*main, v1, HEAD/,
    ],
    ['a path that is not there names those that are', ['git:v1:apis', 'api'], /has no apis\n.*api\/item\.json/],
    ['a revision that looks like an option is none', ['git:--output=x', 'api'], /no git revision/],
  ];
  for (const [what, args, says] of wrong)
    it(what, () => {
      repository();
      const { status, stderr } = diff(...args);
      expect(stderr).toMatch(says);
      expect(status).toBe(2);
    });

  it('outside a repository it says so', () => {
    place.write({ 'a.yaml': old });
    const { status, stderr } = place.run(['diff', 'git:HEAD', 'a.yaml'], {
      environment: { GIT_CEILING_DIRECTORIES: place.path('..') },
    });
    expect(stderr).toMatch(/lies in no git repository/);
    expect(status).toBe(2);
  });
});
