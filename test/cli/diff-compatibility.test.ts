import { describe, expect, it } from 'vitest';
import { diffPlace } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

const events = (lot: string): string => `asyncapi: 3.0.0
info: {title: Lots, version: 1.0.0}
channels:
  lots: {address: lots, messages: {lot: {$ref: '#/components/messages/lot'}}}
operations:
  lotCreated: {action: send, channel: {$ref: '#/channels/lots'}}
components:
  messages: {lot: {payload: {type: object, required: [id], properties: {id: {type: string, maxLength: ${lot}}}}}}
`;

describe('millwright diff --compatibility', () => {
  // A registry has no idea who sends: the mode decides, not the action of the operation.
  it.each([
    ['40', '20', undefined, 'compatible'],
    ['40', '20', 'BACKWARD', 'breaking'],
    ['40', '20', 'FORWARD', 'compatible'],
    ['40', '20', 'FULL', 'breaking'],
    ['20', '40', undefined, 'breaking'],
    ['20', '40', 'BACKWARD', 'compatible'],
    ['20', '40', 'FORWARD', 'breaking'],
    ['20', '40', 'FULL', 'breaking'],
  ])('of a message that is sent, %s to %s characters by %s: %s', (before, after, mode, verdict) => {
    place.write({ 'old.yaml': events(before), 'new.yaml': events(after) });
    const flags = mode === undefined ? [] : ['--compatibility', mode];
    expect(json('old.yaml', 'new.yaml', ...flags).verdict).toBe(verdict);
  });

  it('a transitive mode finds what is safe after the last release and breaks an earlier one', () => {
    const shape = (id: string): string =>
      `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Lot","type":"object","properties":{"id":${id}}}`;
    const release = (version: string): void => {
      const { status, stderr } = place.run(['release', version, 'contracts']);
      expect(stderr).not.toMatch(/error/);
      expect(status).toBe(0);
    };
    place.write({ 'contracts/lot.json': shape('{"type":"string"}') });
    release('1.0.0');
    // A year later nobody writes ids any more; the year after, they come back as numbers.
    place.write({ 'contracts/lot.json': shape('{"type":"string","maxLength":0}') });
    release('2.0.0');
    place.write({ 'contracts/lot.json': shape('{"type":["string","integer"],"maxLength":10}') });
    const flags = ['release:latest', 'contracts', '--compatibility'];
    expect(diff(...flags, 'BACKWARD').status).toBe(0);
    const result = json(...flags, 'BACKWARD_TRANSITIVE');
    expect(result).toMatchObject({
      verdict: 'breaking',
      compatibility: 'BACKWARD_TRANSITIVE',
      base: { version: '2.0.0' },
      earlier: [{ version: '1.0.0' }],
    });
    const breaks = result.findings.filter(({ severity }) => severity === 'error');
    expect(breaks).toEqual([
      expect.objectContaining({
        code: 'diff/request-max-length-added',
        was: expect.objectContaining({ file: expect.stringContaining('released/1.0.0/') }),
      }),
    ]);
    expect(diff(...flags, 'BACKWARD_TRANSITIVE').stdout).toMatch(/Breaking by BACKWARD_TRANSITIVE: 1 error/);
  });

  it('a transitive mode against a file is told with what to do', () => {
    place.write({ 'old.yaml': events('1'), 'new.yaml': events('2') });
    const { status, stderr } = diff('old.yaml', 'new.yaml', '--compatibility', 'FULL_TRANSITIVE');
    expect(status).toBe(2);
    expect(stderr).toMatch(/every release, and old\.yaml is none[\s\S]*release:latest/);
  });
});
