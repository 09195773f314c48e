import { type ConnectedSystem, selectForRole } from '@millwright/codegen';
import type { Channel, ChannelOperation, Contract, Diagnostic, Role } from '@millwright/contract';
import { locationOf } from '../events/attributes.ts';
import { addressFault } from './runtime/address.ts';

/** What a system may do at a broker: addresses, of whose parameters the plant is its own and the others are free. */
export interface Grants {
  readonly system: ConnectedSystem;
  readonly publish: readonly string[];
  readonly consume: readonly string[];
}

/** A channel in one direction. */
interface Use {
  readonly direction: 'publish' | 'consume';
  readonly channel: Channel;
}

/**
 * The rights of each system, by the same rule as `--as`. A document that says nothing of governance grants nothing here: what
 * nobody has decided about is for nobody. Neither is a channel whose address only a request tells.
 */
export function grantsOf(
  contract: Contract,
  systems: readonly ConnectedSystem[],
): readonly [readonly Grants[], readonly Diagnostic[]] {
  const usesOf = new Map<Role, readonly Use[]>();
  for (const { role } of systems) if (!usesOf.has(role)) usesOf.set(role, usesOfRole(contract, role));
  const grants = systems.map((system) => {
    const uses = usesOf.get(system.role) ?? [];
    const addresses = (direction: Use['direction']): readonly string[] =>
      [
        ...new Set(
          uses.filter((use) => use.direction === direction).flatMap(({ channel }) => boundTo(system, channel)),
        ),
      ].sort();
    return { system, publish: addresses('publish'), consume: addresses('consume') };
  });
  const used = new Set([...usesOf.values()].flatMap((uses) => uses.map(({ channel }) => channel.address)));
  return [grants, [...used].flatMap(unfit)];
}

function usesOfRole(contract: Contract, role: Role): readonly Use[] {
  return selectForRole(contract, role)
    .channelOperations.filter(({ entry }) => Object.keys(entry.governance).length > 0)
    .flatMap(usesOfOperation);
}

function usesOfOperation({ action, channel, reply }: ChannelOperation): readonly Use[] {
  const [own, answer] = action === 'send' ? (['publish', 'consume'] as const) : (['consume', 'publish'] as const);
  const replies = reply?.channel === undefined ? [] : [{ direction: answer, channel: reply.channel }];
  return [{ direction: own, channel }, ...replies];
}

/** The address in the system's own plant; nothing where there is none, or one that says something else at some broker. */
function boundTo({ plantId }: ConnectedSystem, { address, parameters }: Channel): readonly string[] {
  if (typeof address !== 'string' || unfit(address).length > 0) return [];
  const plants = parameters.filter((parameter) => locationOf(parameter) === '$message.header#/plantid');
  return [
    address.replace(/\{([^{}]*)\}/g, (placeholder, name: string) =>
      plants.some((parameter) => parameter.name === name) ? plantId : placeholder,
    ),
  ];
}

function unfit(address: string | null | undefined): readonly Diagnostic[] {
  if (typeof address !== 'string') return [];
  const segment = address.split('/').find((part) => addressFault(part.replace(/\{[^{}]*\}/g, 'x')) !== undefined);
  if (segment === undefined) return [];
  return [
    {
      code: 'generate/address-unfit',
      severity: 'warning',
      message: `Nobody gets a right to ${address}: its segment ${JSON.stringify(segment)} is empty, or separates or matches addresses at some broker.`,
    },
  ];
}
