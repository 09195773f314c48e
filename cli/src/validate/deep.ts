import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contract, Diagnostic } from '@millwright/contract';
import { UsageFailure } from '../failure.ts';

const severities = ['error', 'warning', 'info', 'info'] as const;

/** Judges every AsyncAPI document of a contract by the AsyncAPI initiative's own parser. */
export async function judgeByAsyncApiParser(contract: Contract): Promise<readonly Diagnostic[]> {
  const documents = contract.entries.filter(({ kind }) => kind === 'asyncapi').map(({ document }) => document);
  if (documents.length === 0) return [];
  const parser = await loadParser();
  const diagnostics: Diagnostic[] = [];
  for (const document of documents) {
    const path = document.uri.startsWith('file:') ? fileURLToPath(document.uri) : undefined;
    const found = await parser.validate(
      path === undefined ? document.text : readFileSync(path, 'utf8'),
      path === undefined ? {} : { source: path },
    );
    for (const { code, message, severity, range, source, path: at } of found) {
      const file = source === undefined || source === '' ? document.file : relative(process.cwd(), source);
      const level = severities[severity] ?? 'info';
      if (level === 'info') continue;
      diagnostics.push({
        code: `asyncapi-parser/${code}`,
        severity: level,
        message,
        location: { file, line: range.start.line + 1, column: range.start.character + 1, pointer: `/${at.join('/')}` },
        fix: 'See the AsyncAPI specification for this rule.',
      });
    }
  }
  return diagnostics;
}

async function loadParser(): Promise<InstanceType<typeof import('@asyncapi/parser').Parser>> {
  try {
    const { Parser } = await import('@asyncapi/parser');
    return new Parser();
  } catch {
    throw new UsageFailure(
      '--deep needs the package @asyncapi/parser, which is not installed',
      'Install it beside millwright: npm install --save-dev @asyncapi/parser',
    );
  }
}
