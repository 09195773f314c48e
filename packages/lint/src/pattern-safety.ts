import { checkSync } from 'recheck';

const verdicts = new Map<string, boolean>();
const timeoutMs = 1_000;

/** True when a pattern is known to need super-linear time on some text. What cannot be decided in time counts as safe. */
export function isVulnerable(source: string): boolean {
  let vulnerable = verdicts.get(source);
  if (vulnerable === undefined) {
    vulnerable = looksRepeated(source) && checkSync(source, 'u', { timeout: timeoutMs }).status === 'vulnerable';
    verdicts.set(source, vulnerable);
  }
  return vulnerable;
}

/** Only repetition can backtrack: a pattern with fewer than two unbounded quantifiers and no group after one is linear when anchored. */
function looksRepeated(source: string): boolean {
  const unbounded =
    source
      .replace(/\\./g, '')
      .replace(/\[[^\]]*\]/g, 'c')
      .match(/[*+]|\{\d+,\d*\}/g) ?? [];
  return unbounded.length > 1 || (unbounded.length === 1 && !source.startsWith('^'));
}
