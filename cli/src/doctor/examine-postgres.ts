import { diagnose, postgresRules, readPostgresFacts } from '@millwright/runtime/doctor';
import { importDriver } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

/** The slice of `pg` that is used here. */
interface Pg {
  readonly Client: new (
    config: Readonly<Record<string, unknown>>,
  ) => Parameters<typeof readPostgresFacts>[0] & {
    connect(): Promise<unknown>;
    end(): Promise<unknown>;
    on(event: 'error', listener: (error: Error) => void): unknown;
    readonly connection: { readonly stream: { destroy(): unknown } };
  };
}

export const examinePostgres: Examine<'postgres'> = async ({ url, schema }, { timeoutMs, atEnd }) => {
  const { Client } = await importDriver<Pg>('pg', 'A postgres:// address');
  const client = new Client({
    ...{ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
    ...{ statement_timeout: timeoutMs, application_name: 'millwright doctor' },
  });
  // The call that fails tells it.
  client.on('error', () => {});
  atEnd(() => client.connection.stream.destroy());
  await client.connect();
  const facts = await readPostgresFacts(client, { schema });
  await client.end();
  return diagnose(postgresRules, facts);
};
