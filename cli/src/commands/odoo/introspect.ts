import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { printOdooModels } from '@millwright/generators';
import {
  createOdooClient,
  mappedModels,
  type OdooClient,
  OdooError,
  type OdooSnapshot,
  printSnapshot,
  introspect as readModels,
} from '@millwright/odoo';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { ServerFailure, UsageFailure } from '../../failure.ts';
import { count } from '../../input/open-contract.ts';
import { fromEnvironment, parseUrl, shownUrl } from '../../input/server-url.ts';
import type { Terminal } from '../../terminal.ts';

export interface IntrospectFlags {
  readonly url: string;
  readonly protocol: 'json-2' | 'json-rpc';
  readonly out?: string;
  /** Milliseconds, as it was written. */
  readonly timeout: string;
}

/** `millwright odoo introspect`: what a database is made of, for a mapping to be typed with and to be compared later. */
export async function introspect(
  models: readonly string[],
  flags: IntrospectFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const address = fromEnvironment(flags.url);
  const client = clientOf(address, flags);
  const snapshot = await read(client, models.length === 0 ? mappedModels : models, address);
  const { absent, base } = snapshot;
  if (flags.out === undefined) terminal.write(printSnapshot(snapshot));
  else {
    mkdirSync(flags.out, { recursive: true });
    writeFileSync(resolve(flags.out, 'odoo-models.json'), printSnapshot(snapshot));
    writeFileSync(resolve(flags.out, 'odoo-models.ts'), printOdooModels(snapshot));
  }
  terminal.progress(`${count(Object.keys(snapshot.models).length, 'model')} of Odoo ${base} at ${shownUrl(address)}`);
  if (absent.length > 0) terminal.progress(`not there: ${absent.join(', ')}`);
  return exitCodes.clean;
}

function clientOf(address: string, { protocol, timeout }: IntrospectFlags): OdooClient {
  const timeoutMs = Number(timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1)
    throw new UsageFailure(`--timeout ${timeout} is no time`, 'Write milliseconds, such as --timeout 60000.');
  const url = new URL(parseUrl(address, []).url);
  const [login, apiKey] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const database = url.pathname.slice(1);
  const isWhole = /^https?:$/.test(url.protocol) && login !== '' && apiKey !== '' && /^[^/]+$/.test(database);
  if (!isWhole)
    // What was given can hold a key, so it is not repeated.
    throw new UsageFailure(
      'The address of Odoo lacks its login, key or database',
      'Write https://login:key@host/database, best in a variable: --url env:ODOO_URL.',
    );
  return createOdooClient({ protocol, url: url.origin, database, login, apiKey, timeoutMs });
}

async function read(client: OdooClient, models: readonly string[], address: string): Promise<OdooSnapshot> {
  try {
    return await readModels(client, models);
  } catch (error) {
    if (error instanceof OdooError)
      throw new ServerFailure(`${shownUrl(address)}: ${error.message}`, fixes[error.code] ?? 'See the log of Odoo.');
    throw error;
  }
}

const fixes: { readonly [Code in OdooError['code']]?: string } = {
  forbidden: 'Give the user of the key the right to read these models and ir.module.module.',
  network: 'Check the address, and that Odoo runs.',
  'not-odoo': 'Use --protocol json-rpc for Odoo 18 and older, and the address that answers without a redirect.',
  timeout: 'Raise --timeout, or ask for fewer models.',
  unauthorised: 'Check login, key and database; a key is made in the preferences of the user, and it expires.',
  unavailable: 'Try again later.',
};
