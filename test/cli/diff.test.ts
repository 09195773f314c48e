import { roles } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { diffCommand } from '../../cli/src/program/diff.ts';
import { explanationOf } from '../../cli/src/program/explanations.ts';
import { diffPlace, old, schema, stricter, wider } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

describe('millwright diff', () => {
  it('gives tools the JSON they rely on: verdict, version step, both sides, findings with proof and both places', () => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter });
    const result = json('old.yaml', 'new.yaml');
    expect(result).toMatchObject({
      format: 'millwright.diff/1',
      verdict: 'breaking',
      requiredBump: 'major',
      base: { file: 'old.yaml', version: '1.0.0' },
      revision: { file: 'new.yaml', version: '1.1.0' },
    });
    const finding = result.findings.find(({ code }) => code === 'diff/request-max-length-decreased');
    expect(finding).toMatchObject({
      severity: 'error',
      operation: 'POST /orders',
      before: 40,
      after: 20,
      location: { file: 'new.yaml', line: 11, pointer: '/components/schemas/Order/properties/id' },
      was: { file: 'old.yaml', line: 11 },
      proof: { kind: 'witness', acceptedBy: 'base', rejectedBy: 'revision' },
    });
    expect(finding?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(result.findings).toContainEqual(
      expect.objectContaining({ code: 'diff/request-property-became-required', name: 'note' }),
    );
    // Plain JSON Schemas alone are related as a whole.
    expect(result.relation).toBeUndefined();
  });

  it('shows people both excerpts, the value that breaks, why and what to do', () => {
    place.write({ 'old.yaml': old, 'new.yaml': stricter.replace('info:', '\ninfo:') });
    const { stdout, status } = diff('old.yaml', 'new.yaml');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^new\.yaml:12:\d+ error diff\/request-property-became-required$/m);
    expect(stdout).toMatch(/^ {2}12 \| .*required: \[id, note\]/m);
    expect(stdout).toMatch(/^ {2}was {5}old\.yaml:11:\d+\n {2}11 \| /m);
    expect(stdout).toMatch(/^ {2}proof {3}\{"id":.*\} was accepted, is now rejected/m);
    expect(stdout).toMatch(/^ {2}why {5}\S/m);
    expect(stdout).toMatch(/^ {2}fix {5}\S/m);
    expect(stdout).toMatch(/\nBreaking: \d+ errors?.*; the next version is a major one\.\n$/);
  });

  it('is clean when nothing differs, and when only the wording does', () => {
    place.write({ 'old.yaml': old, 'same.yaml': old, 'reworded.yaml': old.replace('title: Orders', 'title: Sales') });
    expect(json('old.yaml', 'same.yaml')).toMatchObject({ verdict: 'none', requiredBump: 'none', findings: [] });
    expect(diff('old.yaml', 'same.yaml').status).toBe(0);
    expect(diff('old.yaml', 'reworded.yaml').status).toBe(0);
  });

  it('fails from the severity on that was asked for', () => {
    place.write({ 'old.yaml': old, 'new.yaml': wider, 'strict.yaml': stricter });
    expect(json('old.yaml', 'new.yaml').verdict).toBe('compatible');
    expect(diff('old.yaml', 'new.yaml').status).toBe(0);
    expect(diff('old.yaml', 'new.yaml', '--fail-on', 'info').status).toBe(1);
    expect(diff('old.yaml', 'strict.yaml', '--fail-on', 'never').status).toBe(0);
  });

  it('says how the values of two JSON Schemas relate, with a value for each way that they differ', () => {
    place.write({
      'short.json': schema('"type":"string","maxLength":3'),
      'long.json': schema('"type":"string","maxLength":5'),
    });
    expect(json('short.json', 'long.json').relation).toMatchObject({
      baseInRevision: true,
      revisionInBase: false,
      witness: { onlyInRevision: expect.stringMatching(/^.{4,5}$/) },
    });
    expect(diff('short.json', 'long.json').stdout).toContain('every value of short.json is one of long.json: yes');
  });

  it('counts what nobody can prove as an error: a gate never hides a break', () => {
    // The same language twice, but with a back-reference, which no automaton covers: there is no witness to find.
    place.write({
      'old.json': schema('"type":"string","pattern":"^(.+)\\\\1$"'),
      'new.json': schema('"type":"string","pattern":"^(?:(.+)\\\\1)$"'),
    });
    const { findings, verdict, requiredBump, relation } = json('old.json', 'new.json');
    expect({ verdict, requiredBump, relation }).toMatchObject({
      verdict: 'unproven',
      requiredBump: 'major',
      relation: { baseInRevision: null, revisionInBase: null },
    });
    expect(findings.map(({ proof }) => proof.kind)).toContain('unproven');
    expect(diff('old.json', 'new.json').status).toBe(1);
    expect(diff('old.json', 'new.json').stdout).toContain('undecided, so it counts as a break');
  });

  it('compares folders, references between files included', () => {
    const item = schema('"type":"object","properties":{"id":{"$ref":"common/id.json"}}');
    place.write({
      'a/item.json': item,
      'a/common/id.json': schema('"type":"string"'),
      'b/item.json': item,
      'b/common/id.json': schema('"type":"integer"'),
    });
    const { verdict, findings } = json('a', 'b');
    expect(verdict).toBe('breaking');
    expect(
      findings.some(({ location, was }) => location.file === 'b/common/id.json' && was?.file === 'a/common/id.json'),
    ).toBe(true);
  });

  it('offers --for every role, though it does not load them', () => {
    expect(diffCommand.flags.find(({ syntax }) => syntax.startsWith('--for '))?.choices).toEqual(roles);
  });

  it('--for leaves only what the role may create, update or consume', () => {
    const governed = (id: string): string =>
      `openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
x-governance: {owner: planning}
paths:
  /orders: {get: {operationId: list, x-governance: {consume: [mes]}, parameters: [{name: q, in: query, schema: ${id}}], responses: {'200': {description: ok}}}}
  /holds: {get: {operationId: holds, x-governance: {consume: [quality]}, parameters: [{name: h, in: query, schema: ${id}}], responses: {'200': {description: ok}}}}
`;
    place.write({
      'old.yaml': governed('{maxLength: 9}'),
      'new.yaml': governed('{maxLength: 8}').replace('1.0.0', '2.0.0'),
    });
    const of = (...args: readonly string[]): readonly (string | undefined)[] =>
      [...new Set(json('old.yaml', 'new.yaml', ...args).findings.map(({ operation }) => operation))].sort();
    expect(of()).toEqual(['GET /holds', 'GET /orders']);
    expect(of('--for', 'mes')).toEqual(['GET /orders']);
    expect(of('--for', 'erp')).toEqual([]);
    expect(diff('old.yaml', 'new.yaml', '--for', 'erp').status).toBe(0);
  });

  it('explains each of its codes by what it is about', () => {
    for (const code of ['request-enum-value-removed', 'response-type-widened', 'operation-removed', 'release-altered'])
      expect(explanationOf(`diff/${code}`)).toMatchObject({ code: `diff/${code}`, law: expect.stringMatching(/\.$/) });
    expect(explanationOf('diff/security-tightened')?.fix).toBe('Keep the alternative until callers have moved.');
  });
});

describe('wrong use of millwright diff', () => {
  const cases: readonly (readonly [what: string, args: readonly string[], status: number, says: RegExp])[] = [
    ['one path alone', ['a.yaml'], 2, /what a\.yaml is compared with/],
    ['three paths', ['a.yaml', 'a.yaml', 'a.yaml'], 2, /Name two/],
    ['a file that is not there', ['a.yaml', 'no.yaml'], 2, /no file or folder no\.yaml/],
    ['a release where there is none', ['release:latest', 'a.yaml'], 2, /millwright release cuts the first one/],
    ['contracts of different kinds', ['a.yaml', 'events.yaml'], 2, /a\.yaml is OpenAPI, events\.yaml is AsyncAPI/],
    ['an unreadable old side', ['broken.yaml', 'a.yaml'], 3, /^broken\.yaml:1:\d+ error contract\/yaml-syntax/],
    ['an unreadable new side', ['a.yaml', 'broken.yaml'], 3, /^broken\.yaml:1:\d+ error contract\/yaml-syntax/],
    ['a role that does not exist', ['a.yaml', 'a.yaml', '--for', 'boss'], 2, /Allowed choices/],
  ];
  for (const [what, args, status, says] of cases)
    it(`${what} is told with what to do`, () => {
      place.write({ 'a.yaml': old, 'broken.yaml': '{' });
      place.write({ 'events.yaml': 'asyncapi: 3.0.0\ninfo: {title: t, version: 1.0.0}\nchannels: {}\n' });
      const run = diff(...args);
      expect(run.stdout + run.stderr).toMatch(says);
      expect(run.stderr).not.toMatch(/\n\s+at /);
      expect(run.status).toBe(status);
    });

  for (const format of ['json', 'markdown', 'html', 'github', 'sarif', 'junit'])
    it(`tells an unreadable contract as ${format}, too`, () => {
      place.write({ 'a.yaml': old, 'broken.yaml': '{' });
      const { status, stdout } = diff('a.yaml', 'broken.yaml', '--format', format);
      expect(status).toBe(3);
      expect(stdout).toContain('contract/yaml-syntax');
    });
});
