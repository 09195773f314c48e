import type { Contract, NamedSchema, Schema } from '@millwright/contract';
import { isIdentifier, isReserved, toPascalCase } from './identifiers.ts';

/** Names of one module, each given once. */
export class NameScope {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The preferred name, or the same with the lowest free number from 2 on; a reserved word or global gets a `_` first. */
  claim(preferred: string): string {
    const base = isReserved(preferred) || !isIdentifier(preferred) ? `${preferred}_` : preferred;
    let name = base;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${base}${number}`;
    this.#taken.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }
}

/** Compares by UTF-16 code units: the same order on every machine, unlike localeCompare. */
export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Entries of a map in code-unit order of their keys. */
export function sortedEntries<V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] {
  return [...map].sort(([left], [right]) => byCodeUnits(left, right));
}

/** Items in code-unit order of a text taken from each. */
export function sortedBy<T>(items: Iterable<T>, text: (item: T) => string): readonly T[] {
  return [...items]
    .map((item) => [text(item), item] as const)
    .sort(([left], [right]) => byCodeUnits(left, right))
    .map(([, item]) => item);
}

const rolePriority: Readonly<Record<NamedSchema['role'], string>> = {
  component: '0',
  document: '1',
  definition: '2',
  titled: '3',
  reference: '4',
};

/** Type name of every named schema of a contract, in code-unit order of the names. */
export interface SchemaNames {
  readonly byName: ReadonlyMap<string, Schema>;
  /** The type name of a node, or undefined when it is printed in place. */
  readonly nameOf: (schema: Schema) => string | undefined;
}

const namesOfContract = new WeakMap<Contract, SchemaNames>();

/**
 * Gives each named schema a unique PascalCase type name. Who wins a collision depends on role, name, file name and
 * pointer, never on the order of keys in the source. `Input` stays free as a suffix: see the types generator.
 */
export function nameSchemas(contract: Contract): SchemaNames {
  const known = namesOfContract.get(contract);
  if (known !== undefined) return known;
  const scope = new NameScope();
  const bySchema = new Map<Schema, string>();
  const ordered = sortedBy(contract.schemas, (named) =>
    [
      rolePriority[named.role],
      named.name,
      fileName(named.schema.document.uri),
      named.schema.pointer,
      named.schema.document.uri,
    ].join('\u0000'),
  );
  for (const { name, schema } of ordered) {
    if (!bySchema.has(schema)) bySchema.set(schema, scope.claim(toPascalCase(name)));
  }
  const byName = new Map(
    [...bySchema].map(([schema, name]) => [name, schema] as const).sort(([left], [right]) => byCodeUnits(left, right)),
  );
  const names: SchemaNames = { byName, nameOf: (schema) => bySchema.get(schema) };
  namesOfContract.set(contract, names);
  return names;
}

function fileName(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
