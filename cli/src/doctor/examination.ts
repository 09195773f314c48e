import type { Diagnosis } from '@millwright/runtime/doctor';
import type { StoreAddress } from '../input/store-address.ts';
import type { TransportAddress } from './transport-address.ts';

/** What is examined. */
export interface Target {
  /** Its name in the config; absent when it was given by a flag. */
  readonly name?: string;
  readonly address: StoreAddress | TransportAddress;
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
