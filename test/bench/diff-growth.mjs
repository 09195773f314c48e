// How the time of a diff grows: parts of GitHub's two descriptions, each with the components that it needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, printRange, seconds } from './measure.mjs';
import { millwright, versions } from './programs.mjs';

const rounds = 3;
const parts = [8, 4, 2, 1];
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Of every so many paths one, the same in both versions; the first round of a part is the warm-up. */
export function growthRows(pair, folder) {
  const [old, fresh] = pair.map((file) => JSON.parse(readFileSync(file, 'utf8')));
  const paths = [...new Set([...Object.keys(old.paths), ...Object.keys(fresh.paths)])].sort();
  const measured = parts.map((part) => {
    const wanted = new Set(paths.filter((_, index) => index % part === 0));
    const files = [old, fresh].map((document, side) => {
      const file = join(folder, `growth-${part}-${side}.json`);
      writeFileSync(file, JSON.stringify(partOf(document, wanted), null, 2));
      return file;
    });
    return { part, files, operations: operationsOf(fresh, wanted) };
  });
  const runs = interleave(
    measured.map(({ part, files }) => ({
      label: `millwright diff of 1/${part}`,
      memory: false,
      exitCodes: [0, 1],
      args: () => [millwright, 'diff', ...files],
    })),
    rounds,
  );
  return measured.map(({ part, operations }, index) => {
    const each = seconds(runs[index]).map((value) => (value * 1e3) / operations);
    return {
      question: `diff of 1/${part} of GitHub’s paths, ${operations} operations, whole process; each operation`,
      ours: `${printRange(seconds(runs[index]), 's')}; ${printRange(each, 'ms')}`,
      goal: 'linear',
      versions: versions.millwright,
    };
  });
}

function operationsOf({ paths }, wanted) {
  return Object.entries(paths)
    .filter(([path]) => wanted.has(path))
    .reduce((sum, [, item]) => sum + methods.filter((method) => item[method] !== undefined).length, 0);
}

function partOf(document, wanted) {
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => wanted.has(path)));
  const components = {};
  const waiting = [paths];
  for (const value of waiting) {
    if (typeof value !== 'object' || value === null) continue;
    waiting.push(...Object.values(value));
    const [, kind, name] = /^#\/components\/([^/]+)\/([^/]+)$/.exec(value.$ref) ?? [];
    if (name === undefined || components[kind]?.[name] !== undefined) continue;
    components[kind] ??= {};
    components[kind][name] = document.components[kind][name];
    waiting.push(components[kind][name]);
  }
  const { openapi, info, servers } = document;
  return { openapi, info, servers, paths, components };
}
