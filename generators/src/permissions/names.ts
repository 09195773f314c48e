import { createHash } from 'node:crypto';
import { consumerNameBy, hashedName } from './runtime/transports/subjects.ts';

/** Durable consumer, queue or consumer group of a group of subscribers. */
export function consumerOf(group: string, filter: string): string {
  return consumerNameBy(createHash('sha256').update(hashedName(group, filter)).digest(), group, filter);
}

/** Variable that holds a secret when the file is used: `pl01/mes/client-certificate` becomes `PL01_MES_CLIENT_CERTIFICATE`. */
export const variableOf = (credential: string): string => credential.replace(/[^a-z0-9]+/g, '_').toUpperCase();
