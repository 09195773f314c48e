import type { Governance, Sourced } from '@millwright/contract';
import { type Facts, listDifference } from './facts.ts';
import { sunsetKind } from './sunset.ts';

interface Governed extends Sourced {
  readonly governance: Governance;
}

/** Governance of what surrounds a node, before and after: what it hands down is told there, once. */
export type Parents = readonly (readonly [base: Governance, revision: Governance])[];

interface About {
  readonly operation: string;
  readonly parents: Parents;
}

type Value = string | boolean | undefined;

/** Members with an order, from the least to the most. */
const orders: Readonly<Record<string, readonly string[]>> = {
  'latency-class': ['rt', 'nrt', 'batch'],
  criticality: ['informational', 'affects-inventory', 'affects-quality', 'stops-production'],
  classification: ['public', 'internal', 'confidential', 'regulated'],
  lifecycle: ['draft', 'active', 'deprecated', 'retired'],
};

/** Members by name; those with an order rise and fall, durations too. */
const members: readonly (readonly [name: string, read: (governance: Governance) => Value])[] = [
  ['owner', ({ owner }) => owner],
  ['contact', ({ contact }) => contact],
  ['system-of-record', ({ systemOfRecord }) => systemOfRecord],
  ['latency-class', ({ latency }) => latency?.class],
  ['max-delay', ({ latency }) => latency?.maxDelay],
  ['criticality', ({ criticality }) => criticality],
  ['classification', ({ classification }) => classification],
  ['lifecycle', ({ lifecycle }) => lifecycle?.status],
  ['retention', ({ retention }) => retention],
  ['rto', ({ rto }) => rto],
  ['rpo', ({ rpo }) => rpo],
  ['human-approval', ({ requiresHumanApproval }) => requiresHumanApproval === true],
];
const durations: ReadonlySet<string> = new Set(['max-delay', 'retention', 'rto', 'rpo']);

/** Rights are promises to roles: whoever loses one is cut off, whatever the schemas say. The rest are promises of service. */
export function compareGovernance(
  base: Governed,
  revision: Governed,
  { operation, parents }: About,
  facts: Facts,
): void {
  const places = { operation, direction: 'none', base, revision } as const;
  const [before, after] = [base.governance, revision.governance];
  const isInherited = (read: (governance: Governance) => unknown): boolean => {
    const text = (governance: Governance): string => JSON.stringify(read(governance) ?? null);
    return parents.some(([left, right]) => text(left) === text(before) && text(right) === text(after));
  };
  for (const right of ['create', 'update', 'consume'] as const) {
    if (isInherited((governance) => governance[right])) continue;
    const roles = listDifference(before[right], after[right]);
    for (const role of roles.removed)
      facts.changes.push({ ...places, kind: 'role-lost-right', name: `${role} ${right}` });
    for (const role of roles.added)
      facts.changes.push({ ...places, kind: 'role-gained-right', name: `${role} ${right}` });
  }
  for (const [member, what] of [
    ['pattern', 'interaction-pattern'],
    ['approvals', 'approval'],
  ] as const) {
    if (isInherited((governance) => governance[member])) continue;
    const names = listDifference(before[member], after[member]);
    for (const name of names.removed) facts.changes.push({ ...places, kind: `${what}-removed`, name });
    for (const name of names.added) facts.changes.push({ ...places, kind: `${what}-added`, name });
  }
  const sunset = sunsetKind(before.lifecycle?.sunset, after.lifecycle?.sunset);
  if (sunset !== undefined && !isInherited(({ lifecycle }) => lifecycle?.sunset))
    facts.changes.push({
      ...places,
      kind: sunset,
      before: before.lifecycle?.sunset ?? null,
      after: after.lifecycle?.sunset ?? null,
    });
  for (const [name, read] of members) {
    const [was, is] = [read(before), read(after)];
    if (was === is || isInherited(read)) continue;
    facts.changes.push({ ...places, kind: `${name}-${wordOf(name, was, is)}`, before: was ?? null, after: is ?? null });
  }
}

function wordOf(name: string, before: Value, after: Value): string {
  // Absent and false are the same promise: automation may decide.
  if (name === 'human-approval') return after === true ? 'demanded' : 'dropped';
  const ranks = durations.has(name) ? secondsOf : (value: string): number => orders[name]?.indexOf(value) ?? -1;
  const isOrdered = durations.has(name) || orders[name] !== undefined;
  if (isOrdered && before === undefined) return 'declared';
  if (isOrdered && after === undefined) return 'undeclared';
  if (!isOrdered) return 'changed';
  return ranks(String(after)) > ranks(String(before)) ? 'raised' : 'lowered';
}

const units = { Y: 31_557_600, M: 2_629_800, W: 604_800, D: 86_400, H: 3_600, m: 60, S: 1 } as const;

/** Seconds of an ISO 8601 duration; years and months count as their mean, which is enough to tell longer from shorter. */
function secondsOf(duration: string): number {
  const [days = '', time = ''] = duration.split('T');
  const parts = [...days.matchAll(/(\d+)([YMWD])/g), ...time.replace('M', 'm').matchAll(/(\d+)([HmS])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}
