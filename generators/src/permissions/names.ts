import { createHash } from 'node:crypto';
import { consumerNameBy, hashedName } from './runtime/transports/subjects.ts';

/** Durable consumer or queue of a system: it subscribes as the group that has the name of its identity. */
export function consumerOf(identity: string, filter: string): string {
  return consumerNameBy(createHash('sha256').update(hashedName(identity, filter)).digest(), identity, filter);
}

/** Variable that holds a secret when the file is used: `pl01/mes/client-certificate` becomes `PL01_MES_CLIENT_CERTIFICATE`. */
export const variableOf = (credential: string): string => credential.replace(/[^a-z0-9]+/g, '_').toUpperCase();
