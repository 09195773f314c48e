/** A time as an operator reads it, in UTC: `2026-03-02 06:00:00.012Z`; without milliseconds where they say nothing. */
export function timeText(at: number, precision: 'ms' | 's' = 's'): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return `${at}`;
  const text = date.toISOString().replace('T', ' ');
  return precision === 'ms' ? text : text.replace(/\.\d{3}Z$/, 'Z');
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A span in its two largest units: `12 ms`, `3.1 s`, `2 h 5 min`. */
export function spanText(ms: number): string {
  if (ms < 0) return `-${spanText(-ms)}`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const at = units.findIndex(([, size]) => ms >= size);
  const [unit, size] = units[at] as (typeof units)[number];
  const [smaller, smallerSize] = units[at + 1] as (typeof units)[number];
  const rest = Math.floor((ms % size) / smallerSize);
  return `${Math.floor(ms / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smaller}`}`;
}

/** Reads a time of the command line: ISO 8601, a date alone is its midnight in UTC. Undefined when it is none. */
export function parseTime(text: string): number | undefined {
  const match = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  if (match === null) return undefined;
  const iso = text.replace(' ', 'T');
  const at = Date.parse(iso.includes('T') && match[1] === undefined ? `${iso}Z` : iso);
  return Number.isNaN(at) ? undefined : at;
}
