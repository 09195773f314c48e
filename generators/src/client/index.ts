import {
  type Code,
  checkGeneratedPath,
  code,
  fileHeader,
  type Generator,
  join,
  nothing,
  stringLiteral,
} from '@millwright/codegen';
import type { Contract } from '@millwright/contract';
import { createTypePrinter } from '../types/type-printer.ts';
import { importPaths, type ValidatedOptions } from './import-paths.ts';
import { inlineRuntime } from './inline-runtime.ts';
import { type PrintedModule, printModule, runtimeExports } from './module.ts';
import { type ClientModule, clientModules, sharedNames } from './naming.ts';
import { exportsOf } from './roof.ts';
import { runtimeSources } from './runtime-source.ts';

/** `client.ts` over several domains: every function and type under one roof. */
function printRoof(
  modules: readonly ClientModule[],
  printed: readonly PrintedModule[],
  options: ValidatedOptions,
): Code {
  const [first] = modules;
  if (first === undefined) return nothing;
  const shared = sharedNames(printed.map(({ functions, types }) => [...functions, ...types]));
  const specifier = (module: ClientModule): string =>
    `./${module.path.replace(/\.ts$/, '')}.${options.importExtension}`;
  const parts = modules.flatMap((module, index) => {
    const { functions, types } = printed[index] as PrintedModule;
    return [
      exportsOf(code`type `, types, module.prefix, shared, specifier(module)),
      exportsOf(nothing, functions, module.prefix, shared, specifier(module)),
    ];
  });
  const titles = modules.map(({ entry }) => `${entry.title} ${entry.version}`);
  return code`${fileHeader(titles.join(', '), '')}
${runtimeExports(importPaths('./', 'http', options).runtime)}export { createClient } from ${stringLiteral(specifier(first))};
${join(parts, '')}`;
}

function generateClient(contract: Contract, options: ValidatedOptions): ReturnType<Generator['generate']> {
  const modules = clientModules(contract);
  if (modules.length === 0) return [[], []];
  const sources = contract.documents.map(({ file }) => file);
  const printed = modules.map((module) =>
    printModule(module, contract, createTypePrinter(contract, options), importPaths(module.root, 'http', options)),
  );
  const files = modules.map((module, index) => ({
    path: checkGeneratedPath(module.path),
    content: (printed[index] as PrintedModule).text,
    sources,
  }));
  const roof =
    modules.length > 1 ? [{ path: 'client.ts', content: printRoof(modules, printed, options), sources }] : [];
  return [[...files, ...roof, ...inlineRuntime(runtimeSources, options)], []];
}

/** A function per HTTP operation, one module per OpenAPI document. */
export const client: Generator = {
  name: 'client',
  description: 'A typed function per HTTP operation, with retries, paging and authentication',
  generate: generateClient,
};
