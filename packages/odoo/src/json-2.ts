import { exchange } from './exchange.ts';
import type { Protocol } from './protocol.ts';
import { serverError } from './server-error.ts';

export interface Json2Config {
  readonly protocol: 'json-2';
  /** Address of the server, without a path unless a proxy gives it one. */
  readonly url: string;
  /** Needed where the server has several databases. */
  readonly database?: string | undefined;
  readonly apiKey: string;
}

/** `POST /json/2/<model>/<method>` with keyword arguments: Odoo 19 and later. */
export function createJson2({ url, database, apiKey }: Json2Config, fetch: typeof globalThis.fetch): Protocol {
  const headers = {
    authorization: `bearer ${apiKey}`,
    ...(database === undefined ? {} : { 'x-odoo-database': database }),
  };
  return {
    name: 'json-2',
    call: async (call, limits) => {
      const { model, method, ids, args, context } = call;
      const answer = await exchange({
        url: new URL(`json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`, url),
        headers,
        body: JSON.stringify({ ...args, ids, context }),
        called: call,
        limits,
        fetch,
      });
      if (answer.status < 200 || answer.status > 299) throw serverError(answer.body, call, answer.status);
      return answer.body;
    },
  };
}
