import { Unauthorised } from '../event-errors.ts';
import { demandRole } from '../roles.ts';
import type { MessageDescriptor } from './descriptor.ts';

/** What a bus has to know to hold its messages against `x-governance`. */
export interface PolicyConfig {
  /** Role of the system by `x-governance`: what it may not publish or receive is refused. Without it nothing is refused. */
  readonly role?: string | undefined;
  /**
   * Role of every service identity. With it a received event is refused when its `producer` is none of them, or may not publish it:
   * that attribute is a claim, which only the permissions of the broker can prove.
   */
  readonly identities?: Readonly<Record<string, string>> | undefined;
  /** Told of every refusal before it is thrown, or before the message is rejected. */
  readonly onDenied?: ((error: Unauthorised) => void | Promise<void>) | undefined;
}

/** Throws a RangeError for a role that is not in the vocabulary. */
export function checkPolicy({ role, identities = {} }: PolicyConfig): void {
  for (const named of [...(role === undefined ? [] : [role]), ...Object.values(identities)]) demandRole(named);
}

/** Throws {@link Unauthorised} when governance names the roles that may, and the role is none of them. */
export async function authorise(
  { role, onDenied }: PolicyConfig,
  { name, governance }: MessageDescriptor,
  action: 'publish' | 'consume',
): Promise<void> {
  if (role === undefined || governance?.[action]?.includes(role) !== false) return;
  const error = new Unauthorised(role, action, name);
  await onDenied?.(error);
  throw error;
}

/** Throws {@link Unauthorised} when a received event says of itself that somebody published it who may not. */
export function checkProducer(
  { identities }: PolicyConfig,
  { name, type, governance }: MessageDescriptor,
  { producer }: Readonly<Record<string, unknown>>,
): void {
  const allowed = governance?.publish;
  if (identities === undefined || type === undefined || allowed === undefined) return;
  const identity = typeof producer === 'string' ? producer : '';
  const role = Object.hasOwn(identities, identity) ? identities[identity] : undefined;
  if (role === undefined || !allowed.includes(role)) throw new Unauthorised(role, 'publish', name, identity);
}
