import { exchange } from './exchange.ts';
import { OdooError } from './odoo-error.ts';
import { type Limits, membersOf, type OdooCall, type OdooValue, type OdooValues, type Protocol } from './protocol.ts';
import { serverError } from './server-error.ts';

export interface JsonRpcConfig {
  readonly protocol: 'json-rpc';
  /** Address of the server, without a path unless a proxy gives it one. */
  readonly url: string;
  readonly database: string;
  readonly login: string;
  /** An API key of that user, or its password. */
  readonly apiKey: string;
}

/**
 * First parameters whose name has changed (`args` became `domain` in 17) or that older versions read only by position
 * (`create` looked at the first one to tell a record from a list until 17).
 */
const byPosition: Readonly<Record<string, string>> = {
  create: 'vals_list',
  search: 'domain',
  search_count: 'domain',
  search_read: 'domain',
};

/** `execute_kw` over `/jsonrpc`: Odoo 14 to 21; deprecated since 19. */
export function createJsonRpc(
  { url, database, login, apiKey }: JsonRpcConfig,
  fetch: typeof globalThis.fetch,
): Protocol {
  const post = async (service: string, method: string, args: OdooValue, call: OdooCall, limits: Limits) => {
    const { status, body } = await exchange({
      url: new URL('jsonrpc', url),
      headers: {},
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { service, method, args } }),
      called: call,
      limits,
      fetch,
    });
    const { error, result } = membersOf(body);
    if (error !== undefined) throw serverError(membersOf(error)['data'] ?? null, call, status);
    if (!('jsonrpc' in membersOf(body)))
      throw new OdooError('not-odoo', `${status} with JSON that is no JSON-RPC`, {
        ...called(call),
        happened: 'unknown',
        status,
      });
    // A method that returns nothing has no result.
    return result ?? null;
  };

  // One for all calls that come before the answer; a failure is not kept.
  let user: Promise<number> | undefined;
  const authenticate = async (call: OdooCall, limits: Limits): Promise<number> => {
    const uid = await post('common', 'authenticate', [database, login, apiKey, {}], call, limits);
    if (typeof uid === 'number') return uid;
    throw new OdooError('unauthorised', 'the key, the login or the database is wrong, or the key has expired', {
      ...called(call),
      happened: 'no',
    });
  };
  const userOf = (call: OdooCall, limits: Limits): Promise<number> => {
    // Others wait for it too, so one caller's signal must not end it.
    user ??= authenticate(call, { ...limits, signal: undefined }).catch((error: unknown) => {
      user = undefined;
      throw error instanceof OdooError ? Object.assign(error, { happened: 'no' }) : error;
    });
    return user;
  };

  return {
    name: 'json-rpc',
    call: async (call, limits) => {
      const uid = await userOf(call, limits);
      const { positional, named } = argumentsOf(call);
      const { model, method } = call;
      return post('object', 'execute_kw', [database, uid, apiKey, model, method, positional, named], call, limits);
    },
  };
}

function called({ model, method }: OdooCall): { readonly model: string; readonly method: string } {
  return { model, method };
}

function argumentsOf({ method, ids, args = {}, context }: OdooCall): {
  readonly positional: readonly OdooValue[];
  readonly named: OdooValues;
} {
  const first = byPosition[method];
  const { [first ?? '']: leading, ...rest } = args;
  return {
    positional: [...(ids === undefined ? [] : [ids]), ...(leading === undefined ? [] : [leading])],
    named: context === undefined ? rest : { ...rest, context },
  };
}
