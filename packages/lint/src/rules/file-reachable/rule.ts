import { type Contract, isJsonObject, type SourceDocument } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { exchangedSchemas, reachableFrom } from '../../schema-walk.ts';

export const fileReachable: LintRule = {
  id: 'lint/file-reachable',
  severity: 'warning',
  law: 'Beside governed APIs and events every governed schema file is reached by one of them, unless it is a vocabulary or is exchanged in batches only.',
  why: 'What no interface carries is reviewed and versioned for nothing, or an interface was forgotten.',
  fix: 'Refer to it from an API or event, set its pattern to batch, or remove it.',
  check: ({ contract, report }) => {
    if (!contract.entries.some((entry) => entry.kind !== 'jsonschema' && isGovernedEntry(entry))) return;
    const reached = new Set([...reachableFrom(rootsOf(contract))].map(({ document }) => document));
    for (const entry of contract.entries)
      if (
        entry.kind === 'jsonschema' &&
        isGovernedEntry(entry) &&
        !reached.has(entry.document) &&
        !isExcused(entry.document, entry.governance.pattern)
      )
        report(entry, `No API or event reaches ${entry.title}`);
  },
};

/** Interfaces reach what they exchange; objects of batches reach what they are made of. */
function rootsOf(contract: Contract): ReturnType<typeof exchangedSchemas> {
  const batches = new Set(
    contract.entries.filter(({ governance }) => isBatch(governance.pattern)).map(({ document }) => document),
  );
  return [
    ...exchangedSchemas(contract),
    ...contract.schemas
      .filter(({ schema, role }) => role === 'document' && batches.has(schema.document))
      .map(({ schema }) => schema),
  ];
}

function isBatch(pattern: readonly string[] | undefined): boolean {
  return pattern !== undefined && pattern.length > 0 && pattern.every((name) => name === 'batch');
}

function isExcused({ value }: SourceDocument, pattern: readonly string[] | undefined): boolean {
  return isBatch(pattern) || (isJsonObject(value) && value['x-vocabulary'] !== undefined);
}
