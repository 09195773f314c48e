import {
  type Channel,
  type Contract,
  isJsonObject,
  type Message,
  type Schema,
} from '../../packages/contract/src/index.ts';
import { latencyText, sourceLink } from './canonical.ts';
import { code, link, table } from './markdown.ts';

/** events.md: where each event flows, who sends and who receives it. */
export function eventsPage(contract: Contract): string {
  const flows = contract.channels
    .flatMap((channel) => channel.messages.map((message) => ({ channel, message })))
    .sort((left, right) => (left.message.name < right.message.name ? -1 : 1));
  return `# Events

${flows.length} events, each on a channel of its own. The envelope is that of CloudEvents 1.0 ([envelope.yaml](../../schemas/common/envelope.yaml));
events with one key arrive in their order.

${table(
  ['event', 'producers', 'consumers', 'latency'],
  flows.map(({ channel, message }) => [
    link(message.name, ''),
    producersOf(contract, channel).join(', '),
    consumersOf(contract, channel).join(', '),
    latencyText(message.governance.latency),
  ]),
)}
${flows.map(({ channel, message }) => section(contract, channel, message)).join('\n')}`;
}

function section(contract: Contract, channel: Channel, message: Message): string {
  const { criticality, consequence, systemOfRecord } = message.governance;
  const addresses = channel.extensions.get('x-addresses');
  const key = message.extensions.get('x-partition-key');
  const facts: readonly (readonly [string, string])[] = [
    ['type', code(typeOf(message))],
    ['address', code(channel.address ?? '')],
    ...(isJsonObject(addresses)
      ? Object.entries(addresses).map(([system, address]) => [`on ${system}`, code(String(address))] as const)
      : []),
    ['key', typeof key === 'string' ? `${code(key)} of the data` : ''],
    ['producers', producersOf(contract, channel).join(', ')],
    ['consumers', consumersOf(contract, channel).join(', ')],
    ['system of record', systemOfRecord ?? ''],
    ['latency', latencyText(message.governance.latency)],
    ['criticality', [criticality, consequence].filter((text) => text !== undefined).join(': ')],
    ['source', sourceLink(message)],
  ];
  return `## ${message.name}

${message.description ?? message.summary ?? channel.description ?? ''}

${table(
  ['', ''],
  facts.filter(([, value]) => value !== ''),
)}`;
}

/** Roles that may send: the rights of the operations that send, else of the channel. */
function producersOf(contract: Contract, channel: Channel): readonly string[] {
  const sends = contract.channelOperations.filter(
    (exchange) => exchange.channel === channel && exchange.action === 'send',
  );
  return unique(
    (sends.length === 0 ? [channel] : sends).flatMap(({ governance }) => [
      ...(governance.create ?? []),
      ...(governance.update ?? []),
    ]),
  );
}

function consumersOf(contract: Contract, channel: Channel): readonly string[] {
  const receives = contract.channelOperations.filter(
    (exchange) => exchange.channel === channel && exchange.action === 'receive',
  );
  return unique((receives.length === 0 ? [channel] : receives).flatMap(({ governance }) => governance.consume ?? []));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** The constant `type` of the envelope (CloudEvents 1.0, section 3.1.1). */
function typeOf({ headers }: Message): string {
  const parts = new Set<Schema>(headers === undefined ? [] : [headers]);
  for (const part of parts) {
    const type = part.properties?.get('type')?.const;
    if (typeof type === 'string') return type;
    for (const next of [part.ref, ...(part.allOf ?? [])]) if (next !== undefined) parts.add(next);
  }
  return '';
}
