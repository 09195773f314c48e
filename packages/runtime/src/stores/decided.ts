import type { AuditEntry, Decision } from '../store.ts';

/** What is recorded of a decision about a message. */
export function decided(
  action: 'replayed' | 'discarded' | 'resent',
  message: { readonly source: unknown; readonly id: unknown },
  { now, actor, reason }: Decision,
  details: AuditEntry['details'],
): AuditEntry {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const subject = `${text(message.source)} ${text(message.id)}`;
  return { at: now, action, actor, subject, details: reason === undefined ? details : { ...details, reason } };
}
