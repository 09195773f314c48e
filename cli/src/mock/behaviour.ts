import { Problem } from './problem.ts';
import type { Chance } from './random.ts';

/** How badly the mock behaves. Rates are between 0 and 1. */
export interface Behaviour {
  readonly delayMs: number;
  readonly failRate: number;
  readonly dropRate: number;
}

/** What happens to one request before it is answered. */
export interface Fate {
  readonly delayMs: number;
  /** Status of a failure in place of the answer. */
  readonly fail?: number;
  /** The connection ends without an answer: `before` anything is done, or `after` it. */
  readonly drop?: 'before' | 'after';
}

/**
 * The header `Mock-Behaviour` decides for its request, such as `delay=200, fail=503` or `drop=after`; without it chance does, by the rates.
 * Throws a {@link Problem} for a header that cannot be read.
 */
export function fateOf(header: string | undefined, behaviour: Behaviour, chance: Chance): Fate {
  if (header === undefined) {
    const { delayMs, failRate, dropRate } = behaviour;
    const drop = chance.next() < dropRate ? ({ drop: chance.next() < 0.5 ? 'before' : 'after' } as const) : {};
    return { delayMs, ...(chance.next() < failRate ? { fail: 503 } : {}), ...drop };
  }
  let fate: Fate = { delayMs: behaviour.delayMs };
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.trim().split('=');
    if (name === 'delay' && /^\d{1,6}$/.test(value)) fate = { ...fate, delayMs: Number(value) };
    else if (name === 'fail' && /^[45]\d\d$/.test(value)) fate = { ...fate, fail: Number(value) };
    else if (name === 'drop' && (value === 'before' || value === 'after')) fate = { ...fate, drop: value };
    else
      throw new Problem(
        400,
        `Mock-Behaviour ${JSON.stringify(part.trim())} is not known; write delay=200, fail=503 or drop=before|after`,
      );
  }
  return fate;
}
