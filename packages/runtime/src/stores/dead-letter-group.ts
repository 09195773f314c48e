import type { BurialRequest } from '../store.ts';

/** Letters that failed alike have one group: numbers and quoted parts of the reason are what differs from case to case. */
export function deadLetterGroup({ address, failure }: Pick<BurialRequest, 'address' | 'failure'>): string {
  const reason = failure.reason
    .replace(/"[^"]*"|'[^']*'/g, '…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '#')
    .slice(0, 200);
  return `${failure.kind} ${address} ${failure.pointer ?? ''} ${reason}`;
}
