import { readdirSync, readFileSync } from 'node:fs';
import { type Contract, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** A case: files in memory, and what reading them must tell. Whoever writes a contract by hand relies on these codes and places. */
interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Files that are no text: name to hexadecimal bytes. */
  readonly bytes?: Readonly<Record<string, string>>;
  readonly entries?: readonly string[];
  readonly allowRemote?: readonly string[];
  /** How many letters the word LONG in the files stands for. */
  readonly long?: number;
  /** What the allow-listed addresses answer; a string schema where nothing is given. */
  readonly remote?: Readonly<Record<string, string>>;
  readonly limits?: Record<string, number>;
  readonly duplicateKeys?: 'error' | 'warning';
  /** `code file:line:column pointer`, in the order of report. Empty: nothing may be reported. */
  readonly want: readonly string[];
  /** Facts of the model, each an expression path and its value (null: absent); checked where the contract could be read. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** Pairs of expression paths that must lead to one node. */
  readonly same?: readonly (readonly [string, string])[];
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
  const files = new Map<string, string | Uint8Array>(
    Object.entries(given.files ?? {}).map(([name, text]) => [name, text.replace('LONG', 'x'.repeat(given.long ?? 4))]),
  );
  for (const [name, hex] of Object.entries(given.bytes ?? {}))
    files.set(name, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const [contract, diagnostics] = await loadContract({
    entries: given.entries ?? [[...files.keys()][0] as string],
    files,
    ...(given.limits === undefined ? {} : { limits: given.limits }),
    ...(given.duplicateKeys === undefined ? {} : { duplicateKeys: given.duplicateKeys }),
    ...(given.allowRemote === undefined
      ? {}
      : {
          allowRemote: given.allowRemote,
          fetchRemote: async (uri) => given.remote?.[uri] ?? JSON.stringify({ title: uri, type: 'string' }),
        }),
  });
  const told = diagnostics.map(({ code, location }) =>
    `${code} ${location?.file ?? ''}:${location?.line}:${location?.column} ${location?.pointer}`.trim(),
  );
  expect(told).toEqual(given.want);
  for (const diagnostic of diagnostics) expect(diagnostic.fix, `${diagnostic.code} says what to do`).toBeTruthy();
  expect(contract === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const [path, value] of Object.entries(given.model ?? {}))
    expect(valueAt(contract as Contract, path) ?? null, path).toEqual(value);
  for (const [left, right] of given.same ?? []) {
    const node = valueAt(contract as Contract, left);
    expect(node, left).toBeTypeOf('object');
    expect(valueAt(contract as Contract, right) === node, `${left} is ${right}`).toBe(true);
  }
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
