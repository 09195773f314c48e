import {
  type Code,
  code,
  comment,
  identifier,
  indent,
  join,
  key,
  literal,
  nothing,
  toCamelCase,
} from '@millwright/codegen';
import { isJsonObject, type Schema } from '@millwright/contract';
import { printAlias } from './alias.ts';

const constantsMax = 1_000;

/** True for a named schema that is nothing but a list of strings: it becomes a type and a constant object of one name. */
export function isStringEnum(schema: Schema): boolean {
  return (
    schema.enum !== undefined &&
    schema.enum.length > 0 &&
    schema.enum.every((value) => typeof value === 'string') &&
    schema.ref === undefined &&
    schema.allOf === undefined &&
    schema.oneOf === undefined &&
    schema.anyOf === undefined &&
    schema.type?.includes('null') !== true
  );
}

/** `export const LotStatus = {...} as const` and the union of its values. Very long lists have the union only. */
export function printEnum(schema: Schema, name: string, union: Code): Code {
  const type = printAlias(name, union);
  const members = [...new Set(schema.enum as readonly string[])];
  if (members.length > constantsMax) return type;
  const descriptions = schema.extensions?.get('x-enumDescriptions');
  const taken = new Set<string>();
  const lines = members.map((member) => {
    const base = toCamelCase(member);
    let constant = base;
    for (let number = 2; taken.has(constant); number += 1) constant = `${base}${number}`;
    taken.add(constant);
    const described =
      isJsonObject(descriptions) && Object.hasOwn(descriptions, member) ? descriptions[member] : undefined;
    return code`${typeof described === 'string' ? comment(described) : nothing}${key(constant)}: ${literal(member)},`;
  });
  return code`export const ${identifier(name)} = {\n${indent(join(lines, '\n'))}\n} as const;\n${type}`;
}
