/** Digits that a binary double carries without change (IEEE 754). */
const doubleDigitsMax = 15;

/** The float of Odoo for a canonical decimal; undefined where digits would be lost. */
export function toFloat(decimal: string, digits: number): number | undefined {
  const [integer = '', fraction = ''] = decimal.replace('-', '').split('.');
  const kept = fraction.replace(/0+$/, '');
  const significant = `${integer}${kept}`.replace(/^0+/, '');
  return kept.length > digits || significant.length > doubleDigitsMax ? undefined : Number(decimal);
}

/** The canonical decimal of a float, rounded to the digits that Odoo keeps; undefined where it holds more than noise behind them. */
export function toDecimal(float: number, digits: number): string | undefined {
  const text = float.toFixed(digits);
  const rounded = Number(text);
  if (!Number.isFinite(float) || Math.abs(float - rounded) > Math.abs(float) * 1e-12 || Math.abs(float) >= 1e15)
    return undefined;
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

/** The same amount in its shortest spelling. */
export function shortest(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
