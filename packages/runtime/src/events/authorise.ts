import { Unauthorised } from '../event-errors.ts';
import type { Bus } from './bus.ts';
import type { MessageDescriptor } from './descriptor.ts';

/** Throws {@link Unauthorised} when governance names the roles that may, and the role is none of them. */
export function authorise(bus: Bus, { name, governance }: MessageDescriptor, action: 'publish' | 'consume'): void {
  const { role } = bus.config;
  if (role !== undefined && governance?.[action]?.includes(role) === false) throw new Unauthorised(role, action, name);
}
