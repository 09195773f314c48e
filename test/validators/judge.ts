import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contract } from '@millwright/contract';
import type { Violation } from '@millwright/runtime';
import { onTestFinished } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { generateValidators, type ValidatorSettings } from '../../generators/src/validators/index.ts';

/** Values for one schema of one contract. */
export interface Question {
  readonly contract: Contract;
  /** Type name of the schema. */
  readonly name: string;
  readonly mode: 'strict' | 'tolerant';
  readonly values: readonly unknown[];
  readonly settings?: ValidatorSettings;
}

/** What the generated code says of one value: the verdict of the check, and the findings of the explaining pass. */
export type Answer = readonly [valid: boolean, violations: readonly Violation[]];

const runtime = new URL('../../packages/runtime/src/validation.ts', import.meta.url).href;

/** Generates validators for each contract, runs them in one process and gives an answer per value. */
export function judge(questions: readonly Question[]): readonly (readonly Answer[])[] {
  const root = mkdtempSync(join(tmpdir(), 'millwright-validators-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const options = { importExtension: 'ts', runtime: 'inline' } as const;
  const folders = new Map<string, string>();
  const groups = questions.map(({ contract, name, mode, values, settings }, index) => {
    const files = generateValidators(contract, options, settings);
    const text = files.map(({ content }) => content).join('');
    let folder = folders.get(text);
    if (folder === undefined) {
      folder = join(root, String(index));
      folders.set(text, folder);
      mkdirSync(folder);
      for (const { path, content } of [...files.slice(0, 2), ...types.generate(contract, options)[0]])
        writeFileSync(join(folder, path), content.replaceAll("'./runtime/validation.ts'", `'${runtime}'`));
    }
    return { folder, name, mode, values };
  });
  writeFileSync(join(root, 'cases.json'), JSON.stringify(groups));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  const script = fileURLToPath(new URL('run-cases.mjs', import.meta.url));
  const output = execFileSync(
    process.execPath,
    ['--conditions=@millwright/source', '--disable-warning=ExperimentalWarning', script, join(root, 'cases.json')],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  return JSON.parse(output) as readonly (readonly Answer[])[];
}
