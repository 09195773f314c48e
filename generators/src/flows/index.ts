import {
  checkGeneratedPath,
  type GeneratedFile,
  type Generator,
  NameScope,
  pathSegment,
  sortedBy,
} from '@millwright/codegen';
import { type Contract, type ContractEntry, type Diagnostic, sourceDescriptions } from '@millwright/contract';
import { importPaths, type ValidatedOptions } from '../client/import-paths.ts';
import { inlineRuntime } from '../client/inline-runtime.ts';
import { createPrinting } from '../client/printing.ts';
import { typeNames } from '../client/type-names.ts';
import { createTypePrinter } from '../types/type-printer.ts';
import { type CompiledWorkflow, compileWorkflow } from './compile-workflow.ts';
import type { Description } from './context.ts';
import { FunctionTable } from './functions.ts';
import { type FlowsModule, printModule } from './module.ts';
import { diagnosticOf } from './problems.ts';
import { runtimeSources } from './runtime-source.ts';

/** Names that a flows' module imports, or uses as parameters. */
const ownNames: readonly string[] = [
  ...[
    'Client',
    'ClientChoice',
    'FlowCall',
    'FlowPlan',
    'WorkflowPlan',
    'b',
    's',
    '_s',
    'bus',
    'call',
    'clientOf',
    'clients',
  ],
  ...['event', 'handler', 'headerAt', 'holds', 'input', 'isEqual', 'matches', 'message', 'name', 'objectOf', 'options'],
  ...['order', 'required', 'textOf', 'typed', 'value', 'valueAt'],
];

interface Compiled {
  readonly module: FlowsModule;
  readonly diagnostics: readonly Diagnostic[];
}

function compileEntry(contract: Contract, entry: ContractEntry, options: ValidatedOptions): Compiled {
  const scope = new NameScope([...ownNames, ...typeNames(contract)]);
  const description: Description = {
    ...{ contract, entry, sources: sourceDescriptions(contract, entry.document) },
    workflows: contract.workflows.filter((workflow) => workflow.entry === entry),
    functions: new FunctionTable(contract, options, scope),
  };
  const compiled = description.workflows.map((workflow) => compileWorkflow(description, workflow));
  const problems = new Map(
    compiled.flatMap(({ compilation }) => compilation.problems).map((problem) => [JSON.stringify(problem), problem]),
  );
  return {
    module: { entry, description, scope, workflows: whole(compiled) },
    diagnostics: [...problems.values()].map((problem) => diagnosticOf(entry.document, problem)),
  };
}

/** Workflows without a problem that lead to none with one. */
function whole(compiled: readonly CompiledWorkflow[]): readonly CompiledWorkflow[] {
  let left = compiled.filter(({ compilation }) => compilation.problems.length === 0);
  for (;;) {
    const ids = new Set(left.map(({ workflow }) => workflow.id));
    const kept = left.filter(({ compilation }) => [...compilation.reaches].every((id) => ids.has(id)));
    if (kept.length === left.length) return kept;
    left = kept;
  }
}

function generateFlows(contract: Contract, options: ValidatedOptions): ReturnType<Generator['generate']> {
  const entries = sortedBy(
    contract.entries.filter(({ kind }) => kind === 'arazzo'),
    ({ domain, document }) => [domain, document.uri].join('\u0000'),
  );
  const compiled = entries.map((entry) => compileEntry(contract, entry, options));
  // For a role, what leads to operations that it has no right to is left out like these.
  const diagnostics = options.role === undefined ? compiled.flatMap((one) => one.diagnostics) : [];
  const modules = compiled.map(({ module }) => module).filter(({ workflows }) => workflows.length > 0);
  if (modules.length === 0) return [[], diagnostics];
  const files = new NameScope();
  const sources = contract.documents.map(({ file }) => file);
  const printed = modules.map((module): GeneratedFile => {
    const isSingle = modules.length === 1;
    const file = files
      .claim(pathSegment(module.entry.domain).replaceAll('-', '_'))
      .replaceAll('_', '-')
      .replace(/-+$/, '-flows');
    const path = isSingle ? 'flows.ts' : `flows/${file}.ts`;
    const root = isSingle ? './' : '../';
    const printer = createTypePrinter(contract, options);
    const paths = {
      ...importPaths(root, 'flow/inline', options),
      of: (target: string) => `${root}${target.replace(/\.ts$/, '')}.${options.importExtension}`,
    };
    const runtime = options.runtime === 'inline' ? paths.runtime : `${options.runtime}/flow`;
    const content = printModule(module, createPrinting(printer, typeNames(contract)), printer, { ...paths, runtime });
    return { path: checkGeneratedPath(path), content, sources };
  });
  return [[...printed, ...inlineRuntime(runtimeSources, options)], diagnostics];
}

/**
 * A plan for each Arazzo workflow, bound to the generated client and event functions, for the flows of `@millwright/runtime/flow`.
 * What cannot be compiled is told, and left out with all that leads to it.
 */
export const flows: Generator = {
  name: 'flows',
  description: 'Process managers of Arazzo workflows, with typed inputs, outputs and bindings',
  generate: generateFlows,
};
