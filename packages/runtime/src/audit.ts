import type { AuditEntry } from './store.ts';

/** The hash before the first entry. */
export const auditRoot = '0'.repeat(64);

/** One text per value: members in order of their names, so that a store that changes their order breaks nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** SHA-256 over number, entry and the hash before: 64 hexadecimal digits. */
export async function auditHash(previous: string, number: number, entry: AuditEntry): Promise<string> {
  const { at, action, actor, subject, details } = entry;
  const text = canonical([previous, number, at, action, actor, subject, details]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
