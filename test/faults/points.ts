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

/** What breaks when one promise is not kept; each must be caught by the ledger. */
export const sabotages = ['no-inbox', 'mark-before-publish', 'ack-before-commit', 'no-transaction'] as const;
export type Sabotage = (typeof sabotages)[number];

/** What a process of the run is started with. */
export interface WorkerPlan {
  readonly role: 'producer' | 'consumer';
  readonly folder: string;
  /** Dies at this point, when it comes by for this time; without one it lives. */
  readonly crash?: { readonly point: Point; readonly visit: number };
  readonly sabotage?: Sabotage;
  /** Business rows that the producer writes at most, those of earlier lives included. */
  readonly rowsMax: number;
}
