import { type Code, code, identifier, indent, join, nothing, sortedBy, stringLiteral } from '@millwright/codegen';
import type { StepFunction } from './functions.ts';

/** Specifiers of what a flows' module imports. */
export interface ModulePaths {
  readonly runtime: string;
  readonly types: string;
  readonly validators: string | undefined;
  /** Of the module at a path inside the output folder. */
  readonly of: (path: string) => string;
}

interface Imported {
  readonly functions: readonly StepFunction[];
  /** Values of the runtime. */
  readonly runtime: ReadonlySet<string>;
  /** Names of schemas' types. */
  readonly schemas: ReadonlySet<string>;
}

const renamed = (name: string, alias: string): Code =>
  name === alias ? identifier(name) : code`${identifier(name)} as ${identifier(alias)}`;

function lines(names: readonly Code[], specifier: string, kind: Code): Code {
  if (names.length === 0) return nothing;
  return code`import ${kind}{\n${indent(
    join(
      names.map((name) => code`${name},`),
      '\n',
    ),
  )}\n} from ${stringLiteral(specifier)};\n`;
}

export function importsCode({ functions, runtime, schemas }: Imported, paths: ModulePaths): Code {
  const calls = functions.filter((used) => used.kind === 'call');
  const types = ['FlowPlan', 'WorkflowPlan', ...(calls.length > 0 ? ['ClientChoice', 'FlowCall'] : [])];
  const sorted = (names: Iterable<string>): readonly Code[] => sortedBy(names, (name) => name).map(identifier);
  const modules = sortedBy(new Set(functions.map(({ module }) => module.path)), (path) => path);
  const client = modules.find((path) => calls.some(({ module }) => module.path === path));
  const fromModules = modules.map((path) => {
    const own = functions.filter(({ module }) => module.path === path);
    const values = own.map((used) =>
      renamed(used.kind === 'call' ? used.named.functionName : used.use.functionName, used.alias),
    );
    const ownTypes = own.flatMap((used) => {
      if (used.kind === 'call')
        return [renamed(used.named.requestName, used.requestType), renamed(used.named.resultName, used.resultType)];
      return used.kind === 'publish' ? [renamed(used.use.inputName, used.inputType)] : [];
    });
    const specifier = paths.of(path);
    const shared = path === client ? [identifier('Client')] : [];
    return code`${lines(
      sortedBy([...shared, ...ownTypes], (name) => name),
      specifier,
      code`type `,
    )}${lines(
      sortedBy(values, (name) => name),
      specifier,
      nothing,
    )}`;
  });
  return code`${lines(sorted(types), paths.runtime, code`type `)}${lines(sorted(runtime), paths.runtime, nothing)}${join(fromModules, '')}${lines(sorted(schemas), paths.types, code`type `)}`;
}
