import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { write } from '../client/generate.ts';

/** Two types that shall be assignable to each other. */
export interface Comparison {
  /** What is compared: `katana component Item` or `katana get /items 200`. */
  readonly id: string;
  readonly ours: string;
  readonly theirs: string;
}

/** How our type stands to the judge's: `equal` both ways, `narrower` when only ours is assignable to theirs. */
export type Relation = 'equal' | 'narrower' | 'wider' | 'unrelated';

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2023', 'dom'],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

// `any` agrees with everything, so it never counts as agreement.
const head = [
  'type IsAny<T> = 0 extends 1 & T ? true : false;',
  'type Fits<A, B> = true extends IsAny<A> | IsAny<B> ? false : [A] extends [B] ? true : false;',
  '/** Content of one status of a result. */',
  'export type Data<R, S> = R extends { readonly ok: true; readonly status: infer Own; readonly data: infer D } ? S extends Own ? D : never : never;',
];

/** Lets the compiler say how each pair stands. What the judged files do wrong themselves is thrown. */
export function compare(
  files: readonly { readonly path: string; readonly content: string }[],
  imports: readonly string[],
  comparisons: readonly Comparison[],
): ReadonlyMap<string, Relation> {
  const lines = [
    ...imports,
    ...head,
    ...comparisons.flatMap(({ ours, theirs }, index) => [
      `export const narrow${index}: Fits<${ours}, ${theirs}> = true;`,
      `export const wide${index}: Fits<${theirs}, ${ours}> = true;`,
    ]),
  ];
  const folder = write([
    ...files,
    { path: 'judge.ts', content: lines.join('\n') },
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['judge.ts'] }) },
  ]);
  const first = imports.length + head.length + 1;
  const refused = refusedLines(folder);
  const relation = (index: number): Relation => {
    const [narrow, wide] = [refused.has(first + 2 * index), refused.has(first + 2 * index + 1)];
    if (narrow) return wide ? 'unrelated' : 'wider';
    return wide ? 'narrower' : 'equal';
  };
  return new Map(comparisons.map(({ id }, index) => [id, relation(index)]));
}

function refusedLines(folder: string): ReadonlySet<number> {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = new Set<number>();
  for (const text of stdout.split('\n').filter((line) => /^\S.*error TS/.test(line))) {
    const at = /judge\.ts\((\d+),\d+\): error TS2322: Type 'true' is not assignable to type 'false'/.exec(text);
    if (at === null) throw new Error(text);
    lines.add(Number(at[1]));
  }
  return lines;
}

/** Types without their brands: no other generator has them. */
export function unbranded(text: string): string {
  return text.replace(/= (string|number) & \{ readonly \[brand\]: '[^']*' \};/g, '= $1;');
}
