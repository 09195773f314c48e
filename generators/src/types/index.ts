import {
  type Code,
  code,
  type Generator,
  type GeneratorOptions,
  join,
  NameScope,
  nothing,
  toCamelCase,
} from '@millwright/codegen';
import type { Contract, Schema } from '@millwright/contract';
import { printAlias } from './alias.ts';
import { brandKey, brandSupportNames, isBranded, printBrand, printBrandSupport } from './brands.ts';
import { commentOf } from './comments.ts';
import { contractHeader } from './contract-header.ts';
import { isStringEnum, printEnum } from './enums.ts';
import { nameShapes, type Shape } from './shapes.ts';
import { createTypePrinter } from './type-printer.ts';

/** One TypeScript type per named schema, shared by clients and events. */
export const types: Generator = {
  name: 'types',
  description: 'A TypeScript type per schema, with constants for enums and constructors for branded values',
  generate: (contract, options) => [
    [{ path: 'types.ts', content: printTypes(contract, options), sources: contract.documents.map(({ file }) => file) }],
    [],
  ],
};

function printTypes(contract: Contract, options: GeneratorOptions): Code {
  const names = nameShapes(contract);
  const printer = createTypePrinter(contract, options);
  // Constructors are functions of the same module, so their names are chosen after those of the types.
  const scope = new NameScope([...names.named.values(), ...brandSupportNames]);
  const branded: Schema[] = [];
  const declarations: Code[] = [];
  for (const [schema, name] of names.named) {
    if (isBranded(schema)) {
      branded.push(schema);
      declarations.push(code`${commentOf(schema)}${printBrand(schema, name, scope.claim(toCamelCase(name)))}`);
    } else if (isStringEnum(schema))
      declarations.push(code`${commentOf(schema)}${printEnum(schema, name, printer.printDeclared(schema, 'read'))}`);
    else
      declarations.push(
        ...(names.differs(schema) ? (['read', 'write'] as const) : (['read'] as const)).map((shape) =>
          printShape(schema, shape),
        ),
      );
  }
  function printShape(schema: Schema, shape: Shape): Code {
    return code`${commentOf(schema)}${printAlias(names.nameOf(schema, shape) as string, printer.printDeclared(schema, shape))}`;
  }
  const body = declarations.length === 0 ? code`export {};\n` : join(declarations, '\n');
  return code`${contractHeader(contract)}\n${branded.length === 0 ? nothing : code`${brandKey}\n`}${body}${branded.length === 0 ? nothing : printBrandSupport(branded)}`;
}
