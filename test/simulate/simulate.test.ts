import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isQualityBurst, rhythmAt } from '../../cli/src/simulate/plant-rhythm.ts';
import { root, smallApi, workplace } from '../cli/run-cli.ts';

const place = workplace();
const schemas = join(root, 'schemas');

interface Event {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function simulate(...args: readonly string[]): readonly Event[] {
  const { stdout, stderr, status } = place.run(['simulate', schemas, '--quiet', ...args]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

const shiftChange = ['--from', '2026-01-14T13:59:00Z', '--for', '180', '--rate', '3'];
const within = (events: readonly Event[], minute: string): number =>
  events.filter(({ time }) => time.startsWith(minute)).length;

describe('millwright simulate', () => {
  it('gives events that the contract accepts, each with an id of its own, in the order of time', () => {
    const events = simulate(...shiftChange);
    const { status, stdout } = place.run(['validate', '--contract', schemas, '-'], {
      input: events.map((event) => JSON.stringify(event)).join('\n'),
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining(`${events.length}`)]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort());
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15);
  });

  it('is ten times as busy for the minute in which shifts change', () => {
    const events = simulate(...shiftChange);
    const [before, change] = [within(events, '2026-01-14T13:59'), within(events, '2026-01-14T14:00')];
    // 180 and 1,800 are expected; their spread as of a Poisson process is 13 and 42.
    expect(before).toBeGreaterThan(120);
    expect(before).toBeLessThan(240);
    expect(change).toBeGreaterThan(1_600);
    expect(change).toBeLessThan(2_000);
  });

  it('is the same for the same seed, and another for another', () => {
    const short = ['--from', '2026-01-14T10:00:00Z', '--for', '10'];
    expect(simulate(...short)).toEqual(simulate(...short));
    expect(simulate(...short)).not.toEqual(simulate(...short, '--seed', 'other'));
  });

  it('has its rhythm: quiet nights, month ends, and ten minutes of quality trouble a day', () => {
    const at = (text: string): number => rhythmAt(Date.parse(text));
    expect([at('2026-01-14T10:00:00Z'), at('2026-01-14T03:00:00Z'), at('2026-01-31T10:00:00Z')]).toEqual([1, 0.5, 3]);
    expect([at('2026-01-14T06:00:30Z'), at('2026-01-31T22:00:00Z'), at('2026-02-28T06:01:00Z')]).toEqual([10, 30, 3]);
    const start = Date.parse('2026-01-14T00:00:00Z');
    const minutes = Array.from({ length: 1_440 }, (_, index) => isQualityBurst(start + index * 60_000, () => 0.3));
    expect(minutes.filter(Boolean)).toHaveLength(10);
  });

  const wrong: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
    ['a rate of nothing', [schemas, '--rate', '0'], /--rate 0 is no number/],
    ['a time that is none', [schemas, '--from', 'noon'], /--from noon is no time/],
    ['a speed that is none', [schemas, '--speed', '-1'], /--speed -1 is no factor/],
    ['a contract without channels', ['api.yaml'], /no channel/],
  ];
  it.each(wrong)('refuses %s', (_, args, says) => {
    place.write({ 'api.yaml': smallApi });
    const { status, stderr } = place.run(['simulate', ...args]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
