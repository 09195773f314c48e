import { type ContractEntry, joinPointer } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const pathTemplatesDistinct: LintRule = {
  id: 'lint/path-templates-distinct',
  severity: 'error',
  law: 'No two path templates of an API match the same requests and differ in names of parameters only (OpenAPI 3.1.1, section 4.8.8); in a governed API no request matches two templates of which neither is more concrete.',
  why: 'Which operation answers depends on the router, and clients reach another one than they call.',
  fix: 'Merge the path items, or put a fixed word into one of the paths.',
  check: ({ contract, report }) => {
    const paths = new Map<ContractEntry, Set<string>>();
    for (const { entry, path } of contract.operations) paths.set(entry, (paths.get(entry) ?? new Set()).add(path));
    for (const [entry, templates] of paths) {
      const earlier: string[] = [];
      const shapes = new Map<string, string>();
      for (const path of templates) {
        const shape = path.replace(/\{[^{}]*\}/g, '{}');
        const twin =
          shapes.get(shape) ?? (isGovernedEntry(entry) ? earlier.find((other) => isUndecided(other, path)) : undefined);
        if (twin !== undefined)
          report(
            { document: entry.document, pointer: joinPointer('', 'paths', path) },
            `${path} matches requests for ${twin} too`,
          );
        if (!shapes.has(shape)) shapes.set(shape, path);
        earlier.push(path);
      }
    }
  },
};

/** Both match one request, and each has a fixed word where the other has a parameter. */
function isUndecided(left: string, right: string): boolean {
  const [lefts, rights] = [left.split('/'), right.split('/')];
  if (lefts.length !== rights.length) return false;
  const isOpen = (segment: string | undefined): boolean => /^\{[^{}]*\}$/.test(segment ?? '');
  let [leftWins, rightWins] = [false, false];
  for (const [index, segment] of lefts.entries()) {
    const other = rights[index];
    if (isOpen(segment) && isOpen(other)) continue;
    if (isOpen(segment)) rightWins = true;
    else if (isOpen(other)) leftWins = true;
    else if (segment !== other) return false;
  }
  return leftWins && rightWins;
}
