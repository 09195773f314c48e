import { isJsonObject, joinPointer } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';

export const vocabularyTotal: LintRule = {
  id: 'lint/vocabulary-total',
  severity: 'error',
  law: 'A mapping of a vocabulary covers every code in both directions, and says why where it loses something.',
  why: 'A code without a counterpart stops an order at the border between two systems.',
  fix: 'Map every code of the enum in toSystem and every code of the system in fromSystem; give a reason where loss is not one-to-one.',
  check: ({ contract, report }) => {
    for (const { schema } of contract.schemas) {
      const vocabulary = schema.extensions?.get('x-vocabulary');
      const mappings = isJsonObject(vocabulary) ? vocabulary['mappings'] : undefined;
      if (!isJsonObject(mappings)) continue;
      const own = new Set((schema.enum ?? []).map(String));
      for (const [system, mapping] of Object.entries(mappings)) {
        if (!isJsonObject(mapping)) continue;
        const at = {
          document: schema.document,
          pointer: joinPointer(schema.pointer, 'x-vocabulary', 'mappings', system),
        };
        const codes = new Set(Array.isArray(mapping['codes']) ? mapping['codes'].map(String) : []);
        for (const [table, from, to] of [
          ['toSystem', own, codes],
          ['fromSystem', codes, own],
        ] as const) {
          const entries = isJsonObject(mapping[table]) ? mapping[table] : {};
          for (const code of from)
            if (!Object.hasOwn(entries, code)) report(at, `${system}: ${table} has no entry for ${code}`);
          for (const [code, target] of Object.entries(entries))
            if (!from.has(code) || !to.has(String(target)))
              report(at, `${system}: ${table} maps ${code} to ${String(target)}, and one of them is no code`);
        }
        if (mapping['loss'] !== 'one-to-one' && typeof mapping['reason'] !== 'string')
          report(at, `${system}: the mapping loses something and gives no reason`);
      }
    }
  },
};
