/** How a text or an array is compared, where the contract says more than JSON does. */
export type Kind = 'decimal' | 'instant' | 'set';

/** `010.50` as `10.5`; undefined when it is no decimal. */
export function decimalText(text: string): string | undefined {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '');
  const places = fraction.replace(/0+$/, '');
  const plain = places === '' ? digits : `${digits}.${places}`;
  return plain === '0' ? plain : `${sign}${plain}`;
}

const instant = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * A date-time (RFC 3339) as one text for each instant, with all digits of its second; undefined when it is none, or within a leap
 * second.
 */
export function instantText(text: string): string | undefined {
  const match = instant.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    ...[number, number, number, number, number, number],
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const [, , , , , , , fraction = '', sign, hours, minutes] = match;
  const aheadMinutes = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  const atSecond = date.getTime() / 1_000 + hour * 3_600 + (minute - aheadMinutes) * 60 + second;
  const places = fraction.replace(/0+$/, '');
  return `${atSecond}${places === '' ? '' : `.${places}`}`;
}

/** Which of two versions is the later one; undefined where they do not say. */
export function laterVersion(left: unknown, right: unknown): 'left' | 'right' | 'neither' | undefined {
  const [one, other] = [orderOf(left), orderOf(right)];
  if (one === undefined || other === undefined || typeof one !== typeof other) return undefined;
  if (one === other) return 'neither';
  return one > other ? 'left' : 'right';
}

/** Whole numbers as they are, instants by their second: both kinds have an order. */
function orderOf(version: unknown): bigint | number | undefined {
  if (typeof version === 'bigint') return version;
  if (typeof version === 'number') return Number.isSafeInteger(version) ? BigInt(version) : undefined;
  if (typeof version !== 'string') return undefined;
  if (/^\d{1,30}$/.test(version)) return BigInt(version);
  const text = instantText(version);
  return text === undefined ? undefined : Number(text);
}
