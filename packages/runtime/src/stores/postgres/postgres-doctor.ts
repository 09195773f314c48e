import {
  type DoctorRule,
  isUnread,
  type Judgement,
  judgeLag,
  readOrTell,
  type Unread,
} from '../../doctor/diagnosis.ts';
import { Dialect, type PostgresClient, type Row } from './driver.ts';
import { migrations } from './migrations.ts';

/** What a PostgreSQL says of itself and of the tables of the store. */
export interface PostgresFacts {
  /** Of `pg_settings`, as they are for the user who asks. */
  readonly settings: Readonly<Record<string, string>>;
  readonly isStandby: boolean;
  readonly connections: number;
  /** Clock of the server minus ours, and how far that may be wrong. */
  readonly clockAheadMs: number;
  readonly clockErrorMs: number;
  readonly schema: string;
  readonly tables: PostgresTables | Unread;
  readonly now: number;
}

interface PostgresTables {
  /** Absent when the schema has no tables of the store. */
  readonly migration?: number;
  readonly unlogged: readonly string[];
  /** Indexes of the outbox that are there and valid. */
  readonly indexes: readonly string[];
  readonly oldestAt?: number;
}

/** Without them a relay reads the whole table for each batch. */
const outboxIndexes = ['outbox_pkey', 'outbox_unsent', 'outbox_unsent_of_lane', 'outbox_sent'] as const;

const settingNames = [
  ...['server_version', 'server_version_num', 'fsync', 'synchronous_commit', 'full_page_writes'],
  ...['wal_level', 'max_connections', 'superuser_reserved_connections', 'synchronous_standby_names'],
];

const settingsText = {
  name: 'doctor-settings',
  text: 'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
};
const stateText = {
  name: 'doctor-state',
  text: `SELECT pg_is_in_recovery() AS standby, extract(epoch FROM clock_timestamp()) * 1000 AS now,
    (SELECT sum(numbackends) FROM pg_stat_database) AS connections`,
};
const tablesText = {
  name: 'doctor-tables',
  text: `SELECT relname, relpersistence FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1 AND relkind = 'r'`,
};
const indexesText = {
  name: 'doctor-indexes',
  text: `SELECT own.relname FROM pg_index JOIN pg_class AS own ON own.oid = indexrelid
    JOIN pg_class AS whole ON whole.oid = indrelid JOIN pg_namespace ON pg_namespace.oid = whole.relnamespace
    WHERE nspname = $1 AND whole.relname = 'outbox' AND indisvalid`,
};
const migrationText = { name: 'doctor-migration', text: 'SELECT max(number) AS number FROM @migrations' };
const oldestText = {
  name: 'doctor-oldest',
  text: 'SELECT min(enqueued_at) AS at FROM @outbox WHERE sent_at IS NULL',
};

/** Reads and changes nothing. The user needs no more than the store does. */
export async function readPostgresFacts(
  client: Pick<PostgresClient, 'query'>,
  { schema = 'millwright' }: { readonly schema?: string } = {},
): Promise<PostgresFacts> {
  const dialect = new Dialect(schema, false);
  const settings = await dialect.run(client, settingsText, [settingNames]);
  const askedAt = Date.now();
  const [state] = await dialect.run(client, stateText);
  const now = Date.now();
  return {
    settings: Object.fromEntries(settings.map(({ name, setting }) => [name ?? '', setting ?? ''])),
    isStandby: state?.['standby'] === 't',
    connections: Number(state?.['connections']),
    clockAheadMs: Number(state?.['now']) - (askedAt + now) / 2,
    clockErrorMs: (now - askedAt) / 2,
    schema,
    tables: await readOrTell(() => readTables(client, dialect)),
    now,
  };
}

async function readTables(client: Pick<PostgresClient, 'query'>, dialect: Dialect): Promise<PostgresTables> {
  const tables = await dialect.run(client, tablesText, [dialect.schema]);
  const named = ({ relname }: Row): string => relname ?? '';
  if (!tables.some((table) => named(table) === 'migrations')) return { unlogged: [], indexes: [] };
  const [last] = await dialect.run(client, migrationText);
  const indexes = await dialect.run(client, indexesText, [dialect.schema]);
  const [oldest] = await dialect.run(client, oldestText);
  return {
    migration: Number(last?.['number']),
    unlogged: tables.filter(({ relpersistence }) => relpersistence !== 'p').map(named),
    indexes: indexes.map(named),
    ...(typeof oldest?.['at'] === 'string' ? { oldestAt: Number(oldest['at']) } : {}),
  };
}

/** A setting that has to be on; without it no more than `atMost` may be said. */
function judgeSwitch(name: string, atMost: 'survives a process' | 'not durable') {
  return ({ settings }: PostgresFacts): Judgement => {
    const value = settings[name];
    if (value === undefined) return { severity: 'unknown', found: `${name} cannot be read`, atMost: 'unknown' };
    const found = `${name} is ${value}`;
    if (value !== 'off') return { severity: 'ok', found };
    return { severity: 'error', found, atMost, fix: `Set ${name} = on, for this user, too.` };
  };
}

/** Where clocks differ by more, leases and times of messages mislead. */
const skewMaxMs = 1_000;
/** Connections that a small application takes besides those that are there. */
const connectionsSpare = 10;

/** What the store needs of a PostgreSQL, in the order in which it is told. */
export const postgresRules: readonly DoctorRule<PostgresFacts>[] = [
  {
    id: 'doctor/postgres-version',
    why: 'The store uses what PostgreSQL has since version 13.',
    judge: ({ settings: { server_version: version = '', server_version_num: number = '' } }) => {
      const found = `PostgreSQL ${version}`;
      if (Number(number) >= 130_000) return { severity: 'ok', found };
      return { severity: 'error', found, fix: 'Run PostgreSQL 13 or later.', atMost: 'unknown' };
    },
  },
  {
    id: 'doctor/postgres-fsync',
    why: 'Without it nothing is written to the disk for certain, and the end of the machine can leave the database broken.',
    judge: judgeSwitch('fsync', 'survives a process'),
  },
  {
    id: 'doctor/postgres-synchronous-commit',
    why: 'Without it a commit is told before it is written: the end of the server takes the last ones back.',
    judge: judgeSwitch('synchronous_commit', 'not durable'),
  },
  {
    id: 'doctor/postgres-full-page-writes',
    why: 'Without it a page that was half written when the power went cannot be recovered.',
    judge: judgeSwitch('full_page_writes', 'survives a process'),
  },
  {
    id: 'doctor/postgres-standby',
    why: 'A standby takes no writes, and one server alone keeps what it has on one disk.',
    judge: ({ isStandby, settings: { synchronous_standby_names: names = '' } }) => {
      if (isStandby)
        return { severity: 'error', found: 'the server is a standby', fix: 'Connect to the primary server.' };
      if (names !== '') return { severity: 'ok', found: `commits wait for a standby (${names})` };
      return { severity: 'info', found: 'commits wait for no standby: what this disk loses is lost' };
    },
  },
  {
    id: 'doctor/postgres-wal-level',
    why: 'Change-data capture of the outbox (Debezium) reads the log, which has to be logical.',
    judge: ({ settings: { wal_level: level = 'unknown' } }) => ({
      severity: level === 'logical' ? 'ok' : 'info',
      found: `wal_level is ${level}${level === 'logical' ? '' : ', enough for the relay, not for change-data capture'}`,
    }),
  },
  {
    id: 'doctor/postgres-connections',
    why: 'A pool that gets no connection holds up whatever writes.',
    judge: ({ connections, settings }) => {
      const most = Number(settings['max_connections']) - Number(settings['superuser_reserved_connections'] ?? 0);
      const found = `${connections} of ${most} connections are in use`;
      if (most - connections >= connectionsSpare) return { severity: 'ok', found };
      return { severity: 'warning', found, fix: 'Raise max_connections, or give the pools a smaller `max`.' };
    },
  },
  {
    id: 'doctor/postgres-clock',
    why: 'The lease of the relay and the window of the inbox are times of the processes: their clocks have to agree.',
    judge: ({ clockAheadMs, clockErrorMs }) => {
      const found = `the clock of the server is ${Math.round(Math.abs(clockAheadMs))} ms ${clockAheadMs < 0 ? 'behind' : 'ahead of'} ours, give or take ${Math.ceil(clockErrorMs)}`;
      if (Math.abs(clockAheadMs) - clockErrorMs <= skewMaxMs) return { severity: 'ok', found };
      return { severity: 'warning', found, fix: 'Synchronise the clocks of both machines (NTP).' };
    },
  },
  {
    id: 'doctor/postgres-tables',
    why: 'Nothing is kept where there are no tables, and unlogged tables are emptied after a crash.',
    judge: ({ tables, schema }) => {
      if (isUnread(tables))
        return { severity: 'unknown', found: `the tables cannot be read: ${tables.unread}`, atMost: 'unknown' };
      const { migration, unlogged } = tables;
      if (migration === undefined)
        return {
          severity: 'info',
          found: `the schema ${schema} has no tables of the store`,
          fix: 'They are made by `store.migrate()`. Another schema is named by ?schema=.',
        };
      if (unlogged.length > 0)
        return {
          severity: 'error',
          found: `unlogged: ${unlogged.join(', ')}`,
          fix: 'ALTER TABLE ... SET LOGGED.',
          atMost: 'not durable',
        };
      const found = `migration ${migration} of ${migrations.length}`;
      if (migration === migrations.length) return { severity: 'ok', found };
      if (migration > migrations.length)
        return { severity: 'info', found: `${found}: a later version has made the tables` };
      return { severity: 'warning', found, fix: 'Run `store.migrate()` of this version.' };
    },
  },
  {
    id: 'doctor/postgres-indexes',
    why: 'Without its indexes a relay reads the whole outbox for each batch.',
    judge: ({ tables }) => {
      if (isUnread(tables) || tables.migration === undefined) return undefined;
      const missing = outboxIndexes.filter((name) => !tables.indexes.includes(name));
      if (missing.length === 0) return { severity: 'ok', found: 'the outbox has its indexes' };
      return {
        severity: 'error',
        found: `the outbox lacks ${missing.join(', ')}`,
        fix: 'Create them again, as migrations.ts of the store does, with CREATE INDEX CONCURRENTLY.',
      };
    },
  },
  {
    id: 'doctor/postgres-lag',
    why: 'What waits in the outbox has not happened elsewhere.',
    judge: ({ tables, now }) =>
      isUnread(tables) || tables.migration === undefined ? undefined : judgeLag(tables.oldestAt, now),
  },
];
