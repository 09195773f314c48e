import { type Code, code, identifier } from '@millwright/codegen';

// A union over several lines, as the printer writes it, whose first alternative is a name or a literal.
const listed = /^[^\n({[]+\n {2}\| /;

/** `export type Name = ...`; a long union has each alternative on a line of its own. */
export function printAlias(name: string, type: Code): Code {
  const start = code`export type ${identifier(name)} =`;
  return listed.test(type) ? code`${start}\n  | ${type};\n` : code`${start} ${type};\n`;
}
