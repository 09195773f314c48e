import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '@millwright/lint';
import { describe, expect, it } from 'vitest';
import { explanationOf, explanations, similarCodes } from '../../cli/src/program/explanations.ts';
import { root, workplace } from './run-cli.ts';

const sources = ['packages/contract/src', 'packages/lint/src', 'packages/codegen/src', 'generators/src', 'cli/src'];
/** They list codes and do not print them. */
const lists = /(diagnostic-codes|explanations|rule-examples|runtime-source)\.ts$/;

/** Codes in the sources: any literal with the prefix of a command, and whatever stands where a code is given. */
function printedCodes(): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const folder of sources)
    for (const item of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!item.isFile() || !item.name.endsWith('.ts') || lists.test(item.name)) continue;
      const text = readFileSync(join(item.parentPath, item.name), 'utf8');
      for (const [, code] of text.matchAll(/['"]((?:contract|lint|generate|validate)\/[a-z0-9-]+)['"]/g))
        codes.add(code as string);
      for (const [, code = ''] of text.matchAll(/\bcode:\s*['"`]([a-z-]+\/[a-z0-9-]*(?:\$\{)?)/g))
        codes.add(code.endsWith('/${') ? `${code.slice(0, -2)}*` : code);
    }
  return codes;
}

describe('explain', () => {
  it('explains every code that a command can print, so that nobody meets one without help', () => {
    const printed = printedCodes();
    expect(printed.size).toBeGreaterThan(90);
    expect([...printed].filter((code) => explanationOf(code) === undefined)).toEqual([]);
  });

  it('explains no code that nothing prints: a reader would look for it in vain', () => {
    const printed = printedCodes();
    expect(explanations.map(({ code }) => code).filter((code) => !printed.has(code))).toEqual([]);
  });

  it('shows for each rule the smallest contract that breaks it and where', () => {
    for (const { id } of rules) {
      const example = explanationOf(id)?.example ?? '';
      expect(example, id).toMatch(/\n\S+:\d+:\d+ \S/);
      expect(example.split('\n')[0], id).toMatch(/\.(yaml|json)$/);
    }
  });

  it('says in each explanation what to do', () => {
    for (const { code, law, fix } of explanations) {
      expect(law, code).toMatch(/^.{10,}\.$/s);
      expect(fix.length, code).toBeGreaterThan(5);
    }
  });

  it('finds the code behind a slip of the pen, the nearest first', () => {
    expect(similarCodes('lint/state-sound')[0]).toBe('lint/states-sound');
    expect(similarCodes('lint/operation-owner-declared')[0]).toBe('lint/owner-declared');
    expect(similarCodes('xyz')).toEqual([]);
  });

  const place = workplace();
  it('takes a rule without its prefix, several codes, and the codes of the AsyncAPI parser', () => {
    const { status, stdout } = place.run(['explain', 'owner-declared', 'asyncapi-parser/asyncapi-schema-v3']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^lint\/owner-declared\n[\s\S]*\n {2}fix {6}\S[\s\S]*\nasyncapi-parser\/\*\n/);
  });

  it('gives all codes as JSON', () => {
    const { codes, format } = JSON.parse(place.run(['explain', '--format', 'json']).stdout) as {
      readonly format: string;
      readonly codes: readonly { readonly code: string }[];
    };
    expect(format).toBe('millwright.explain/1');
    expect(codes.map(({ code }) => code)).toEqual(explanations.map(({ code }) => code));
  });
});
