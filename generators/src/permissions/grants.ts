import { type ConnectedSystem, selectForRole, sortedBy } from '@millwright/codegen';
import type { Channel, ChannelOperation, Contract, Diagnostic, Message, Role } from '@millwright/contract';
import { locationOf } from '../events/attributes.ts';
import { addressFault } from './runtime/address.ts';

/** What a system may do at a broker. */
export interface Grants {
  readonly system: ConnectedSystem;
  readonly publish: readonly Right[];
  readonly consume: readonly Consumption[];
}

export interface Right {
  /** Its parameters are free; the plant is the system's own. */
  readonly address: string;
  /** Topic of Kafka that holds its events and no others; absent where the contract names none. */
  readonly topic: string | undefined;
}

export interface Consumption extends Right {
  /** The subscriber's group, as the run-time names it: the identity; where several messages share a channel, each with its own. */
  readonly group: string;
}

/** A channel in one direction. */
interface Use {
  readonly direction: 'publish' | 'consume';
  readonly channel: Channel;
  readonly messages: readonly Message[];
}

/**
 * The rights of each system, by the same rule as `--as`. A document that says nothing of governance grants nothing here: what
 * nobody has decided about is for nobody. Neither is a channel whose address only a request tells.
 */
export function grantsOf(
  contract: Contract,
  systems: readonly ConnectedSystem[],
): readonly [readonly Grants[], readonly Diagnostic[]] {
  const topics = topicsOf(contract);
  const usesOf = new Map(
    [...new Set(systems.map(({ role }) => role))].map((role) => [role, usesOfRole(contract, role)]),
  );
  const grants = systems.map((system): Grants => {
    const uses = usesOf.get(system.role) ?? [];
    const rights = (direction: Use['direction']): readonly Consumption[] =>
      distinct(uses.filter((use) => use.direction === direction).flatMap((use) => rightsOf(system, use, topics)));
    const publish = rights('publish').map(({ address, topic }) => ({ address, topic }));
    return { system, publish: distinct(publish), consume: rights('consume') };
  });
  const used = new Set([...usesOf.values()].flatMap((uses) => uses.map(({ channel }) => channel.address)));
  return [grants, [...used].flatMap(unfit)];
}

function distinct<Kind extends Right>(rights: readonly Kind[]): readonly Kind[] {
  const named = new Map(rights.map((right) => [JSON.stringify(right), right]));
  return sortedBy([...named], ([name]) => name).map(([, right]) => right);
}

function usesOfRole(contract: Contract, role: Role): readonly Use[] {
  return selectForRole(contract, role)
    .channelOperations.filter(({ entry }) => Object.keys(entry.governance).length > 0)
    .flatMap(usesOfOperation);
}

function usesOfOperation({ action, channel, messages, reply }: ChannelOperation): readonly Use[] {
  const [own, answer] = action === 'send' ? (['publish', 'consume'] as const) : (['consume', 'publish'] as const);
  const replies =
    reply?.channel === undefined ? [] : [{ direction: answer, channel: reply.channel, messages: reply.messages }];
  return [{ direction: own, channel, messages }, ...replies];
}

/** Rights in the system's own plant; none where there is no address, or one that says something else at some broker. */
function rightsOf(system: ConnectedSystem, { channel, messages }: Use, topics: Topics): readonly Consumption[] {
  const { address, parameters } = channel;
  if (typeof address !== 'string' || unfit(address).length > 0) return [];
  const plants = parameters.filter((parameter) => locationOf(parameter) === '$message.header#/plantid');
  const bound = address.replace(/\{([^{}]*)\}/g, (placeholder, name: string) =>
    plants.some((parameter) => parameter.name === name) ? system.plantId : placeholder,
  );
  const { serviceIdentity } = system;
  const isAlone = channel.messages.length <= 1;
  const groups = isAlone ? [serviceIdentity] : messages.map(({ name }) => `${serviceIdentity}.${name}`);
  return groups.map((group) => ({ address: bound, topic: topics.get(address), group }));
}

/** Topics of Kafka by address. One that several addresses share is none: a right to it would be a right to all of them. */
export type Topics = ReadonlyMap<string, string>;

export function topicsOf({ channels }: Contract): Topics {
  const named = channels.flatMap(({ address, bindings }) => {
    const topic = bindings.get('kafka')?.['topic'];
    return typeof address === 'string' && typeof topic === 'string' && /^[A-Za-z0-9._-]{1,249}$/.test(topic)
      ? [{ address, topic }]
      : [];
  });
  const addresses = Map.groupBy(named, ({ topic }) => topic);
  const isOwn = (topic: string): boolean => new Set(addresses.get(topic)?.map(({ address }) => address)).size === 1;
  return new Map(named.filter(({ topic }) => isOwn(topic)).map(({ address, topic }) => [address, topic]));
}

function unfit(address: string | null | undefined): readonly Diagnostic[] {
  if (typeof address !== 'string') return [];
  const segment = address.split('/').find((part) => addressFault(part.replace(/\{[^{}]*\}/g, 'x')) !== undefined);
  if (segment === undefined) return [];
  return [
    {
      code: 'generate/right-withheld',
      severity: 'warning',
      message: `Nobody gets a right to ${JSON.stringify(address)}: its segment ${JSON.stringify(segment)} is empty, or separates or matches addresses at some broker.`,
    },
  ];
}
