import { type Code, code, identifier, join, sortedBy } from '@millwright/codegen';
import type { Schema } from '@millwright/contract';

/** What prints schemas, with the names that it used. */
export interface SchemaPrinter {
  readonly print: (schema: Schema, shape: 'read' | 'write') => Code;
  readonly imported: ReadonlySet<string>;
}

/** What prints types in one module, and notes what the module has to import. */
export interface Printing {
  readonly print: (schema: Schema, shape: 'read' | 'write') => Code;
  /** A type of the runtime, under another name where a schema of the contract has that name. */
  readonly runtime: (name: string) => Code;
  /** The import specifiers of the types that were used. */
  readonly specifiers: () => Code;
}

/** Makes the printing of one module; `taken` are the type names of the contract. */
export function createPrinting(printer: SchemaPrinter, taken: ReadonlySet<string>): Printing {
  const used = new Map<string, Code>();
  const localName = (name: string): Code => {
    let local = name;
    while (taken.has(local)) local = `Runtime${local}`;
    return identifier(local);
  };
  const runtime = (name: string): Code => {
    const local = used.get(name) ?? localName(name);
    used.set(name, local);
    return local;
  };
  const specifiers = (): Code => {
    const names = sortedBy(used, ([name]) => name).map(([name, local]) =>
      local === name ? local : code`${identifier(name)} as ${local}`,
    );
    return join(names, ', ');
  };
  return { print: (schema, shape) => printer.print(schema, shape), runtime, specifiers };
}
