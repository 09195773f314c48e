import { createJson2, type Json2Config } from './json-2.ts';
import { createJsonRpc, type JsonRpcConfig } from './json-rpc.ts';
import { createLimiter } from './limiter.ts';
import { completed, OdooError } from './odoo-error.ts';
import { membersOf, type OdooCall, type OdooValue, type OdooValues, type Protocol } from './protocol.ts';
import { isRepeatable, nextDelayMs, pause, type RetryPolicy } from './retry.ts';

export type OdooConfig = (Json2Config | JsonRpcConfig) & {
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch | undefined;
  /** Joined under the context of every call: `lang`, `tz`, `allowed_company_ids`. */
  readonly context?: OdooValues | undefined;
  /** Calls at a time; more wait. A small server was fastest with 4. Default 4. */
  readonly callCountMax?: number | undefined;
  /** Records for each call of `create` and `read`. Default 500. */
  readonly batchSize?: number | undefined;
  /** Time of each attempt up to the end of the answer. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Default 32 MiB. */
  readonly responseBytesMax?: number | undefined;
  /** `false`: one attempt. */
  readonly retry?: RetryPolicy | false | undefined;
};

/** Settings of one call. */
export interface OdooCallOptions {
  readonly context?: OdooValues | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** The caller knows that doing it twice is the same as doing it once. Reading methods of the ORM are known to be so. */
  readonly repeatable?: boolean | undefined;
}

/** A record as it is read: `id` and the fields that were asked for; a reference is `[id, name]`, no value is `false`. */
export type OdooRecord = { readonly id: number } & OdooValues;

/** Conditions in prefix notation, as in `[['state', '=', 'done']]`. */
export type Domain = readonly OdooValue[];

export interface SearchOptions extends OdooCallOptions {
  readonly order?: string | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/**
 * What a button did. `action` means that Odoo asks something first (a backorder, missing lots): nothing promises that the record has
 * changed, so it must not be taken for success.
 */
export type Pressed =
  | { readonly kind: 'done'; readonly value: OdooValue }
  | {
      readonly kind: 'action';
      /** Such as `ir.actions.act_window`. */
      readonly type: string;
      /** Model of the wizard or the window that would open. */
      readonly model: string | undefined;
      /** The whole action: its `context` is what the wizard must be created with. */
      readonly action: OdooValues;
    };

/** One database as one user. Every call is a transaction of its own. Methods reject with an OdooError. */
export interface OdooClient {
  readonly protocol: Protocol['name'];
  /** Any public method of a model. Its answer is passed on as it is. */
  call(call: OdooCall, options?: OdooCallOptions): Promise<OdooValue>;
  /** Calls a `button_*` or `action_*` method on records. */
  press(model: string, method: string, ids: readonly number[], options?: OdooCallOptions): Promise<Pressed>;
  /**
   * Ids in the order of `values`. Up to `batchSize` records are one transaction, more are several, one after the other: when a later
   * one fails, `createdIds` of the error names what is there.
   */
  create(model: string, values: readonly OdooValues[], options?: OdooCallOptions): Promise<readonly number[]>;
  /** In the order of `ids`; a record that does not exist or may not be seen by a rule is left out or `missing`, as Odoo has it. */
  read(
    model: string,
    ids: readonly number[],
    fields: readonly string[],
    options?: OdooCallOptions,
  ): Promise<readonly OdooRecord[]>;
  searchRead(
    model: string,
    domain: Domain,
    fields: readonly string[],
    options?: SearchOptions,
  ): Promise<readonly OdooRecord[]>;
  /** Every record that matches, in the order of ids, `batchSize` at a time: bounded memory, and no record twice while others are made. */
  readAll(
    model: string,
    domain: Domain,
    fields: readonly string[],
    options?: OdooCallOptions,
  ): AsyncIterable<OdooRecord>;
  write(model: string, ids: readonly number[], values: OdooValues, options?: OdooCallOptions): Promise<void>;
}

/** Throws a TypeError for an address that is not http or https or holds a credential, a RangeError for limits below 1. */
export function createOdooClient(config: OdooConfig): OdooClient {
  const protocol = protocolOf(config);
  const batchSize = config.batchSize ?? 500;
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new RangeError(`batchSize is at least 1, not ${batchSize}`);
  const limiter = createLimiter(config.callCountMax ?? 4);

  const call = (asked: OdooCall, options: OdooCallOptions = {}): Promise<OdooValue> => {
    const context = { ...config.context, ...asked.context, ...options.context };
    const whole = Object.keys(context).length === 0 ? asked : { ...asked, context };
    const limits = {
      timeoutMs: options.timeoutMs ?? config.timeoutMs ?? 60_000,
      responseBytesMax: config.responseBytesMax ?? 32 * 1024 * 1024,
      signal: options.signal,
    };
    const repeatable = options.repeatable ?? isRepeatable(asked.method);
    return attempted(config.retry, repeatable, options.signal, () =>
      limiter(async () => {
        if (limits.signal?.aborted === true) throw abortedBefore(whole);
        return protocol.call(whole, limits);
      }),
    );
  };
  const searchRead: OdooClient['searchRead'] = async (
    model,
    domain,
    fields,
    { order, limit, offset, ...options } = {},
  ) => recordsOf(await call({ model, method: 'search_read', args: { domain, fields, order, limit, offset } }, options));

  return {
    protocol: protocol.name,
    call,
    searchRead,
    press: async (model, method, ids, options) => pressed(await call({ model, method, ids }, options)),
    create: async (model, values, options) => {
      const created: number[] = [];
      for (const vals_list of batches(values, batchSize)) {
        try {
          created.push(...idsOf(await call({ model, method: 'create', args: { vals_list } }, options)));
        } catch (error) {
          throw error instanceof OdooError ? completed(error, { createdIds: created }) : error;
        }
      }
      return created;
    },
    read: async (model, ids, fields, options) => {
      const parts = batches(ids, batchSize).map((some) =>
        call({ model, method: 'read', ids: some, args: { fields } }, options),
      );
      return (await Promise.all(parts)).flatMap(recordsOf);
    },
    readAll: async function* (model, domain, fields, options) {
      for (let last = 0; ; ) {
        const page = await searchRead(model, [['id', '>', last], ...domain], fields, {
          ...options,
          order: 'id',
          limit: batchSize,
        });
        yield* page;
        const end = page.at(-1);
        if (end === undefined || page.length < batchSize) return;
        last = end.id;
      }
    },
    write: async (model, ids, vals, options) => {
      await call({ model, method: 'write', ids, args: { vals } }, options);
    },
  };
}

function protocolOf(config: OdooConfig): Protocol {
  const url = new URL(config.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('the address is not http or https');
  if (url.username !== '' || url.password !== '') throw new TypeError('the address must not hold a credential');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const fetch = config.fetch ?? globalThis.fetch;
  return config.protocol === 'json-2'
    ? createJson2({ ...config, url: url.href }, fetch)
    : createJsonRpc({ ...config, url: url.href }, fetch);
}

async function attempted<T>(
  policy: RetryPolicy | false | undefined,
  repeatable: boolean,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      const delayMs = nextDelayMs(policy, attempts, error, repeatable);
      if (delayMs === undefined) throw completed(error, { attempts });
      await pause(delayMs, signal);
    }
  }
}

function abortedBefore({ model, method }: OdooCall): OdooError {
  return new OdooError('aborted', 'aborted by the caller before it was sent', { model, method, happened: 'no' });
}

function batches<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

function pressed(value: OdooValue): Pressed {
  const action = membersOf(value);
  const { type, res_model: model } = action;
  if (typeof type !== 'string') return { kind: 'done', value };
  return { kind: 'action', type, model: typeof model === 'string' ? model : undefined, action };
}

function recordsOf(value: OdooValue): readonly OdooRecord[] {
  return value as unknown as readonly OdooRecord[];
}

/** Older versions answer the creation of one record with its bare id. */
function idsOf(value: OdooValue): readonly number[] {
  return (Array.isArray(value) ? value : [value]) as readonly number[];
}
