import { compareContracts } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { policy } from '../../packages/diff/src/judge/policy.ts';
import { contractOf, factsPairs } from './facts-cases.ts';
import { mirrored, mirrorOf, worded } from './mirrors.ts';

/** Kinds whose mirror has another name, and kinds that need none. */
const reasons: Readonly<Record<string, string>> = {
  'request parameter-removed':
    'Whether a parameter that goes was required makes no difference to the application, which no longer reads it; whether one that comes is required does: required-parameter-added and optional-parameter-added.',
  'request required-parameter-added': 'Mirror of parameter-removed.',
  'request optional-parameter-added': 'Mirror of parameter-removed.',
  'security-tightened':
    'Mirror of security-alternative-added: an alternative is what callers may do, losing one is the break.',
  'security-alternative-added': 'Mirror of security-tightened.',
  'version-not-bumped': 'A version that rises is what should happen, and is no finding.',
  'version-decreased': 'A version that rises is what should happen, and is no finding.',
};

/** Kinds that can be on one side of the wire only. */
const oneSided: Readonly<Record<string, string>> = {
  'request parameter-removed':
    'On the side that sends, the demand counts: required-parameter-removed and optional-parameter-removed.',
  'send required-parameter-removed': 'On the side that takes, the demand does not count: parameter-removed.',
  'send optional-parameter-removed': 'On the side that takes, the demand does not count: parameter-removed.',
};

const split = (key: string): readonly [direction: string, kind: string] => {
  const [direction, kind] = key.split(' ');
  return kind === undefined ? ['', key] : [direction as string, kind];
};

const sides = { request: 'in', receive: 'in', response: 'out', send: 'out' } as const;

describe('the table of kinds is symmetrical', () => {
  const keys = Object.keys(policy);

  it('what can happen can be undone, and both have a verdict, or there is a reason', () => {
    const alone = keys.filter((key) => {
      const [direction, kind] = split(key);
      const mirror = mirrorOf(kind);
      return !(`${direction} ${mirror}`.trim() in policy && mirror !== '');
    });
    const plain = alone.filter(
      (key) => !/-sunset$/.test(key) || !(key.replace(/-removed-\w+-sunset$/, '-removed') in reasons),
    );
    expect(plain.filter((key) => !(key in reasons))).toEqual([]);
    expect(Object.keys(reasons).filter((key) => !alone.includes(key))).toEqual([]);
  });

  it('what travels one way can travel the other way, or there is a reason', () => {
    const found = new Map<string, Set<string>>();
    for (const key of keys) {
      const [direction, kind] = split(key);
      if (direction === '') continue;
      const side = sides[direction as keyof typeof sides];
      found.set(kind, (found.get(kind) ?? new Set()).add(side));
    }
    const alone = keys.filter((key) => found.get(split(key)[1])?.size === 1);
    expect(alone.filter((key) => !(key.replace(/-(without|before|after)-sunset$/, '') in oneSided))).toEqual([]);
    expect(Object.keys(oneSided).filter((key) => !alone.includes(key))).toEqual([]);
  });

  it('what breaks has a reason and a remedy, and what is safe asks for nothing', () => {
    for (const [key, { severity, breaks, why, fix }] of Object.entries(policy)) {
      expect([key, why === undefined, fix === undefined]).toEqual([key, severity === 'info', severity === 'info']);
      if (severity === 'info') expect([key, breaks]).toEqual([key, 'nothing']);
      if (severity === 'error') expect([key, breaks]).not.toEqual([key, 'nothing']);
    }
  });

  it('what goes is announced in four ways, wherever one of them is known', () => {
    const announced = new Set(
      keys.flatMap((key) =>
        /^(.*-removed)-\w+-sunset$/.exec(key)?.[1] === undefined ? [] : [key.replace(/-\w+-sunset$/, '')],
      ),
    );
    for (const key of announced)
      for (const end of ['', '-without-sunset', '-before-sunset', '-after-sunset'])
        expect(keys).toContain(`${key}${end}`);
  });
});

describe('facts are symmetrical', () => {
  for (const { file, given, before, after } of factsPairs())
    it(`${file}: ${given.name}`, async () => {
      const [base, revision] = [await contractOf(before), await contractOf(after)];
      const kinds = (left: typeof base, right: typeof base): readonly string[] =>
        compareContracts(left, right)
          .changes.map(({ kind }) => kind)
          .filter((kind) => !kind.startsWith('version-'));
      const forth = kinds(base, revision).map(mirrored).sort();
      const back = kinds(revision, base).map(worded).sort();
      expect(forth).toEqual(back);
    });
});
