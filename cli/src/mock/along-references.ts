import type { Schema } from '@millwright/contract';

/** References that lead on for longer than this lead nowhere. */
const stepsMax = 20;

/** The first answer on the way from a schema along its references. */
export function alongReferences<Answer>(
  schema: Schema | undefined,
  ask: (at: Schema) => Answer | undefined,
): Answer | undefined {
  for (let at = schema, steps = 0; at !== undefined && steps < stepsMax; at = at.ref, steps += 1) {
    const answer = ask(at);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
