import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { selectForRole } from '@millwright/codegen';
import { type Contract, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canonicalDocuments, generateAll } from '../client/canonical-contract.ts';
import { load, write } from '../client/generate.ts';
import { corpus } from '../corpora/corpus.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const github = fileURLToPath(
  new URL('../node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url),
);
const katana = `${corpus('katana') ?? ''}katana-openapi.yaml`;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

/** Path and hash of every file: a difference is told by the file's name and not by megabytes of text. */
function hashes(contract: Contract): readonly string[] {
  return generateAll(contract).map(
    ({ path, content }) => `${path} ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`,
  );
}

const yamlFiles = readdirSync(join(root, 'schemas'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yaml'),
);

/** The canonical contracts once more, in another folder, each file as JSON, which is YAML as well. */
async function canonicalAs(change: (value: unknown) => unknown): Promise<Contract> {
  const folder = write(
    yamlFiles.map((path) => ({
      path,
      content: JSON.stringify(change(parse(readFileSync(join(root, 'schemas', path), 'utf8')))),
    })),
  );
  return load(...canonicalDocuments.map((file) => pathToFileURL(file.replace(join(root, 'schemas'), folder))));
}

async function documentAs(text: string): Promise<Contract> {
  const [contract] = await loadContract({ entries: [`${write([{ path: 'api.json', content: text }])}/api.json`] });
  if (contract === undefined) throw new Error('the document does not load');
  return contract;
}

describe('the whole output is the same', () => {
  const canonical = (): Promise<Contract> => load(...canonicalDocuments.map((file) => pathToFileURL(file)));

  it('for the canonical contracts as JSON, and with the keys of every object reversed', async () => {
    const want = hashes(await canonical());
    expect(want.length).toBeGreaterThan(15);
    expect(hashes(await canonicalAs((value) => value))).toEqual(want);
    expect(hashes(await canonicalAs(reversed))).toEqual(want);
  });

  it('for every order of the entries', async () => {
    const want = hashes(await canonical());
    const urls = canonicalDocuments.map((file) => pathToFileURL(file));
    expect(hashes(await load(...urls.toReversed()))).toEqual(want);
    expect(hashes(await load(...urls.slice(4), ...urls.slice(0, 4)))).toEqual(want);
  });

  it('for a role, whatever the order of keys and entries', async () => {
    const [first, second] = [
      selectForRole(await canonical(), 'mes'),
      selectForRole(await canonicalAs(reversed), 'mes'),
    ];
    expect(hashes(second)).toEqual(hashes(first));
  });

  it.skipIf(!existsSync(katana))('for Katana with reversed keys', { timeout: 120_000 }, async () => {
    const value = parse(readFileSync(katana, 'utf8'), { maxAliasCount: -1 }) as unknown;
    expect(hashes(await documentAs(JSON.stringify(reversed(value))))).toEqual(
      hashes(await documentAs(JSON.stringify(value))),
    );
  });

  it.skipIf(!existsSync(github))('for GitHub with reversed keys', { timeout: 240_000 }, async () => {
    const value = JSON.parse(readFileSync(github, 'utf8')) as unknown;
    expect(hashes(await documentAs(JSON.stringify(reversed(value))))).toEqual(
      hashes(await documentAs(JSON.stringify(value))),
    );
  });
});

const cli = join(root, 'cli', 'dist', 'bin.js');
/** The oldest Node that the published packages promise to run on; an older one would be no fault. */
const oldest = join(root, 'test/node_modules/node-22/bin/node');

it.skipIf(!existsSync(cli))(
  'the oldest Node that we promise to run on writes the same files',
  { timeout: 120_000 },
  () => {
    const version = spawnSync(oldest, ['--version'], { encoding: 'utf8' }).stdout.trim();
    expect(version).toMatch(/^v22\.18\./);
    const folder = write([]);
    const run = (node: string, ...parts: readonly string[]): string => {
      const { status, stderr, stdout } = spawnSync(
        node,
        [cli, 'generate', join(root, 'schemas'), '--out', join(folder, 'sdk'), ...parts],
        { encoding: 'utf8' },
      );
      return status === 0 ? '' : `${status} ${stderr}${stdout}`;
    };
    expect(`${version}: ${run(oldest)}`).toBe(`${version}: `);
    // The manifest has a hash of every file: what differs, is missing or too much is an exit code of 1.
    expect(`${process.version}: ${run(process.execPath, '--check')}`).toBe(`${process.version}: `);
  },
);
