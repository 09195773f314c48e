/** A value of Odoo's interface. Odoo writes "no value" of a field as `false`, and `null` only for "no result". */
export type OdooValue =
  | null
  | boolean
  | number
  | string
  | readonly OdooValue[]
  | { readonly [name: string]: OdooValue | undefined };

/** Keyword arguments of a method, or values of a record. */
export type OdooValues = { readonly [name: string]: OdooValue | undefined };

/** What `model.method` is called with. */
export interface OdooCall {
  readonly model: string;
  readonly method: string;
  /** Records that the method is called on. Leave it out for a method of the model as a whole (`create`, `search_read`). */
  readonly ids?: readonly number[] | undefined;
  /** Keyword arguments by the names of Odoo 19; where older versions differ the protocol knows it. */
  readonly args?: OdooValues | undefined;
  /** Joined over the context of the client: language, time zone, companies. */
  readonly context?: OdooValues | undefined;
}

/** Limits of one attempt. */
export interface Limits {
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

/** How calls travel: one call is one transaction of the server. */
export interface Protocol {
  readonly name: 'json-2' | 'json-rpc';
  /** One attempt. Rejects with an OdooError. */
  call(call: OdooCall, limits: Limits): Promise<OdooValue>;
}

/** The members of an object; none of any other value. */
export function membersOf(value: OdooValue): OdooValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as OdooValues) : {};
}
