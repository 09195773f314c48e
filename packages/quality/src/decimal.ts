/** Digits after the point that a Decimal of the contracts may have (schemas/common/quantity.yaml). */
const fractionDigits = 9;
const pattern = /^(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,9}))?$/;

/** One in the scaled integers that `scaled` returns. */
export const scaledOne = 10n ** BigInt(fractionDigits);

/** The decimal as an integer number of billionths, which is exact; undefined when the text is no Decimal of the contracts. */
export function scaled(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = pattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const magnitude = BigInt(whole + fraction.padEnd(fractionDigits, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** Smallest integer that is not below the quotient of two integers, the divisor being positive and the dividend not negative. */
export function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
