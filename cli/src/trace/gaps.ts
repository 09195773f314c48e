import type { TracedEvent, TraceFinding } from './traced-event.ts';

/** Numbers in a lane that are more than that apart say nothing. */
const spanMax = 10_000;
const shownMax = 10;

/**
 * Numbers that are missing between the first and the last event of one source whose partition key is the number that was asked for:
 * only then does the whole lane belong to it. Lanes of several addresses are counted together, so a gap may be overlooked, but none
 * is made up.
 */
export function gapsOf(events: readonly TracedEvent[], asked: readonly string[]): readonly TraceFinding[] {
  const lanes = Map.groupBy(
    events.filter(
      ({ partitionKey, sequence }) => asked.includes(partitionKey ?? '') && /^[1-9]\d{0,15}$/.test(sequence ?? ''),
    ),
    ({ source }) => source,
  );
  return [...lanes].flatMap(([source, lane]) => {
    const numbers = new Set(lane.map(({ sequence }) => Number(sequence)));
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    if (last - first > spanMax) return [];
    const missing = Array.from({ length: last - first }, (_, index) => first + index).filter(
      (one) => !numbers.has(one),
    );
    if (missing.length === 0) return [];
    const shown = `${missing.slice(0, shownMax).join(', ')}${missing.length > shownMax ? ', ...' : ''}`;
    const text = `of ${source} ${missing.length === 1 ? 'number' : 'numbers'} ${shown} of its lane ${missing.length === 1 ? 'is' : 'are'} in none of the stores`;
    return [{ kind: 'gap' as const, text, isTrouble: true }];
  });
}
