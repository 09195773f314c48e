import type { QualityScope } from '@millwright/sdk/types';

/** Both name the same lot, work order, operation, receipt, location or item. */
export function sameScope(one: QualityScope, other: QualityScope): boolean {
  const members = new Map<string, unknown>(Object.entries(other));
  const own = Object.entries(one);
  return own.length === members.size && own.every(([name, value]) => members.get(name) === value);
}
