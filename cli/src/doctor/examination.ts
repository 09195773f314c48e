import type { Diagnosis } from '@millwright/runtime/doctor';
import type { StoreReference } from '../stores/store-reference.ts';
import type { TransportAddress } from './transport-address.ts';

/** What is examined. */
export interface Target {
  /** What a store is called, or a transport in the config. */
  readonly name?: string;
  readonly address: StoreReference | TransportAddress;
}

/** A target and what was found. */
export interface Examined {
  readonly name?: string;
  readonly kind: Target['address']['kind'];
  /** Without secrets. */
  readonly address: string;
  readonly diagnosis: Diagnosis;
}

/** What an examination has to work with. */
export interface Visit {
  readonly timeoutMs: number;
  /** Has something closed when the examination ends, or when its time is over. */
  readonly atEnd: (close: () => unknown) => void;
}

/** Connects by the user's driver, reads facts and judges them. Rejects when the server cannot be asked. */
export type Examine<Kind extends Target['address']['kind']> = (
  address: Extract<Target['address'], { readonly kind: Kind }>,
  visit: Visit,
) => Promise<Diagnosis>;
