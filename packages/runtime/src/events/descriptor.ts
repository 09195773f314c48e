import type { EarlierVersion } from './upcast.ts';

/** What a generated function knows about its message: plain data. */
export interface MessageDescriptor {
  readonly name: string;
  /** Address template; null when the contract does not know it, then the caller gives the address. */
  readonly address: string | null;
  readonly parameters?: readonly AddressParameter[];
  readonly contentType: string;
  /** Set when the headers are CloudEvents attributes: value of `type`. */
  readonly type?: string;
  readonly dataschema?: string;
  readonly contractversion?: string;
  /** Set when its channel carries other messages that nothing but the schema tells apart: what does not fit is skipped. */
  readonly shared?: boolean;
  /** CloudEvents types of the other messages of its channel: they are for other handlers. A type that is none of these is unknown. */
  readonly others?: readonly string[];
  /** Versions that producers may still send: a subscription takes them as well, converted. */
  readonly earlier?: readonly EarlierVersion[];
  /** Names under which payload and headers are checked. */
  readonly payload?: string;
  readonly headers?: string;
  /** Where the request that a reply answers says to which address the reply goes, such as `$message.header#/replyTo`. */
  readonly replyTo?: string;
  /** What `x-governance` says of it. */
  readonly governance?: MessageGovernance;
  /** `x-partition-key`: pointer into the message, `$message.payload#/a/b` or `$message.header#/name`. */
  readonly partitionKey?: string;
}

/** Who may do what with a message, and how much hangs on it. */
export interface MessageGovernance {
  /** Roles that may publish it, and those that may receive it. */
  readonly publish?: readonly string[];
  readonly consume?: readonly string[];
  readonly latency?: 'rt' | 'nrt' | 'batch';
  /** Longest time from when it happened until it is applied, in milliseconds. */
  readonly delayMaxMs?: number;
  readonly criticality?: 'stops-production' | 'affects-quality' | 'affects-inventory' | 'informational';
  /** How long a second one is known as a duplicate, in milliseconds. */
  readonly retentionMs?: number;
}

export interface AddressParameter {
  readonly name: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  /** Where the message holds the value, such as `$message.header#/plantid`. */
  readonly location?: string;
}

/** Urgency for queues: what stops production overtakes what informs, and batches come last. */
export function priorityOf({ governance }: MessageDescriptor): number {
  const ranks = { 'stops-production': 0, 'affects-quality': 1, 'affects-inventory': 2, informational: 4 } as const;
  const rank = governance?.criticality === undefined ? 3 : ranks[governance.criticality];
  return governance?.latency === 'batch' ? 9 : governance?.latency === 'nrt' ? rank + 4 : rank;
}
