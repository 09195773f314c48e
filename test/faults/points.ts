/** The steps between which a process can die, in the order in which a message meets them. */
export const producerPoints = [
  'producer:inserted',
  'producer:enqueued',
  'producer:committed',
  'relay:claimed',
  'relay:published-one',
  'relay:published',
  'relay:marked',
] as const;

export const consumerPoints = [
  'consumer:received',
  'consumer:admitted',
  'consumer:handled',
  'consumer:committed',
  'consumer:acked',
] as const;

export type Point = (typeof producerPoints)[number] | (typeof consumerPoints)[number];
export type Role = 'producer' | 'consumer';

export const pointsOf: Readonly<Record<Role, readonly Point[]>> = {
  producer: producerPoints,
  consumer: consumerPoints,
};

/** What breaks when one promise is not kept; each must be caught. */
export type Sabotage =
  | 'no-inbox'
  | 'mark-before-publish'
  | 'ack-before-commit'
  | 'no-transaction'
  | 'no-fence'
  | 'no-receipts';

/** How long a relay keeps its lease. */
export const leaseMs = 500;

/** Who applies the messages of a run. */
export const groupOf = (run: string): string => `ledger-${run}`;

/** Where a process finds its database and its broker. */
export interface Places {
  /** Name of the run: what it keeps at a broker stays apart from that of other runs. */
  readonly run: string;
  /** Address of a server, or the folder of what is embedded. */
  readonly database: string;
  readonly broker: string;
}

/** What a process of the run is started with. */
export interface WorkerPlan {
  readonly pair: string;
  readonly role: Role;
  readonly places: Places;
  /** Producers of different slots have numbers and keys of their own, so that none waits for a row of another. Default 0. */
  readonly slot?: 0 | 1;
  /** At this point, when it comes by for this time, it dies or is stopped; without one it lives. */
  readonly halt?: { readonly point: Point; readonly visit: number; readonly signal: 'SIGKILL' | 'SIGSTOP' };
  readonly sabotage?: Sabotage | undefined;
  /** A producer writes business rows; without it relays only. */
  readonly writes: boolean;
}

/** What a process says on its standard output, one a line. `fenced`: its relay was told that another one has taken over. */
export type Word = 'ready' | 'stopped' | 'fenced' | 'ambiguous';
