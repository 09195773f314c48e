import { isJsonObject, type JsonObject, type JsonValue, joinPointer, type Schema } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';
import { allSchemas } from '../../schema-walk.ts';

export const vocabularyTotal: LintRule = {
  id: 'lint/vocabulary-total',
  severity: 'error',
  law: 'A mapping of a vocabulary covers every code in both directions, is its own reverse where it claims to be one-to-one, and says why where it loses something.',
  why: 'A code without a counterpart stops an order at the border between two systems.',
  fix: 'Map every code of the enum in toSystem and every code of the system in fromSystem; give a reason where loss is not one-to-one.',
  check: ({ contract, report }) => {
    for (const schema of allSchemas(contract)) {
      const vocabulary = schema.extensions?.get('x-vocabulary');
      const mappings = isJsonObject(vocabulary) ? vocabulary['mappings'] : undefined;
      if (!isJsonObject(mappings)) continue;
      for (const [system, mapping] of Object.entries(mappings)) {
        if (!isJsonObject(mapping)) continue;
        const pointer = joinPointer(schema.pointer, 'x-vocabulary', 'mappings', system);
        for (const fault of [...holesOf(schema, mapping), ...lossesOf(mapping)])
          report({ document: schema.document, pointer }, `${system}: ${fault}`);
      }
    }
  },
};

function tableOf(mapping: JsonObject, name: string): readonly (readonly [from: string, to: string])[] {
  const table = mapping[name];
  return isJsonObject(table) ? Object.entries(table).map(([from, to]) => [from, String(to)]) : [];
}

function holesOf(schema: Schema, mapping: JsonObject): readonly string[] {
  const own = new Set((schema.enum ?? []).map(String));
  const codes = new Set(Array.isArray(mapping['codes']) ? mapping['codes'].map(String) : []);
  return (
    [
      ['toSystem', own, codes],
      ['fromSystem', codes, own],
    ] as const
  ).flatMap(([table, from, to]) => {
    const entries = tableOf(mapping, table);
    const mapped = new Set(entries.map(([code]) => code));
    return [
      ...[...from].filter((code) => !mapped.has(code)).map((code) => `${table} has no entry for ${code}`),
      ...entries
        .filter(([code, target]) => !from.has(code) || !to.has(target))
        .map(([code, target]) => `${table} maps ${code} to ${target}, and one of them is no code`),
    ];
  });
}

function lossesOf(mapping: JsonObject): readonly string[] {
  const { loss, reason } = mapping as { readonly loss?: JsonValue; readonly reason?: JsonValue };
  if (loss !== 'one-to-one')
    return typeof reason === 'string' && reason.trim() !== ''
      ? []
      : ['the mapping loses something and gives no reason'];
  const back = new Map(tableOf(mapping, 'fromSystem'));
  const forth = new Map(tableOf(mapping, 'toSystem'));
  return [
    ...[...forth].map((pair) => [pair, back] as const),
    ...[...back].map((pair) => [pair, forth] as const),
  ].flatMap(([[code, target], reverse]) => {
    const returned = reverse.get(target);
    return returned === undefined || returned === code
      ? []
      : [`${code} becomes ${target}, which becomes ${returned}: that is not one-to-one`];
  });
}
