import {
  byCodeUnits,
  type Code,
  checkGeneratedPath,
  code,
  type Generator,
  identifier,
  join,
  literal,
  NameScope,
  sortedBy,
  toCamelCase,
} from '@millwright/codegen';
import { type Contract, isJsonObject, type JsonObject, type JsonValue, type Schema } from '@millwright/contract';
import { contractHeader } from '../types/contract-header.ts';
import { nameShapes } from '../types/shapes.ts';

/** What a program needs of a mapping; the list of codes is told by the keys of `fromSystem`. */
const members = ['system', 'field', 'plantId', 'toSystem', 'fromSystem', 'loss', 'reason'] as const;

/** How the codes of a vocabulary are said in other systems, as constants: no second table is kept by hand beside `x-vocabulary`. */
export const vocabularies: Generator = {
  name: 'vocabularies',
  description: 'The mappings of x-vocabulary as constants, one per code list, for adapters',
  generate: (contract) => {
    const mapped = mappedOf(contract);
    if (mapped.length === 0) return [[], []];
    const content = code`${contractHeader(contract)}\n${join(printAll(mapped), '\n')}`;
    const sources = contract.documents.map(({ file }) => file);
    return [[{ path: checkGeneratedPath('vocabularies.ts'), content, sources }], []];
  },
};

type Mapped = readonly [name: string, mappings: JsonObject];

function mappedOf(contract: Contract): readonly Mapped[] {
  const mapped = [...nameShapes(contract).named].flatMap(([schema, name]): readonly Mapped[] => {
    const mappings = mappingsOf(schema);
    return mappings === undefined ? [] : [[name, mappings]];
  });
  return sortedBy(mapped, ([name]) => name);
}

function mappingsOf(schema: Schema): JsonObject | undefined {
  const vocabulary = schema.extensions?.get('x-vocabulary');
  const mappings = isJsonObject(vocabulary) ? vocabulary['mappings'] : undefined;
  return isJsonObject(mappings) ? mappings : undefined;
}

function printAll(mapped: readonly Mapped[]): readonly Code[] {
  const scope = new NameScope([]);
  return mapped.map(([name, mappings]) => {
    const constant = identifier(scope.claim(`${toCamelCase(name)}Mappings`));
    return code`/** ${identifier(name)} in other systems. */\nexport const ${constant} = ${literal(pick(mappings))} as const;\n`;
  });
}

function pick(mappings: JsonObject): JsonValue {
  return Object.fromEntries(
    Object.entries(mappings)
      .filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]))
      .sort(([left], [right]) => byCodeUnits(left, right))
      .map(([system, mapping]) => [
        system,
        Object.fromEntries(
          members.flatMap((member) => {
            const value = mapping[member];
            return value === undefined ? [] : [[member, value]];
          }),
        ),
      ]),
  );
}
