import {
  type Code,
  code,
  identifier,
  indent,
  join,
  key,
  NameScope,
  nothing,
  stringLiteral,
  toPascalCase,
} from '@millwright/codegen';
import type { Check } from './checks.ts';
import type { Compiler } from './compiler.ts';
import { asksForMode, asksForValue, fill } from './template.ts';

/** Specifiers of what the file imports. */
export interface ValidatorImports {
  readonly runtime: string;
  readonly types: string;
  readonly schemas: string;
}

interface Guard {
  readonly check: Check;
  readonly name: Code;
  readonly text: Code;
}

// Names of the module itself; schemas that want them get a number.
const moduleNames = ['rt', 'types', 'table', 'checks', 'validate', 'explain', 'schemaNames'];

function printGuard(check: Check, name: Code, compiler: Compiler): Code {
  const condition = compiler.conditionOf(check.schema, check.shape);
  const parameter = asksForValue(condition) ? code`value` : code`_value`;
  const mode = asksForMode(condition) ? code`mode: Mode = 'strict'` : code`_mode?: Mode`;
  const test = fill(condition, parameter, code`mode === 'strict'`);
  // A value can be nested deeper than the stack is.
  const body = compiler.isCyclic(check.schema)
    ? code`try {
    return ${test};
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }`
    : code`return ${test};`;
  const result = check.typed ? code`${parameter} is types.${identifier(check.name)}` : code`boolean`;
  const exported = check.typed ? code`export ` : nothing;
  return code`${exported}function ${name}(${parameter}: unknown, ${mode}): ${result} {
  ${body}
}
`;
}

function printApi(guards: readonly Guard[], imports: ValidatorImports): Code {
  const entries = guards.map(({ check, name }) => code`${key(check.name)}: ${name},`);
  return code`const checks: Readonly<Record<string, (value: unknown, mode: Mode) => boolean>> = {
${indent(join(entries, '\n'))}
};

/** Every schema that {@link validate} knows. */
export const schemaNames: readonly string[] = Object.keys(checks);

/**
 * Checks a value by the name of its schema. Nothing found is an empty list at once; what is wrong is worked out by a second
 * pass, which is loaded when it is first needed. Throws a TypeError for a name that the contract does not have.
 */
export function validate(
  name: string,
  value: unknown,
  mode: Mode = 'strict',
): readonly Violation[] | Promise<readonly Violation[]> {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) throw new TypeError(\`the contract has no schema \${JSON.stringify(name)}\`);
  return check(value, mode) ? [] : explain(name, value, mode);
}

async function explain(name: string, value: unknown, mode: Mode): Promise<readonly Violation[]> {
  const { violationsOf } = await import(${stringLiteral(imports.schemas)});
  return violationsOf(name, value, mode);
}
`;
}

/** Text of `validators.ts`: a function per check, and `validate` over all of them. */
export function printValidators(
  header: Code,
  checks: readonly Check[],
  compiler: Compiler,
  imports: ValidatorImports,
): Code {
  const scope = new NameScope(moduleNames);
  const guards = checks.map((check): Guard => {
    const name = identifier(scope.claim(`is${check.typed ? check.name : toPascalCase(check.name)}`));
    return { check, name, text: printGuard(check, name, compiler) };
  });
  const runtime = stringLiteral(imports.runtime);
  const { constants, functions } = compiler.declarationsFor(guards.map(({ text }) => text));
  const parts = [
    constants.length === 0 ? nothing : code`${join(constants, '\n')}\n`,
    ...functions.map((text) => code`${text}\n`),
    ...guards.map(({ text }) => text),
    printApi(guards, imports),
  ].filter((part) => part !== nothing);
  return code`${header}
import type { Mode, ${compiler.usesObjects ? code`ObjectValue, ` : nothing}Violation } from ${runtime};
${compiler.usesRuntime ? code`import * as rt from ${runtime};\n` : nothing}import type * as types from ${stringLiteral(imports.types)};
${compiler.usesTable ? code`import { table } from ${stringLiteral(imports.schemas)};\n` : nothing}
export type { Mode, Violation } from ${runtime};

${join(parts, '\n')}`;
}
