import type { Governance, Sourced } from '@millwright/contract';
import type { Facts } from './operations.ts';

interface Governed extends Sourced {
  readonly governance: Governance;
}

/** Rights are promises to roles: whoever loses one is cut off, whatever the schemas say. */
export function compareGovernance(
  base: Governed,
  revision: Governed,
  about: { readonly operation: string },
  facts: Facts,
): void {
  const places = { ...about, direction: 'none', base, revision } as const;
  for (const right of ['create', 'update', 'consume'] as const) {
    const [before, after] = [base.governance[right] ?? [], revision.governance[right] ?? []];
    for (const role of before)
      if (!after.includes(role)) facts.changes.push({ ...places, kind: 'role-lost-right', name: `${role} ${right}` });
    for (const role of after)
      if (!before.includes(role))
        facts.changes.push({ ...places, kind: 'role-gained-right', name: `${role} ${right}` });
  }
  const [before, after] = [base.governance, revision.governance];
  if (before.owner !== undefined && before.owner !== after.owner)
    facts.changes.push({ ...places, kind: 'owner-changed', before: before.owner, after: after.owner ?? null });
  if (before.systemOfRecord !== undefined && before.systemOfRecord !== after.systemOfRecord)
    facts.changes.push({
      ...places,
      kind: 'system-of-record-changed',
      before: before.systemOfRecord,
      after: after.systemOfRecord ?? null,
    });
}
