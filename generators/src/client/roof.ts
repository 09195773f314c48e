import {
  byCodeUnits,
  type Code,
  code,
  identifier,
  join,
  nothing,
  stringLiteral,
  toPascalCase,
} from '@millwright/codegen';

/** A name as the joining file exports it: with its domain in front where another domain has the same name. */
function exported(name: string, prefix: string, shared: ReadonlySet<string>): Code {
  if (!shared.has(name)) return identifier(name);
  const upper = name.charAt(0) === name.charAt(0).toUpperCase();
  return code`${identifier(name)} as ${identifier(`${upper ? toPascalCase(prefix) : prefix}${toPascalCase(name)}`)}`;
}

/** `export { ... } from` of one module, in code-unit order of the names. */
export function exportsOf(
  kind: Code,
  names: readonly string[],
  prefix: string,
  shared: ReadonlySet<string>,
  specifier: string,
): Code {
  if (names.length === 0) return nothing;
  const lines = [...names].sort(byCodeUnits).map((name) => code`  ${exported(name, prefix, shared)},`);
  return code`export ${kind}{\n${join(lines, '\n')}\n} from ${stringLiteral(specifier)};\n`;
}
