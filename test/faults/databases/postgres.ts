import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { Client, Pool, type PoolClient } from 'pg';
import type { Role } from '../points.ts';
import type { Engine, Row } from './database.ts';

/** A statement that is not answered in that time is given up: its connection may have fallen silent. */
const silenceMaxMs = 1_000;

/** No key keeps an effect from being written twice: that is what is to be seen. */
const tables = {
  producer: 'CREATE TABLE business (number integer PRIMARY KEY, key text NOT NULL)',
  consumer: `CREATE TABLE effect (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number integer NOT NULL, key text NOT NULL)`,
} as const;

/** On a connection of its own, since the server may have been killed since the last one. */
async function query(connectionString: string, text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

export const postgres: Engine<PoolClient> = {
  open: ({ database: connectionString }) => {
    const pool = new Pool({
      ...{ connectionString, max: 8 },
      ...{ query_timeout: silenceMaxMs, connectionTimeoutMillis: silenceMaxMs },
    });
    pool.on('error', () => undefined);
    return {
      store: createPostgresStore(pool),
      lastOf: async (slot) => {
        const last = 'SELECT coalesce(max(number), 0) AS number FROM business WHERE number % 2 = $1';
        return (await pool.query<Row>(last, [slot])).rows[0]?.number ?? 0;
      },
      insert: (connection, table, { number, key }) =>
        connection.query(`INSERT INTO ${table} (number, key) VALUES ($1, $2)`, [number, key]),
    };
  },
  create: async (address, run) => {
    const nameOf = (role: Role): string => `${run}_${role}`;
    const addressOf = (role: Role): string => Object.assign(new URL(address), { pathname: `/${nameOf(role)}` }).href;
    for (const role of ['producer', 'consumer'] as const) {
      await query(address, `CREATE DATABASE ${nameOf(role)}`);
      await query(addressOf(role), tables[role]);
    }
    const [producer, consumer] = [addressOf('producer'), addressOf('consumer')];
    const numberOf = async (at: string, text: string): Promise<number> => (await query(at, text))[0]?.number ?? 0;
    return {
      addresses: { producer, consumer },
      rows: (table) =>
        table === 'business'
          ? query(producer, 'SELECT number, key FROM business ORDER BY number')
          : query(consumer, 'SELECT number, key FROM effect ORDER BY position'),
      deadLetterCount: () => numberOf(consumer, 'SELECT count(*)::integer AS number FROM millwright.letters'),
      leaseToken: () => numberOf(producer, 'SELECT token::integer AS number FROM millwright.lease'),
      close: async () => {
        for (const role of ['producer', 'consumer'] as const)
          await query(address, `DROP DATABASE ${nameOf(role)} WITH (FORCE)`);
      },
    };
  },
};
