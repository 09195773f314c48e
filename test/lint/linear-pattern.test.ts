import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEvidentlyLinear } from '../../packages/lint/src/linear-pattern.ts';

const { checkSync } = createRequire(new URL('../../packages/lint/package.json', import.meta.url))('recheck');

describe('isEvidentlyLinear', () => {
  it.each([
    '^[A-Za-z0-9._/-]+$',
    String.raw`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$`,
    String.raw`^[0-9]+\.[0-9]+\.[0-9]+$`,
    String.raw`^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$`,
    '^[0-9a-f]{2}-[0-9a-f]{32}$',
    '^(https|sftp|s3)://[^@]*$',
    '^(?:draft|active)$',
    String.raw`^\d{4}-\d{2}-\d{2}T[^\s]+$`,
  ])('knows that %s is', (source) => {
    expect(isEvidentlyLinear(source)).toBe(true);
  });

  it.each([
    ['^([a-z]+)+$', 'a loop in a loop'],
    ['^(a|aa)+$', 'alternatives that begin alike in a loop'],
    ['^(a|a)*$', 'equal alternatives in a loop'],
    ['^[a-z]+[a-f]+$', 'two loops that overlap'],
    ['^(a?){9}$', 'a loop over nothing'],
    ['[a-z]+$', 'no anchor'],
    ['^a|b+$', 'an anchor for one alternative only'],
    [String.raw`^(a+)\1$`, 'a reference back'],
    ['^(?=a+)a+$', 'look-ahead'],
    ['^a*?b$', 'a lazy loop'],
    [String.raw`^[\p{L}]+[a-z]+$`, 'classes that it does not know'],
  ])('says nothing of %s: %s', (source) => {
    expect(isEvidentlyLinear(source)).toBe(false);
  });

  it('never knows better than a real checker', { timeout: 60_000 }, () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', String.raw`\d`, '0');
    const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
      part: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        atom,
        fc
          .tuple(tie('part'), fc.constantFrom('*', '+', '?', '{2}', '{0,3}'))
          .map(([part, often]) => `(${part})${often}`),
        fc.tuple(tie('part'), tie('part')).map(([left, right]) => `(${left}|${right})`),
        fc.tuple(tie('part'), tie('part')).map(([left, right]) => left + right),
      ),
      pattern: tie('part').map((part) => `^${part}$`),
    }));
    fc.assert(
      fc.property(pattern, (source) => {
        fc.pre(isEvidentlyLinear(source));
        expect(checkSync(source, 'u', { timeout: 2_000 }).status, source).not.toBe('vulnerable');
      }),
      { numRuns: 200 },
    );
  });
});
