import type { MessageDescriptor } from '../events.ts';
import type { Criticality, Fact } from './health.ts';

const consequences: Readonly<Record<Criticality, string>> = {
  'stops-production': 'production may stop',
  'affects-quality': 'decisions on quality may be wrong',
  'affects-inventory': 'stock figures may be wrong',
  informational: 'reports may be late',
};

/** A fact as a sentence for an operator. */
export function wordsOf(fact: Fact): string {
  const { code, descriptor, count = 0, ageMs = 0, allowedMs = 0, share = 0, detail = '' } = fact;
  const what = descriptor === undefined ? '' : messagesOf(descriptor, count);
  const age = durationOf(ageMs);
  const allowed = durationOf(allowedMs);
  const so = consequenceOf(descriptor);
  switch (code) {
    case 'waiting-too-long':
      return `${what} ${count === 1 ? 'waits' : 'wait'} ${age}, allowed ${allowed}${so}`;
    case 'outbox-full':
      return `the outbox is full: ${count} messages wait, the oldest ${age}, and new ones are refused`;
    case 'outbox-filling':
      return `the outbox is full to ${Math.floor(share * 100)} %: ${count} messages wait, the oldest ${age}, and telemetry is refused`;
    case 'sending-fails':
      return `the last message could not be sent ${age} ago: ${detail}`;
    case 'nobody-sends':
      return `nobody sends: ${count} messages wait, and no relay has been at work for ${age}`;
    case 'target-away':
      return `what handles ${labelOf(descriptor)} is away since ${age}; its messages are kept and come later${so}`;
    case 'retrying-too-long':
      return `${what} ${count === 1 ? 'has' : 'have'} been tried in vain for ${age}, allowed ${allowed}${so}`;
    case 'applied-late':
      return `the last ${labelOf(descriptor)} was applied ${age} after it happened, allowed ${allowed}${so}`;
    case 'dead-letters':
      return `${descriptor === undefined ? `${count} ${count === 1 ? 'message' : 'messages'}` : what} could not be applied (${detail}), the oldest ${age} ago; somebody has to decide${so}`;
    case 'store-away':
      return `the store does not answer: ${detail}`;
  }
}

function consequenceOf(descriptor: MessageDescriptor | undefined): string {
  const { criticality } = descriptor?.governance ?? {};
  return criticality === undefined ? '' : `: ${consequences[criticality]}`;
}

/** `org.example.work-order.released.v1` is known as work-order.released. */
function labelOf(descriptor: MessageDescriptor | undefined): string {
  const { type, name = '' } = descriptor ?? {};
  if (type === undefined) return name;
  return type
    .split('.')
    .filter((part) => !/^v\d+$/.test(part))
    .slice(-2)
    .join('.');
}

const messagesOf = (descriptor: MessageDescriptor, count: number): string =>
  `${count} ${labelOf(descriptor)} ${count === 1 ? 'message' : 'messages'}`;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit of which there are at least two. */
function durationOf(ms: number): string {
  for (const [unit, size] of units) if (ms >= 2 * size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
}
