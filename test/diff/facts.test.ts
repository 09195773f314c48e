import type { JsonValue } from '@millwright/contract';
import { compareContracts, type DiffFinding, diff, diffRules } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { contractOf, factsPairs } from './facts-cases.ts';

const pairs = factsPairs();
const shown = ({ severity, code, proof }: DiffFinding): string => `${severity} ${code} ${proof.kind}`;

describe('what is different between two contracts, each kind with its judgement', () => {
  for (const { file, given, before, after } of pairs)
    it(`${file}: ${given.name}`, async () => {
      const { findings } = diff(await contractOf(before), await contractOf(after));
      expect(findings.map(shown).sort()).toEqual([...given.want].sort());
      // A reader is told what is meant: every gap of the sentence was filled.
      for (const { message } of findings)
        expect(message).not.toMatch(/undefined|\{(name|before|after|operation)\}|(?<![\w"])null(?![\w"])/);
    });

  it('every code has a case, so that its sentence and its severity were seen once, and every case has codes that exist', () => {
    const seen = new Set(pairs.flatMap(({ given }) => given.want.map((finding) => finding.split(' ')[1] as string)));
    expect(diffRules.map(({ code }) => code).sort()).toEqual([...seen].sort());
  });

  it('what is found is judged as its rule says', async () => {
    const rules = new Map(diffRules.map((rule) => [rule.code, rule]));
    for (const { before, after } of pairs)
      for (const { code, severity, proof, why, fix } of diff(await contractOf(before), await contractOf(after))
        .findings) {
        const rule = rules.get(code);
        expect([code, rule?.severity === 'proof']).toEqual([code, proof.kind !== 'structural']);
        if (rule?.severity !== 'proof' && rule?.severity !== 'use')
          expect([code, severity]).toEqual([code, rule?.severity]);
        if (severity !== 'info') expect([code, why, fix]).toEqual([code, rule?.why, rule?.fix]);
      }
  });

  it('a contract compared with itself has no changes', async () => {
    for (const { before, after } of pairs)
      for (const files of [before, after])
        expect(compareContracts(await contractOf(files), await contractOf(files)).changes).toEqual([]);
  });
});

describe('what several operations share', () => {
  const paths = (parameter: object, value: object) => ({
    'contract.json': {
      openapi: '3.1.0',
      info: { title: 'Orders', version: '1.0.0' },
      components: {
        parameters: { limit: { name: 'limit', in: 'query', schema: { type: 'integer' }, ...parameter } },
        schemas: { Status: { type: 'string', ...value } },
      },
      paths: Object.fromEntries(
        ['/a', '/b'].map((path) => [
          path,
          {
            get: {
              parameters: [{ $ref: '#/components/parameters/limit' }],
              responses: {
                200: {
                  description: 'ok',
                  content: { 'application/json': { schema: { $ref: '#/components/schemas/Status' } } },
                },
              },
            },
          },
        ]),
      ),
    },
  });

  it('is told once with all of them, be it a parameter or a schema', async () => {
    const { changes } = compareContracts(
      await contractOf(paths({}, { 'x-extensible-enum': ['a'] })),
      await contractOf(paths({ required: true }, { 'x-extensible-enum': ['a', 'b'] })),
    );
    expect(changes.map(({ kind, operations }) => [kind, operations])).toEqual([
      ['extensible-value-added', ['GET /a', 'GET /b']],
      ['parameter-became-required', ['GET /a', 'GET /b']],
      ['version-not-bumped', undefined],
    ]);
  });
});

describe('a security scheme that changes', () => {
  it('names the operations that can be called with it', async () => {
    const secured = (name: string) => ({
      'contract.json': {
        openapi: '3.1.0',
        info: { title: 'Orders', version: '1.0.0' },
        components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name } } },
        paths: { '/a': { get: { security: [{ key: [] }], responses: {} } }, '/b': { get: { responses: {} } } },
      },
    });
    const { changes } = compareContracts(await contractOf(secured('X-Old')), await contractOf(secured('X-New')));
    expect(changes.find(({ kind }) => kind === 'security-name-changed')?.operations).toEqual(['GET /a']);
  });
});

describe('a demand of the whole document that changes', () => {
  it('is told once with the operations that say nothing of their own', async () => {
    const secured = (scheme: string) => ({
      'contract.json': {
        openapi: '3.1.0',
        info: { title: 'Orders', version: '1.0.0' },
        security: [{ [scheme]: [] }],
        components: {
          securitySchemes: { a: { type: 'http', scheme: 'basic' }, b: { type: 'http', scheme: 'bearer' } },
        },
        paths: {
          '/a': { get: { responses: {} } },
          '/b': { get: { responses: {} } },
          '/c': { get: { security: [{ a: [] }], responses: {} } },
        },
      },
    });
    const { changes } = compareContracts(await contractOf(secured('a')), await contractOf(secured('b')));
    expect(changes.find(({ kind }) => kind === 'security-tightened')?.operations).toEqual(['GET /a', 'GET /b']);
    expect(changes.filter(({ kind }) => kind === 'security-tightened')).toHaveLength(1);
  });
});

describe('several files that hold the same', () => {
  const file = (kind: string, scheme: string) => ({
    openapi: '3.1.0',
    info: { title: kind, version: '1.0.0' },
    security: [{ [scheme]: [] }],
    components: { securitySchemes: { [scheme]: { type: 'apiKey', in: 'header', name: kind } } },
    paths: { '/health': { get: { summary: kind, responses: {} } } },
  });

  it('are compared file by file, in whatever order they are named', async () => {
    const [a, b] = [file('A', 'key'), file('B', 'key')];
    const { changes } = compareContracts(
      await contractOf({ 'a.json': a, 'b.json': b }),
      await contractOf({ 'b.json': b, 'a.json': file('A', 'renamed') }),
    );
    expect(changes.map(({ kind, name }) => `${kind} ${name ?? ''}`)).toEqual([
      'security-scheme-renamed renamed',
      'version-not-bumped ',
    ]);
  });
});

/** The same value with the keys of every object the other way round. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => turned(item as JsonValue));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, turned(item as JsonValue)]),
  );
}

describe('the order of keys in the source', () => {
  for (const { file, given, before, after } of pairs)
    it(`leaves no trace in ${file}: ${given.name}`, async () => {
      const told = async (left: typeof before, right: typeof after) =>
        diff(await contractOf(left), await contractOf(right)).findings.map(({ location, was, proof, ...finding }) => ({
          ...finding,
          pointer: location.pointer,
          was: was?.pointer,
          proof: proof.kind,
        }));
      const given = await told(before, after);
      expect(await told(turned(before) as typeof before, turned(after) as typeof after)).toEqual(given);
    });
});
