import { isJsonObject, type JsonObject, type JsonValue } from '@millwright/contract';
import { type DiffFinding, diff } from '@millwright/diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintsOf } from '../../cli/src/diff/fingerprint.ts';
import { contractOf, type Files, factsPairs } from '../diff/facts-cases.ts';
import { schemaPair } from '../diff/random-schemas.ts';

async function printsOf(before: Files, after: Files): Promise<readonly (readonly [DiffFinding, string])[]> {
  const [base, revision] = [await contractOf(before), await contractOf(after)];
  return [...fingerprintsOf(diff(base, revision).findings, base, revision)];
}

/** The same value with other words in it, and the keys of every object the other way round. */
function retold(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => retold(item as JsonValue));
  if (!isJsonObject(value)) return value;
  const isSchema = typeof value['type'] === 'string' && typeof value['description'] !== 'object';
  const entries = Object.entries(value).map(([name, item]) => [name, retold(item as JsonValue)] as const);
  return Object.fromEntries([...(isSchema ? [['description', 'other words'] as const] : []), ...entries].reverse());
}

describe('fingerprints of one report', () => {
  for (const { file, given, before, after } of factsPairs())
    it(`are different from each other, and do not hear of words and key order: ${file}: ${given.name}`, async () => {
      const prints = (await printsOf(before, after)).map(([, print]) => print);
      expect(new Set(prints).size).toBe(prints.length);
      const again = await printsOf(retold(before as JsonObject) as Files, retold(after as JsonObject) as Files);
      expect(again.map(([, print]) => print).sort()).toEqual([...prints].sort());
    });

  it('are different in random contracts of several files that share names and schemas', async () => {
    const inPlace = schemaPair.filter((pair) => !JSON.stringify(pair).includes('$ref'));
    let same = 0;
    await fc.assert(
      fc.asyncProperty(inPlace, inPlace, async ([a, b], [c, d]) => {
        const files = (left: JsonValue, right: JsonValue): Files => ({
          'one/part.json': { $defs: { A: left, B: { type: 'object', properties: { a: left, b: right } } } },
          'two/part.json': { $defs: { A: left, B: right } },
          'api.json': api(left, right),
        });
        const found = await printsOf(files(a, c), files(b, d));
        expect(new Set(found.map(([, print]) => print)).size).toBe(found.length);
        const places = found.map(([{ code, location }]) => `${code} ${location.pointer}`);
        same += places.length - new Set(places).size;
      }),
      { numRuns: 40, seed: 20_261_124 },
    );
    expect(same).toBeGreaterThan(40);
  }, 120_000);
});

/** Two operations that answer with one component and with schemas of their own. */
function api(left: JsonValue, right: JsonValue): JsonObject {
  const answer = (schema: JsonValue): JsonObject => ({
    responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Orders', version: '1.0.0' },
    components: { schemas: { Shared: left }, responses: { Open: answer(right)['responses'] as JsonObject } },
    paths: {
      '/a': { get: answer({ $ref: '#/components/schemas/Shared' }), post: answer(right) },
      '/b': { get: answer({ $ref: '#/components/schemas/Shared' }), post: answer(left) },
    },
  };
}

describe('a fingerprint', () => {
  it('is never shared, not even by two findings that are the same in everything', async () => {
    const [base, revision] = [
      await contractOf({ 'a.json': { maximum: 2 } }),
      await contractOf({ 'a.json': { maximum: 1 } }),
    ];
    const { findings } = diff(base, revision);
    const twice = [...findings, ...findings.map((finding) => ({ ...finding }))];
    expect(new Set(fingerprintsOf(twice, base, revision).values()).size).toBe(twice.length);
  });

  const schema = (part: JsonObject): Files => ({
    'a.json': { type: 'object', properties: { x: part, y: { type: 'string' } } },
  });
  const printOf = async (before: JsonObject, after: JsonObject, code: string): Promise<string | undefined> =>
    (await printsOf(schema(before), schema(after))).find(([finding]) => finding.code === code)?.[1];

  const changes: readonly (readonly [code: string, before: JsonObject, after: (value: number) => JsonObject])[] = [
    ['request-maximum-decreased', { maximum: 100 }, (maximum) => ({ maximum })],
    ['request-default-added', {}, (value) => ({ default: { title: value } })],
    ['request-not-added', {}, (value) => ({ not: { const: value } })],
    ['request-not-changed', { not: { const: -1 } }, (value) => ({ not: { const: value } })],
    ['request-items-constrained', {}, (value) => ({ items: { properties: { title: { minimum: value } } } })],
    ['request-property-names-added', {}, (value) => ({ propertyNames: { minLength: value } })],
    [
      'request-pattern-properties-changed',
      { patternProperties: { '^a': { minimum: -1 } } },
      (minimum) => ({ patternProperties: { '^a': { minimum } } }),
    ],
    [
      'request-any-of-branch-removed',
      { anyOf: [{ title: 'A', const: 'a' }, { const: 'b' }, { const: 'c' }] },
      () => ({ anyOf: [{ const: 'b' }, { const: 'c' }] }),
    ],
  ];
  for (const [code, before, after] of changes)
    it(`is another for another change at one place: ${code}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), async (one, other) => {
          const [first, second] = [
            await printOf(before, after(one), `diff/${code}`),
            await printOf(before, after(other), `diff/${code}`),
          ];
          expect(first).toMatch(/^[0-9a-f]{16}$/);
          const isSame = JSON.stringify(after(one)) === JSON.stringify(after(other));
          expect(first === second).toBe(isSame);
        }),
        { numRuns: 15, seed: 20_261_124 },
      );
    });

  it('stays when the lines above change, and when another operation comes to what changed', async () => {
    const shared = (paths: readonly string[], maximum: number): Files => ({
      'api.json': {
        openapi: '3.1.0',
        info: { title: 'Orders', version: String(maximum) },
        paths: Object.fromEntries(
          paths.map((path) => [path, { get: { parameters: [{ $ref: '#/components/parameters/p' }], responses: {} } }]),
        ),
        components: { parameters: { p: { name: 'p', in: 'query', schema: { type: 'integer', maximum } } } },
      },
    });
    const print = async (paths: readonly string[]): Promise<string | undefined> =>
      (await printsOf(shared(paths, 9), shared(paths, 8))).find(
        ([{ code }]) => code === 'diff/request-maximum-decreased',
      )?.[1];
    expect(await print(['/a'])).toBeDefined();
    expect(await print(['/0', '/a', '/b'])).toBe(await print(['/a']));
  });
});
