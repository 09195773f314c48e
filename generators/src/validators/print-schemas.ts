import { type Code, code, indent, join, literal, stringLiteral } from '@millwright/codegen';
import type { Check } from './checks.ts';
import type { SchemaTablePrinter } from './schema-table.ts';

/** Text of `validator-schemas.ts`: the schemas as data, read only when something has to be explained. */
export function printSchemas(
  header: Code,
  checks: readonly Check[],
  table: SchemaTablePrinter,
  runtimePath: string,
): Code {
  const runtime = stringLiteral(runtimePath);
  const roots = checks.map(
    ({ name, schema, shape }) => code`[${stringLiteral(name)}, ${literal(table.indexOf(schema, shape))}],`,
  );
  return code`${header}
import type { Mode, SchemaTable, Violation } from ${runtime};
import { violationsOf as violationsOfNode } from ${runtime};

/** The schemas as data, for the pass that says what is wrong. */
export const table: SchemaTable = ${table.print()};

const roots: ReadonlyMap<string, number> = new Map([
${indent(join(roots, '\n'))}
]);

/** Every way in which a value breaks a schema. Throws a TypeError for a name that the contract does not have. */
export function violationsOf(name: string, value: unknown, mode: Mode): readonly Violation[] {
  const root = roots.get(name);
  if (root === undefined) throw new TypeError(\`the contract has no schema \${JSON.stringify(name)}\`);
  return violationsOfNode(table, root, value, mode);
}
`;
}
