import type { Contract, Diagnostic, Role } from '@millwright/contract';
import type { ConnectedSystem } from './system-register.ts';

/** A file that a generator wrote, not yet on disk. */
export interface GeneratedFile {
  /** Relative to the output folder, `/` as separator, checked by the `path` door. */
  readonly path: string;
  readonly content: string;
  /** Files of the contract that the content depends on. */
  readonly sources: readonly string[];
}

export interface GeneratorOptions {
  /** Least privilege: only what `x-governance` lets this role create, update or consume. */
  readonly role?: Role;
  /** Extension of relative imports: `ts` where the tsconfig allows it, else `js`. */
  readonly importExtension: 'js' | 'ts';
  /** `inline` writes the small run-time beside the client; otherwise the package that holds it, `@millwright/runtime`. */
  readonly runtime: 'inline' | '@millwright/runtime';
  /** False when no validators are generated beside: clients and events then check nothing. Default true. */
  readonly validators?: boolean;
  /** Systems that get permissions at their brokers. */
  readonly systems?: readonly ConnectedSystem[];
  readonly brokers?: BrokerNames;
}

/** Names at the brokers, as the transports of the systems are configured; the defaults are theirs. */
export interface BrokerNames {
  /** Stream of NATS. Default `millwright`. */
  readonly stream?: string;
  /** What every subject of NATS begins with. Default: nothing. */
  readonly prefix?: string;
  /** Exchange of RabbitMQ. Default `millwright`. */
  readonly exchange?: string;
  /** Common topic of Kafka, by which that of the dead letters is named. Default `millwright`. */
  readonly topic?: string;
}

/**
 * Turns a contract into files. A generator is a pure function: same contract and options, same bytes, whatever the Node
 * version, the key order of hash tables or the time of day.
 */
export interface Generator {
  /** `types`, `validators`, `client`, `events`: the folder under generators/src and the name in the config. */
  readonly name: string;
  readonly description: string;
  readonly generate: (
    contract: Contract,
    options: GeneratorOptions,
  ) => readonly [files: readonly GeneratedFile[], diagnostics: readonly Diagnostic[]];
}
