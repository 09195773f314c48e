import type { Trail } from './loss.ts';
import { MesError } from './mes-error.ts';

const fractionDigitsMax = 9;
const integerDigitsMax = 15;
/** Digits that a binary double carries without change (IEEE 754). */
const doubleDigitsMax = 15;

/**
 * Exact canonical decimal of a text of xsd:decimal, or of a number of a JSON document. Throws `mes/lossy-conversion` where digits
 * would have to be dropped, where a number of JSON has more digits than a double can hold, and for what is no amount.
 */
export function readDecimal(value: unknown, pointer: string, trail: Trail): string {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const match = /^\+?([0-9]*)(?:\.([0-9]*))?$/.exec(text);
  const whole = match?.[1] ?? '';
  const fraction = match?.[2] ?? '';
  const fail = (why: string, fix: string): never => {
    throw new MesError(
      'mes/lossy-conversion',
      `the amount ${JSON.stringify(value)} ${why}`,
      { key: trail.key, pointer },
      fix,
    );
  };
  if (match === null || whole + fraction === '')
    return fail('is no decimal of zero or more', 'Send digits with a point, without an exponent, as text.');
  const integer = whole.replace(/^0+(?=[0-9])/, '') || '0';
  if (typeof value === 'number' && (integer + fraction).length > doubleDigitsMax)
    return fail('is a number that a double cannot hold exactly', 'Send it as text.');
  if (integer.length > integerDigitsMax) return fail(`has over ${integerDigitsMax} digits`, 'Use a larger unit.');
  const kept = fraction.slice(0, fractionDigitsMax);
  if (/[1-9]/.test(fraction.slice(fractionDigitsMax)))
    return fail(
      `has over ${fractionDigitsMax} digits after the point`,
      'Use a smaller unit, or round where it is measured.',
    );
  return kept === '' ? integer : `${integer}.${kept}`;
}

const scale = 10n ** BigInt(fractionDigitsMax);

function scaled(value: string): bigint {
  const [integer = '0', fraction = ''] = value.split('.');
  return BigInt(integer) * scale + BigInt(fraction.padEnd(fractionDigitsMax, '0'));
}

/** Negative, 0 or positive, as the first is smaller, equal or larger; exact. */
export function compareDecimals(left: string, right: string): number {
  const [first, second] = [scaled(left), scaled(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Exact sum of canonical decimals. */
export function sumDecimals(values: readonly string[]): string {
  const total = values.reduce((sum, value) => sum + scaled(value), 0n);
  const fraction = String(total % scale)
    .padStart(fractionDigitsMax, '0')
    .replace(/0+$/, '');
  return `${total / scale}${fraction === '' ? '' : `.${fraction}`}`;
}
