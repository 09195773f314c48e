import { readdirSync, readFileSync } from 'node:fs';
import { type Contract, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** A case: files in memory, and what reading them must tell. Whoever writes a contract by hand relies on these codes and places. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly entries?: readonly string[];
  readonly allowRemote?: readonly string[];
  readonly limits?: Record<string, number>;
  readonly duplicateKeys?: 'error' | 'warning';
  /** `code file:line:column pointer`, in the order of report. Empty: nothing may be reported. */
  readonly want: readonly string[];
  /** Facts of the model, each an expression path and its value; checked where the contract could be read. */
  readonly model?: Readonly<Record<string, unknown>>;
}

const folder = new URL('./cases/', import.meta.url);

describe('reading contracts', () => {
  for (const file of readdirSync(folder).sort()) {
    const cases = parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Case[];
    describe(file.replace('.yaml', ''), () => {
      for (const given of cases) it(given.name, () => run(given));
    });
  }
});

async function run(given: Case): Promise<void> {
  const files = new Map(Object.entries(given.files));
  const [contract, diagnostics] = await loadContract({
    entries: given.entries ?? [[...files.keys()][0] as string],
    files,
    ...(given.limits === undefined ? {} : { limits: given.limits }),
    ...(given.duplicateKeys === undefined ? {} : { duplicateKeys: given.duplicateKeys }),
    ...(given.allowRemote === undefined
      ? {}
      : { allowRemote: given.allowRemote, fetchRemote: async (uri) => JSON.stringify({ title: uri, type: 'string' }) }),
  });
  const told = diagnostics.map(({ code, location }) =>
    `${code} ${location?.file ?? ''}:${location?.line}:${location?.column} ${location?.pointer}`.trim(),
  );
  expect(told).toEqual(given.want);
  for (const diagnostic of diagnostics) expect(diagnostic.fix, `${diagnostic.code} says what to do`).toBeTruthy();
  expect(contract === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const [path, value] of Object.entries(given.model ?? {}))
    expect(valueAt(contract as Contract, path), path).toEqual(value);
}

/** Follows a path such as `operations.0.parameters.0.name` through arrays, objects and maps. */
function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const step of path.split('.')) {
    if (value instanceof Map) value = step === 'size' ? value.size : value.get(step);
    else if (step === 'keys') value = Object.keys(value as object);
    else value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return value instanceof Map ? [...value.keys()] : value;
}
