import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const compilers = {
  '5.9': 'test/node_modules/typescript-5.9',
  '6': 'test/node_modules/typescript-6',
  '7': 'node_modules/typescript',
};

/** Published packages declare Node 22.18 or later. */
const oldestNode = join(root, 'test/node_modules/node-22/bin/node');

/** A consumer stricter than most: what compiles here compiles for users. No source condition, declarations checked too. */
const compilerOptions = {
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  module: 'nodenext',
  target: 'es2023',
  types: ['node'],
  noEmit: true,
};

/** What users get: the packed packages, installed into an empty project outside the workspace. */
describe('packed packages', () => {
  const project = mkdtempSync(join(tmpdir(), 'millwright-consumer-'));
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  beforeAll(() => {
    run('node', [join(root, '.ci/packages.mjs'), 'pack', join(project, 'packs')], root);
    const tarballs = globSync('packs/*.tgz', { cwd: project }).map((path) => `./${path}`);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    run(
      'npm',
      [
        'install',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        ...tarballs,
        typesOfNode(),
        ...optionalPeers(),
      ],
      project,
    );
    mkdirSync(join(project, 'src'));
    writeFileSync(join(project, 'src/consumer.ts'), consumer(project));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  });

  it.each(Object.entries(compilers))('compile in a strict consumer on TypeScript %s', (version, folder) => {
    const tsc = join(root, folder, 'bin/tsc');
    expect(run('node', [tsc, '--version'], project)).toContain(`Version ${version}`);
    run('node', [tsc, '-p', '.'], project);
  });

  it.each([
    ['the pinned Node', 'node'],
    ['the oldest Node that is promised', oldestNode],
  ])('are importable on %s', (_, node) => {
    expect(run(node, ['--disable-warning=ExperimentalWarning', 'src/consumer.ts'], project)).toContain('imported');
  });

  it('hold the contracts as data', () => {
    expect(globSync('node_modules/@millwright/schemas/objects/*.yaml', { cwd: project })).not.toHaveLength(0);
  });

  it('start, lint and generate a project with nothing else installed', () => {
    const folder = join(project, 'started');
    mkdirSync(folder);
    const cli = join(project, 'node_modules/millwright/dist/bin.js');
    run('node', [cli, 'init'], folder);
    expect(run('node', [cli, 'lint', '--fail-on', 'info'], folder)).toContain('No findings');
    expect(run('node', [cli, 'generate'], folder)).toContain('written');
    expect(run('node', [cli, 'generate', '--check'], folder)).toContain('up to date');
    run('node', [join(root, compilers['7'], 'bin/tsc'), '-p', '.', '--noEmit', '--types', 'node'], folder);
  });

  it('install the command line', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'cli/package.json'), 'utf8'));
    for (const node of ['node', oldestNode])
      expect(run(node, ['node_modules/millwright/dist/bin.js', '--version'], project)).toContain(version);
  });
});

/** Runs a command and gives its output; fails with the output when the command fails. */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(status, `${command} ${args.join(' ')}\n${error?.message ?? ''}${stdout}${stderr}`).toBe(0);
  return stdout;
}

function typesOfNode(): string {
  return `@types/node@${JSON.parse(readFileSync(join(root, 'node_modules/@types/node/package.json'), 'utf8')).version}`;
}

/** What only one entry needs, and only who uses that installs. */
function optionalPeers(): readonly string[] {
  return globSync('packages/*/package.json', { cwd: root }).flatMap((file) => {
    const { peerDependencies = {} } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`);
  });
}

/** Imports every entry point that the installed packages declare, and demands that each exports something. */
function consumer(project: string): string {
  const entries = globSync('node_modules/{millwright,@millwright/*}/package.json', { cwd: project }).flatMap((file) => {
    const { name, exports } = JSON.parse(readFileSync(join(project, file), 'utf8'));
    return entryPoints(exports, join(project, dirname(file))).map((path) => name + path.slice(1));
  });
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n');
  const modules = entries.map((entry, index) => `  '${entry}': entry${index},`).join('\n');
  return `${imports}

const modules: Record<string, object> = {
${modules}
};
for (const [name, module] of Object.entries(modules)) {
  if (Object.keys(module).length === 0 && !name.endsWith('/types')) throw new Error(\`\${name} exports nothing\`);
}
console.log(\`\${Object.keys(modules).length} entry points imported\`);
`;
}

/** A pattern such as "./*" stands for every module that its declarations match. Data has no declarations and no entry. */
function entryPoints(
  exports: Readonly<Record<string, { readonly types?: string }>>,
  folder: string,
): readonly string[] {
  return Object.entries(exports).flatMap(([path, { types }]) => {
    if (types === undefined) return [];
    if (!path.includes('*')) return [path];
    // Every star stands for the same text.
    const [before, ...others] = types.split('*').map((part) => part.replace(/[.\\/]/g, '\\$&'));
    const pattern = new RegExp(`^${before}(.+)${others.join('\\1')}$`);
    return globSync(types, { cwd: folder })
      .flatMap((file) => pattern.exec(`./${file}`)?.[1] ?? [])
      .filter((module) => module !== 'index')
      .map((module) => path.replace('*', module));
  });
}
