import { expect, it } from 'vitest';
import { fateOf } from '../../cli/src/mock/behaviour.ts';
import { chanceOf } from '../../cli/src/mock/random.ts';

const calm = { delayMs: 0, failRate: 0, dropRate: 0 };

it('fails and drops as often as it is told to, half of what is dropped after the work was done', () => {
  const chance = chanceOf('seed');
  const fates = Array.from({ length: 10_000 }, () =>
    fateOf(undefined, { delayMs: 5, failRate: 0.2, dropRate: 0.1 }, chance),
  );
  const share = (isOne: (fate: (typeof fates)[number]) => boolean): number => fates.filter(isOne).length / fates.length;
  // Bounds of five standard deviations.
  expect(Math.abs(share(({ fail }) => fail === 503) - 0.2)).toBeLessThan(0.02);
  expect(Math.abs(share(({ drop }) => drop !== undefined) - 0.1)).toBeLessThan(0.015);
  expect(Math.abs(share(({ drop }) => drop === 'after') - 0.05)).toBeLessThan(0.011);
  expect(share(({ delayMs }) => delayMs === 5)).toBe(1);
});

it('does nothing of it unless it is told to', () => {
  const chance = chanceOf('seed');
  const fates = Array.from({ length: 1_000 }, () => fateOf(undefined, calm, chance));
  expect(new Set(fates.map((fate) => JSON.stringify(fate)))).toEqual(new Set(['{"delayMs":0}']));
});

it('lets one request decide for itself', () => {
  const fate = (header: string) => fateOf(header, { delayMs: 7, failRate: 1, dropRate: 1 }, chanceOf('seed'));
  expect(fate('delay=200, fail=404')).toEqual({ delayMs: 200, fail: 404 });
  expect(fate('drop=before')).toEqual({ delayMs: 7, drop: 'before' });
  for (const header of ['', 'delay=-1', 'delay=1e9', 'fail=200', 'drop=never', 'delay'])
    expect(() => fate(header), header).toThrow('is not known');
});
