import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffRules } from '@millwright/diff';
import { rules } from '@millwright/lint';
import { describe, expect, it } from 'vitest';
import { explanationOf, explanations, similarCodes } from '../../cli/src/program/explanations.ts';
import { factsPairs } from '../diff/facts-cases.ts';
import { root, workplace } from './run-cli.ts';

const sources = [
  'packages/contract/src',
  'packages/lint/src',
  'packages/diff/src',
  'packages/codegen/src',
  'generators/src',
  'cli/src',
];
/** They list codes and do not print them. */
const lists = /(diagnostic-codes|explanations|rule-examples|diff-examples\/[a-z]+|runtime-source)\.ts$/;

/**
 * Codes in the sources: any literal with the prefix of a command, and whatever stands where a code is given. Codes of changes are
 * put together, so those count that a case shows; test/diff/facts.test.ts compares the cases with what is found.
 */
function printedCodes(): ReadonlySet<string> {
  const codes = new Set(
    factsPairs().flatMap(({ given }) => given.want.map((finding) => finding.split(' ')[1] as string)),
  );
  for (const folder of sources)
    for (const item of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(item.parentPath, item.name);
      if (!item.isFile() || !item.name.endsWith('.ts') || lists.test(path)) continue;
      const text = readFileSync(path, 'utf8');
      for (const [, code] of text.matchAll(
        /['"]((?:contract|lint|diff|generate|validate|store|driver|audit|scaffold)\/[a-z0-9-]+)['"]/g,
      ))
        codes.add(code as string);
      for (const [, code = ''] of text.matchAll(/\bcode:\s*['"`]([a-z-]+\/[a-z0-9-]*(?:\$\{)?)/g))
        codes.add(code.endsWith('/${') ? `${code.slice(0, -2)}*` : code);
    }
  return codes;
}

describe('explain', () => {
  it('explains every code that a command can print, so that nobody meets one without help', () => {
    const printed = printedCodes();
    expect(printed.size).toBeGreaterThan(700);
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

  it('shows for each change what it looks like and what is found', () => {
    for (const { code } of diffRules) {
      const example = explanationOf(code)?.example ?? '';
      expect(example, code).toMatch(/^[-+]/m);
      expect(example, code).toMatch(/\n(error|warning|info): \S/);
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
    expect(similarCodes('diff/request-property-become-required')[0]).toBe('diff/request-property-became-required');
    expect(similarCodes('diff/operaton-removed')[0]).toBe('diff/operation-removed');
    expect(similarCodes('diff/request-max')).toContain('diff/request-max-length-added');
    expect(similarCodes('xyz')).toEqual([]);
  });

  const place = workplace();
  it('takes a rule without its prefix, several codes, and the codes of the AsyncAPI parser', () => {
    const { status, stdout } = place.run(['explain', 'owner-declared', 'asyncapi-parser/asyncapi-schema-v3']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^lint\/owner-declared\n[\s\S]*\n {2}fix {6}\S[\s\S]*\nasyncapi-parser\/\*\n/);
  });

  it('prints the page of a change, and names near codes where there is none', () => {
    const { status, stdout } = place.run(['explain', 'diff/request-property-became-required']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^diff\/request-property-became-required\n {2}Property became required\b/);
    expect(stdout).toMatch(/^ {2}severity by proof$/m);
    expect(stdout).toMatch(/^ {2}\+required: \[a\]$/m);
    expect(stdout).toMatch(/^ {2}proof: \{\} was accepted, is now rejected$/m);
    for (const code of ['diff/', 'diff/*', 'diff/request-property-required']) {
      const run = place.run(['explain', code]);
      expect([code, run.status]).toEqual([code, 2]);
      expect(run.stderr).toMatch(/Did you mean diff\/[a-z-]+, diff\/[a-z-]+/);
    }
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
