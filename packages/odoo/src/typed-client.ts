import type { Domain, OdooCallOptions, OdooClient, SearchOptions } from './client.ts';

/** Fields of one model: values as they are read, and as they are written. Generated from a snapshot. */
export interface OdooModel {
  readonly read: object;
  readonly write: object;
}

/** How a `one2many` or `many2many` is written (odoo.fields.Command). */
export type OdooCommand<Values> =
  | readonly [create: 0, none: 0, values: Values]
  | readonly [update: 1, id: number, values: Values]
  | readonly [remove: 2 | 3 | 4, id: number, none?: 0]
  | readonly [clear: 5, none?: 0, nothing?: 0]
  | readonly [set: 6, none: 0, ids: readonly number[]];

/** Refuses members that `Known` does not have, which TypeScript does by itself for literals only. */
type Only<Given, Known> = Given & { readonly [Name in Exclude<keyof Given, keyof Known>]: never };
type Name<Models> = keyof Models & string;
type ReadOf<Models, Model extends keyof Models> = Models[Model] extends { readonly read: infer Read } ? Read : never;
type WriteOf<Models, Model extends keyof Models> = Models[Model] extends { readonly write: infer Write }
  ? Write
  : never;
type Picked<Read, Field extends keyof Read> = { readonly id: number } & Pick<Read, Field>;

/** A client that knows the models of one database, so that a field which it does not have, or may not be written, does not compile. */
export interface TypedOdooClient<Models extends { readonly [Model in keyof Models]: OdooModel }>
  extends Pick<OdooClient, 'protocol' | 'call'> {
  press(
    model: Name<Models>,
    method: string,
    ids: readonly number[],
    options?: OdooCallOptions,
  ): ReturnType<OdooClient['press']>;
  create<Model extends Name<Models>, const Given extends WriteOf<Models, Model>>(
    model: Model,
    values: readonly Only<Given, WriteOf<Models, Model>>[],
    options?: OdooCallOptions,
  ): Promise<readonly number[]>;
  write<Model extends Name<Models>, const Given extends WriteOf<Models, Model>>(
    model: Model,
    ids: readonly number[],
    values: Only<Given, WriteOf<Models, Model>>,
    options?: OdooCallOptions,
  ): Promise<void>;
  read<Model extends Name<Models>, Field extends keyof ReadOf<Models, Model> & string>(
    model: Model,
    ids: readonly number[],
    fields: readonly Field[],
    options?: OdooCallOptions,
  ): Promise<readonly Picked<ReadOf<Models, Model>, Field>[]>;
  searchRead<Model extends Name<Models>, Field extends keyof ReadOf<Models, Model> & string>(
    model: Model,
    domain: Domain,
    fields: readonly Field[],
    options?: SearchOptions,
  ): Promise<readonly Picked<ReadOf<Models, Model>, Field>[]>;
  readAll<Model extends Name<Models>, Field extends keyof ReadOf<Models, Model> & string>(
    model: Model,
    domain: Domain,
    fields: readonly Field[],
    options?: OdooCallOptions,
  ): AsyncIterable<Picked<ReadOf<Models, Model>, Field>>;
}

/** The same client under the types of a snapshot. Nothing is checked at run time: introspect again after an upgrade. */
export function typedClient<Models extends { readonly [Model in keyof Models]: OdooModel }>(
  client: OdooClient,
): TypedOdooClient<Models> {
  return client as unknown as TypedOdooClient<Models>;
}
