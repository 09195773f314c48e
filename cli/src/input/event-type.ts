import type { Schema } from '@millwright/contract';

/** The value of `type` that the headers of a message fix (CloudEvents 1.0, section 3.1.1). */
export function eventTypeOf(headers: Schema | undefined): string | undefined {
  const parts = new Set<Schema>(headers === undefined ? [] : [headers]);
  for (const part of parts) {
    const type = part.properties?.get('type')?.const;
    if (typeof type === 'string') return type;
    for (const next of [part.ref, ...(part.allOf ?? [])]) if (next !== undefined) parts.add(next);
  }
  return undefined;
}
