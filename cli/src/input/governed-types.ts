import { type Contract, type Diagnostic, durationSeconds, type Governance } from '@millwright/contract';
import type { LoadedConfig } from '../config.ts';
import type { Terminal } from '../terminal.ts';
import { eventTypeOf } from './event-type.ts';
import { type ContractFlags, contractPaths, openContract } from './open-contract.ts';

/** What a contract says of the messages of one CloudEvents type. */
export interface GovernedType {
  /** Longest time from when it happened until it is applied. */
  readonly delayMaxMs?: number;
  /** How long a second one is known. */
  readonly retentionMs?: number;
}

export interface GovernedFlags extends ContractFlags {
  readonly contract?: readonly string[];
  readonly config?: string;
}

/**
 * Types of the contracts that flags or the config name; none where neither does. Undefined, with the diagnostics, when they cannot
 * be read.
 */
export async function governedTypes(
  flags: GovernedFlags,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<readonly [types: ReadonlyMap<string, GovernedType> | undefined, diagnostics: readonly Diagnostic[]]> {
  const given = flags.contract ?? [];
  if (given.length === 0 && (loaded.config.contracts ?? []).length === 0) return [new Map(), []];
  const [contract, diagnostics] = await openContract(contractPaths(given, loaded, 'trace'), flags, loaded, terminal);
  return [contract === undefined ? undefined : typesOf(contract), diagnostics];
}

/** As generated code reads it: an operation says more than its channel, that more than the message; the strictest counts. */
function typesOf({ channels, channelOperations }: Contract): ReadonlyMap<string, GovernedType> {
  const types = new Map<string, GovernedType>();
  const add = (type: string | undefined, { latency, retention }: Governance): void => {
    if (type === undefined) return;
    const before = types.get(type) ?? {};
    const delayMaxMs = least(before.delayMaxMs, latency?.maxDelay);
    const retentionMs = least(before.retentionMs, retention);
    types.set(type, {
      ...(delayMaxMs === undefined ? {} : { delayMaxMs }),
      ...(retentionMs === undefined ? {} : { retentionMs }),
    });
  };
  for (const { messages, governance } of channelOperations)
    for (const message of messages) add(eventTypeOf(message.headers), governance);
  for (const { messages, governance } of channels)
    for (const message of messages) {
      const type = eventTypeOf(message.headers);
      const { delayMaxMs, retentionMs } = types.get(type ?? '') ?? {};
      if (delayMaxMs === undefined && retentionMs === undefined) add(type, { ...message.governance, ...governance });
    }
  return types;
}

function least(before: number | undefined, duration: string | undefined): number | undefined {
  if (duration === undefined) return before;
  const ms = durationSeconds(duration) * 1_000;
  return before === undefined ? ms : Math.min(before, ms);
}
