import { createRequire } from 'node:module';
import { isEvidentlyLinear } from './linear-pattern.ts';

const verdicts = new Map<string, boolean>();
const timeoutMs = 1_000;
const choicesMax = 10;
// Loading it takes longer than all other rules together, and most patterns need no more than a look.
const load = createRequire(import.meta.url);

/** True when a pattern is known to need super-linear time on some text. What cannot be decided in time counts as safe. */
export function isVulnerable(source: string): boolean {
  let vulnerable = verdicts.get(source);
  if (vulnerable === undefined) {
    vulnerable = !isRepetitionFree(source) && !isEvidentlyLinear(source) && isFoundVulnerable(source);
    verdicts.set(source, vulnerable);
  }
  return vulnerable;
}

/**
 * Without repetition the text does not matter, only how often the pattern lets choose; few choices are few ways.
 * Characters in classes and escapes may look like repetition, which costs time only.
 */
function isRepetitionFree(source: string): boolean {
  return !/[*+{]/.test(source) && (source.match(/[?|]/g) ?? []).length <= choicesMax;
}

function isFoundVulnerable(source: string): boolean {
  const { checkSync } = load('recheck') as typeof import('recheck');
  return checkSync(source, isUnicode(source) ? 'u' : '', { timeout: timeoutMs }).status === 'vulnerable';
}

function isUnicode(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
