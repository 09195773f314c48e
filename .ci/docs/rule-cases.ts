import { readdirSync, readFileSync } from 'node:fs';
import { type Contract, defaultLimits, loadContract, readDocument } from '../../packages/contract/src/index.ts';
import { lint, rules } from '../../packages/lint/src/index.ts';

/** The first case of a rule that fails: the smallest contract that breaks its law, and what is found there. */
export interface RuleCase {
  readonly id: string;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `a.yaml:6:5 GET /items declares no owner`. */
  readonly findings: readonly string[];
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly entries?: readonly string[];
  readonly want: readonly string[];
}

const folder = new URL('../../packages/lint/src/rules/', import.meta.url);

/** One case a rule, in the order of the rules. */
export async function ruleCases(): Promise<readonly RuleCase[]> {
  const known = new Set(readdirSync(folder));
  const cases: RuleCase[] = [];
  for (const { id } of rules) if (known.has(id.slice('lint/'.length))) cases.push(await firstFailing(id));
  return cases;
}

async function firstFailing(id: string): Promise<RuleCase> {
  const file = new URL(`${id.slice('lint/'.length)}/cases.yaml`, folder);
  const [document] = readDocument({ file: file.pathname, uri: file.href, bytes: readFileSync(file) }, defaultLimits);
  const failing = ((document?.value ?? []) as unknown as readonly Case[]).find(({ want }) => want.length > 0);
  if (failing === undefined) throw new Error(`${file.pathname} has no case that fails`);
  const { name, files } = failing;
  const [contract] = await loadContract({
    entries: failing.entries ?? [Object.keys(files)[0] as string],
    files: new Map(Object.entries(files)),
  });
  const findings = lint(contract as Contract)
    .filter(({ code }) => code === id)
    .map(({ location, message }) => `${location.file}:${location.line}:${location.column} ${message}`);
  return { id, name, files, findings };
}
