import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, entry, root } from '../cli/run-cli.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: { readonly pull_request: object };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly diff: { readonly 'runs-on': string; readonly steps: readonly Step[] } };
}

interface GitlabJob {
  readonly image: string;
  readonly rules: readonly { readonly if: string }[];
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly artifacts: { readonly when: string; readonly reports: { readonly junit: string } };
}

const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
const [workflow, sarifSteps, gitlab] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => parse(text) as unknown,
) as [Workflow, readonly Step[], { readonly contracts: GitlabJob }];

const api = (version: string, maxLength: number, more = ''): string => `openapi: 3.1.0
info:
  title: Orders
  version: ${version}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - name: q
          in: query
          schema:
            type: string
            maxLength: ${maxLength}
      responses: {'200': {description: ok}}
${more}`;
const holds = '  /holds:\n    get:\n      operationId: listHolds\n      responses: {}\n';
const branches = {
  breaking: { 'contracts/api.yaml': api('2.0.0', 20) },
  removing: { 'contracts/api.yaml': api('2.0.0', 40).replace(/ {6}parameters:[\s\S]*(?= {6}responses)/, '') },
  compatible: { 'contracts/api.yaml': api('1.1.0', 60, holds) },
  unchanged: { 'README.md': 'nothing about contracts\n' },
} as const;
type Branch = keyof typeof branches;

let home = '';
const path = (name: string): string => join(home, name);

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(path(`${folder}/${name}`)), { recursive: true });
    writeFileSync(path(`${folder}/${name}`), text);
  }
}

function git(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: path(folder),
    encoding: 'utf8',
  });
  expect(status, `git ${args.join(' ')}: ${stderr}`).toBe(0);
}

/** An origin with main, which went on after the branches began. */
function makeOrigin(): void {
  const operation = holds.replace('holds', 'later').replace('listHolds', 'listLater');
  write('work', {
    'contracts/api.yaml': api('1.0.0', 40),
    'package.json': '{"name":"orders","version":"1.0.0","private":true}',
    'package-lock.json': '{"name":"orders","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"orders"}}}',
  });
  git('work', 'init', '-q', '-b', 'main', '.');
  git('work', 'add', '.');
  git('work', 'commit', '-q', '-m', 'main');
  for (const [branch, files] of Object.entries(branches)) {
    git('work', 'checkout', '-q', '-b', branch, 'main');
    write('work', files);
    git('work', 'add', '.');
    git('work', 'commit', '-q', '-m', branch);
  }
  git('work', 'checkout', '-q', 'main');
  write('work', { 'contracts/later.yaml': api('1.0.0', 40, operation) });
  git('work', 'add', '.');
  git('work', 'commit', '-q', '-m', 'later');
  git('.', 'clone', '-q', '--bare', 'work', 'origin.git');
}

/**
 * The examples call `npx millwright`, which takes what `npm ci` installed. That would be a published package from a registry, so a
 * program of that name stands in for npx and starts the command line of this tree; `npm ci` is the real one, with nothing to install.
 */
function makeNpx(): void {
  write('bin', {
    npx: `#!/bin/sh\n[ "$1" = millwright ] || exit 127\nshift\nexec '${process.execPath}' ${entry.map((part) => `'${part}'`).join(' ')} "$@"\n`,
  });
  chmodSync(path('bin/npx'), 0o755);
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'millwright-ci-'));
  makeOrigin();
  makeNpx();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs lines as a runner does, in a checkout and with nothing of the variables of this process but where programs are. */
function bash(
  folder: string,
  lines: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
): Ended {
  return spawnSync('bash', ['--noprofile', '--norc', ...options, '-c', lines], {
    cwd: path(folder),
    encoding: 'utf8',
    timeout: 50_000,
    env: { PATH: `${path('bin')}${delimiter}${process.env['PATH']}`, HOME: path('.'), CI: 'true', ...environment },
  });
}

/** Steps that `run`, one after the other until one fails, in what actions/checkout makes: the branch merged into main. */
function runGithub(
  branch: Branch,
  steps: readonly Step[],
): { readonly ended: readonly Ended[]; readonly folder: string } {
  const folder = `github-${branch}-${steps.length}`;
  git('.', 'clone', '-q', 'origin.git', folder);
  git(folder, 'merge', '-q', '--no-ff', '-m', 'merge', `origin/${branch}`);
  git(folder, 'checkout', '-q', '--detach');
  const environment = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_BASE_REF: 'main',
    GITHUB_HEAD_REF: branch,
    GITHUB_REF: 'refs/pull/1/merge',
    GITHUB_WORKSPACE: path(folder),
    GITHUB_STEP_SUMMARY: path(`${folder}/summary.md`),
  };
  const ended: Ended[] = [];
  for (const { run } of steps) {
    if (run === undefined) continue;
    ended.push(bash(folder, run, ['-e'], environment));
    if (ended.at(-1)?.status !== 0) break;
  }
  return { ended, folder };
}

describe('the GitHub Actions example', () => {
  const { steps } = workflow.jobs.diff;

  it('is a workflow for pull requests with the rights that it needs and no others', () => {
    expect(Object.keys(workflow).sort()).toEqual(['jobs', 'name', 'on', 'permissions']);
    expect(Object.keys(workflow.on)).toEqual(['pull_request']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.diff['runs-on']).toBe('ubuntu-latest');
    for (const step of [...steps, ...sarifSteps]) {
      expect(Object.keys(step).every((name) => ['name', 'run', 'uses', 'with'].includes(name))).toBe(true);
      expect((step.run === undefined) !== (step.uses === undefined)).toBe(true);
      if (step.uses !== undefined) expect(step.uses).toMatch(/^[a-z-]+\/[a-z-]+(\/[a-z-]+)?@v\d+$/);
    }
    expect(steps[0]).toMatchObject({ uses: expect.stringMatching(/^actions\/checkout@/), with: { 'fetch-depth': 0 } });
  });

  it('fails a breaking change with an annotation on its line, and tells it in the summary', () => {
    const { ended, folder } = runGithub('breaking', steps);
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 1]);
    expect(ended.at(-1)?.stdout).toMatch(
      /^::error file=contracts\/api\.yaml,line=12,col=\d+,title=diff\/request-max-length-decreased::Max length decreased from 40 to 20/m,
    );
    const summary = readFileSync(path(`${folder}/summary.md`), 'utf8');
    expect(summary).toMatch(/^## Breaking$/m);
    expect(summary).toContain('diff/request-max-length-decreased');
  });

  it('passes a compatible change, and one of other files', () => {
    const compatible = runGithub('compatible', steps);
    expect(compatible.ended.map(({ status, stderr }) => [status, status === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    expect(compatible.ended.at(-1)?.stdout).toMatch(/^::notice file=contracts\/api\.yaml,line=17,.*operation-added/m);
    expect(compatible.ended.at(-1)?.stdout).not.toContain('::error');
    expect(readFileSync(path(`${compatible.folder}/summary.md`), 'utf8')).toMatch(/^## Compatible$/m);
    const unchanged = runGithub('unchanged', steps);
    expect(unchanged.ended.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(unchanged.ended.at(-1)?.stdout).toBe('');
  });

  it('shows what was removed on a line that the pull request has', () => {
    const { ended } = runGithub('removing', steps);
    expect(ended.at(-1)?.stdout).toMatch(
      /^::warning file=contracts\/api\.yaml,line=7,col=\d+,title=diff\/request-parameter-removed::/m,
    );
  });

  it('writes the SARIF file that the step of code scanning uploads', () => {
    const at = steps.findIndex(({ run }) => run === 'npm ci') + 1;
    expect(at).toBeGreaterThan(0);
    const { ended, folder } = runGithub('breaking', [...steps.slice(0, at), ...sarifSteps, ...steps.slice(at)]);
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0, 1]);
    const upload = sarifSteps.find(({ uses }) => uses?.startsWith('github/codeql-action/upload-sarif@'));
    const { runs } = JSON.parse(readFileSync(path(`${folder}/${upload?.with?.['sarif_file']}`), 'utf8'));
    expect(runs[0].results.map(({ ruleId }: { readonly ruleId: string }) => ruleId)).toContain(
      'diff/request-max-length-decreased',
    );
    expect(runs[0].results[0].partialFingerprints['millwright/v1']).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the GitLab CI example', () => {
  const { contracts: job } = gitlab;

  /** The branch as it is, not merged, and without any other branch, as a runner fetches it. */
  function runGitlab(branch: Branch): { readonly ended: Ended; readonly folder: string } {
    const folder = `gitlab-${branch}`;
    git('.', 'init', '-q', folder);
    git(folder, 'remote', 'add', 'origin', path('origin.git'));
    git(folder, 'fetch', '-q', 'origin', `+refs/heads/${branch}:refs/pipelines/1`);
    git(folder, 'checkout', '-q', '--detach', 'refs/pipelines/1');
    const ended = bash(folder, job.script.join('\n'), ['-eo', 'pipefail'], {
      GITLAB_CI: 'true',
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: branch,
      CI_PROJECT_DIR: path(folder),
      ...Object.fromEntries(Object.entries(job.variables).map(([name, value]) => [name, String(value)])),
    });
    return { ended, folder };
  }

  it('is a job for merge requests that keeps its report when it fails', () => {
    expect(Object.keys(gitlab)).toEqual(['contracts']);
    expect(Object.keys(job).sort()).toEqual(['artifacts', 'image', 'rules', 'script', 'variables']);
    expect(job.image).toMatch(/^node:\d+$/);
    expect(job.rules[0]?.if).toBe('$CI_PIPELINE_SOURCE == "merge_request_event"');
    expect(job.script.every((line) => typeof line === 'string')).toBe(true);
    expect(job.artifacts.when).toBe('always');
  });

  const cases: readonly (readonly [branch: Branch, status: number, log: RegExp, report: RegExp])[] = [
    ['breaking', 1, /^Breaking: 1 error\b/m, /<failure message="Max length decreased from 40 to 20/],
    ['compatible', 0, /^Compatible: /m, /failures="0"/],
    ['unchanged', 0, /^No difference; /m, /failures="0"/],
  ];
  for (const [branch, status, log, report] of cases)
    it(`ends with ${status} for a branch that is ${branch}, though main went on, and writes the report`, () => {
      const { ended, folder } = runGitlab(branch);
      expect(ended.status, ended.stderr).toBe(status);
      expect(ended.stdout).toMatch(log);
      const file = path(`${folder}/${job.artifacts.reports.junit}`);
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, 'utf8')).toMatch(report);
      expect(readFileSync(file, 'utf8')).not.toContain('later');
    });
});
