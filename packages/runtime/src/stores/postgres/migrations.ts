import type { StoreVersion } from '../../store.ts';
import type { Dialect, PostgresClient } from './driver.ts';

/**
 * In order; the number of each is its place, from 1. One that was released is never changed. They only add, so a process of an
 * earlier version goes on beside a later one, and finds more migrations than it knows.
 *
 * Times are milliseconds since 1970. Keys are SHA-256 of what is too long for an index. Attributes are `json` because `jsonb` has
 * no NUL. The first columns of `outbox` are those that the outbox event router of Debezium reads.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE @lanes (
  key bytea PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  last bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE @outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL,
  aggregatetype text NOT NULL,
  aggregateid text,
  type text NOT NULL,
  payload bytea NOT NULL,
  attributes json NOT NULL,
  messagepriority double precision,
  lane bigint NOT NULL,
  sequence bigint,
  priority double precision NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  failure text,
  enqueued_at double precision NOT NULL,
  due_at double precision,
  sent_at double precision,
  bytes integer GENERATED ALWAYS AS (octet_length(payload)) STORED,
  ordernumber text,
  lotnumber text,
  correlationid text
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX outbox_unsent ON @outbox (priority, position) INCLUDE (lane, bytes, enqueued_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_unsent_of_lane ON @outbox (lane, position) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON @outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_ordernumber ON @outbox (ordernumber) WHERE ordernumber IS NOT NULL;
CREATE INDEX outbox_lotnumber ON @outbox (lotnumber) WHERE lotnumber IS NOT NULL;
CREATE INDEX outbox_correlationid ON @outbox (correlationid) WHERE correlationid IS NOT NULL;

CREATE TABLE @lease (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder text NOT NULL DEFAULT '',
  token bigint NOT NULL DEFAULT 0,
  expires_at double precision NOT NULL DEFAULT 0
);
INSERT INTO @lease DEFAULT VALUES;

CREATE TABLE @inbox_lanes (
  key bytea PRIMARY KEY,
  last bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE @inbox (
  key bytea PRIMARY KEY,
  state text NOT NULL,
  subscriber text NOT NULL,
  attributes json NOT NULL,
  at double precision NOT NULL,
  expires_at double precision NOT NULL,
  ordernumber text,
  lotnumber text,
  correlationid text
);
CREATE INDEX inbox_applied ON @inbox (expires_at) WHERE state = 'applied';
CREATE INDEX inbox_ordernumber ON @inbox (ordernumber) WHERE ordernumber IS NOT NULL;
CREATE INDEX inbox_lotnumber ON @inbox (lotnumber) WHERE lotnumber IS NOT NULL;
CREATE INDEX inbox_correlationid ON @inbox (correlationid) WHERE correlationid IS NOT NULL;

CREATE FUNCTION @admit(
  message bytea, its_lane bytea, its_sequence bigint, skips_gap boolean,
  its_subscriber text, its_attributes json, now double precision, expires double precision,
  its_ordernumber text, its_lotnumber text, its_correlationid text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  known text;
  reached bigint;
BEGIN
  IF its_lane IS NOT NULL THEN
    -- A lane that nobody has used has no row to lock.
    INSERT INTO @inbox_lanes VALUES (its_lane, 0) ON CONFLICT DO NOTHING;
    SELECT last INTO reached FROM @inbox_lanes WHERE key = its_lane FOR UPDATE;
  END IF;
  LOOP
    SELECT state INTO known FROM @inbox WHERE key = message FOR UPDATE;
    IF known = 'applied' THEN RETURN 'duplicate'; END IF;
    IF known = 'buried' THEN RETURN 'buried'; END IF;
    IF known IS NOT NULL THEN
      UPDATE @inbox SET state = 'applied', attributes = its_attributes, at = now, expires_at = expires,
        ordernumber = its_ordernumber, lotnumber = its_lotnumber, correlationid = its_correlationid
        WHERE key = message;
      RETURN 'first';
    END IF;
    IF its_sequence <= reached THEN RETURN 'late'; END IF;
    IF its_sequence > reached + 1 AND NOT skips_gap THEN RETURN 'early'; END IF;
    INSERT INTO @inbox VALUES (message, 'applied', its_subscriber, its_attributes, now, expires,
      its_ordernumber, its_lotnumber, its_correlationid) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      UPDATE @inbox_lanes SET last = its_sequence WHERE key = its_lane;
      RETURN 'first';
    END IF;
    -- Somebody else has admitted it in the meantime: look again.
  END LOOP;
END $$;

CREATE TABLE @letters (
  number bigint PRIMARY KEY,
  key bytea NOT NULL UNIQUE,
  subscriber text NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  address text NOT NULL,
  partitionkey text,
  messagepriority double precision,
  attributes json NOT NULL,
  payload bytea NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  pointer text,
  likeness text NOT NULL,
  attempts integer NOT NULL,
  first_failed_at double precision NOT NULL,
  buried_at double precision NOT NULL,
  decided_at double precision,
  replays integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'buried'
);
CREATE INDEX letters_state ON @letters (state, number);
CREATE INDEX letters_likeness ON @letters (md5(likeness), number);
CREATE INDEX letters_decided ON @letters (decided_at) WHERE state <> 'buried';

CREATE TABLE @audit (
  number bigint PRIMARY KEY,
  at double precision NOT NULL,
  action text NOT NULL,
  actor text NOT NULL,
  subject text NOT NULL,
  details json NOT NULL,
  hash text NOT NULL
);

-- Numbers that follow the order of commits: whoever takes the next one holds the row until its transaction ends.
CREATE TABLE @heads (
  name text PRIMARY KEY,
  number bigint NOT NULL DEFAULT 0,
  hash text
) WITH (fillfactor = 50);
INSERT INTO @heads (name, hash) VALUES ('audit', repeat('0', 64)), ('letters', NULL);

CREATE TABLE @processes (
  key bytea PRIMARY KEY,
  process text NOT NULL,
  its_key text NOT NULL,
  version bigint NOT NULL,
  status text NOT NULL,
  state json NOT NULL,
  due_at double precision
);
CREATE INDEX processes_due ON @processes (due_at) WHERE due_at IS NOT NULL AND status <> 'completed';
`,
  // What waits by type: the next type and its oldest message are one step each, however many wait.
  'CREATE INDEX outbox_unsent_of_type ON @outbox (type, enqueued_at) WHERE sent_at IS NULL',
  // How often a message came again after it was applied, and when last. The function differs in that only.
  `
ALTER TABLE @inbox ADD COLUMN duplicates integer NOT NULL DEFAULT 0, ADD COLUMN duplicate_at double precision;

CREATE OR REPLACE FUNCTION @admit(
  message bytea, its_lane bytea, its_sequence bigint, skips_gap boolean,
  its_subscriber text, its_attributes json, now double precision, expires double precision,
  its_ordernumber text, its_lotnumber text, its_correlationid text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  known text;
  reached bigint;
BEGIN
  IF its_lane IS NOT NULL THEN
    -- A lane that nobody has used has no row to lock.
    INSERT INTO @inbox_lanes VALUES (its_lane, 0) ON CONFLICT DO NOTHING;
    SELECT last INTO reached FROM @inbox_lanes WHERE key = its_lane FOR UPDATE;
  END IF;
  LOOP
    SELECT state INTO known FROM @inbox WHERE key = message FOR UPDATE;
    IF known = 'applied' THEN
      UPDATE @inbox SET duplicates = duplicates + 1, duplicate_at = now WHERE key = message;
      RETURN 'duplicate';
    END IF;
    IF known = 'buried' THEN RETURN 'buried'; END IF;
    IF known IS NOT NULL THEN
      UPDATE @inbox SET state = 'applied', attributes = its_attributes, at = now, expires_at = expires,
        ordernumber = its_ordernumber, lotnumber = its_lotnumber, correlationid = its_correlationid
        WHERE key = message;
      RETURN 'first';
    END IF;
    IF its_sequence <= reached THEN RETURN 'late'; END IF;
    IF its_sequence > reached + 1 AND NOT skips_gap THEN RETURN 'early'; END IF;
    INSERT INTO @inbox VALUES (message, 'applied', its_subscriber, its_attributes, now, expires,
      its_ordernumber, its_lotnumber, its_correlationid) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      UPDATE @inbox_lanes SET last = its_sequence WHERE key = its_lane;
      RETURN 'first';
    END IF;
    -- Somebody else has admitted it in the meantime: look again.
  END LOOP;
END $$;
`,
];

/** Inside a transaction. Whoever comes second waits for the first and then finds nothing to do. */
export async function migrate(client: PostgresClient, dialect: Dialect): Promise<void> {
  const run = (text: string): Promise<unknown> => client.query({ text: dialect.write(text) });
  await dialect.run(client, lock, [`millwright ${dialect.schema}`]);
  const [found] = await dialect.run(client, schemaExists, [dialect.schema]);
  // Not IF NOT EXISTS, which asks for the right to create schemas also where there is nothing to create.
  if (found?.['oid'] === null) await run(`CREATE SCHEMA "${dialect.schema}"`);
  await run('CREATE TABLE IF NOT EXISTS @migrations (number integer PRIMARY KEY)');
  const [last] = await dialect.run(client, lastMigration);
  for (const [index, text] of migrations.entries()) {
    if (index < Number(last?.['number'])) continue;
    await run(text);
    await dialect.run(client, migrated, [index + 1]);
  }
}

/** How far the tables are. */
export async function versionOf(client: PostgresClient, dialect: Dialect): Promise<StoreVersion> {
  const [table] = await dialect.run(client, migrationsExist, [`"${dialect.schema}".migrations`]);
  const [last] = table?.['oid'] === null ? [] : await dialect.run(client, lastMigration);
  return { found: Number(last?.['number'] ?? 0), known: migrations.length };
}

const lock = { name: 'lock', text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))' };
const schemaExists = { name: 'schema-exists', text: 'SELECT to_regnamespace($1)::oid AS oid' };
const migrationsExist = { name: 'migrations-exist', text: 'SELECT to_regclass($1)::oid AS oid' };
const lastMigration = { name: 'last-migration', text: 'SELECT coalesce(max(number), 0) AS number FROM @migrations' };
const migrated = { name: 'migrated', text: 'INSERT INTO @migrations VALUES ($1)' };
