import { parametersOf } from '../address.ts';

/** Stands for an empty segment, which no subject can have; `%` alone is no escape, so nothing else becomes it. */
const emptyToken = '%';

/** A segment as one token: what separates or matches subjects of NATS or AMQP is written as `%` and its bytes. */
function tokenOf(segment: string): string {
  if (segment === '') return emptyToken;
  return segment.replace(/[.*>#%\s\p{Cc}]/gu, (char) =>
    Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}

const before = (prefix: string): string => (prefix === '' ? '' : `${prefix}.`);

/** `PL01/mes/order/v1` becomes `PL01.mes.order.v1`, behind the prefix. Different addresses have different subjects. */
export function subjectOf(prefix: string, address: string): string {
  return before(prefix) + address.split('/').map(tokenOf).join('.');
}

/** The subjects among which those of a pattern are: a segment with a parameter becomes `*`, also where it has literal parts. */
export function filterOf(prefix: string, pattern: string): string {
  const tokens = pattern.split('/').map((segment) => (parametersOf(segment).length > 0 ? '*' : tokenOf(segment)));
  return before(prefix) + tokens.join('.');
}

/** The address of a subject behind the prefix. A token that is no escape, as others may write it, is taken literally. */
export function addressOf(prefix: string, subject: string): string {
  return subject.slice(before(prefix).length).split('.').map(segmentOf).join('/');
}

function segmentOf(token: string): string {
  if (token === emptyToken) return '';
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Longest readable part of a name: servers take 255 characters, files of the store of NATS are named by it. */
const readableMax = 100;

/** What the hash in the name of a consumer is of. */
export const hashedName = (group: string, filter: string): string => JSON.stringify([group, filter]);

/** Name of the durable consumer or queue of a group and pattern: readable, and distinct by the SHA-256 of {@link hashedName}. */
export function consumerNameBy(digest: Uint8Array, group: string, filter: string): string {
  const readable = `${group}-${filter}`
    .replaceAll('*', 'any')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, readableMax);
  const hash = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${readable}-${hash}`;
}

export async function consumerName(group: string, filter: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(hashedName(group, filter)));
  return consumerNameBy(new Uint8Array(digest), group, filter);
}
