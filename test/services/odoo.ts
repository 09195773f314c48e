import { env } from 'node:process';
import { createOdooClient, type OdooClient, type OdooConfig } from '@millwright/odoo';

/** Of `odoo19.sh up`: `http://<login>:<API key>@<host>:<port>/<database>`. */
const given = env['MILLWRIGHT_ODOO_URL'];

/** Why there is no server to test with; undefined when there is one. */
export const odooMissing =
  given === undefined ? 'no MILLWRIGHT_ODOO_URL (npm run odoo, or test/services/odoo19.sh up)' : undefined;

/** What clients of the server are made with. */
export interface OdooService {
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly apiKey: string;
}

/** The server of the environment; throws where there is none. It takes minutes to make one, so no test does that by itself. */
export function odooService(): OdooService {
  const url = new URL(given ?? '');
  return {
    url: url.origin,
    database: url.pathname.slice(1),
    login: decodeURIComponent(url.username),
    apiKey: decodeURIComponent(url.password),
  };
}

/** Settings that are not those of the server. */
export type Settings = Omit<Partial<OdooConfig>, 'protocol'> & { readonly login?: string; readonly apiKey?: string };

export function connect(protocol: OdooConfig['protocol'], settings: Settings = {}): OdooClient {
  const { login, ...service } = odooService();
  return createOdooClient(
    protocol === 'json-2'
      ? { ...service, ...settings, protocol }
      : { ...service, login, ...settings, database: settings.database ?? service.database, protocol },
  );
}
