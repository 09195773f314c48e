/** What a history is asked by: columns that SQLite computes from the attributes, each with an index. */
const subjects = ['ordernumber', 'lotnumber', 'correlationid'] as const;

const subjectColumns = subjects
  .map((name) => `${name} TEXT AS (json_extract(attributes, '$.${name}')) VIRTUAL`)
  .join(', ');

const subjectIndexes = (table: string): string =>
  subjects.map((name) => `CREATE INDEX ${table}_${name} ON ${table} (${name}) WHERE ${name} IS NOT NULL;`).join('\n');

/**
 * Version 1. The outbox has the columns that Debezium's outbox event router asks for: `aggregatetype` is the address and
 * `aggregateid` the partition key. A lane knows its first message that was not sent (`head`) with its priority, and when that is due: 0
 * is at once, empty that nothing waits. So a claim looks at as many lanes as it takes messages, however many wait or were sent.
 */
const first = `
CREATE TABLE millwright_lane (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  sequence INTEGER NOT NULL,
  head INTEGER,
  priority INTEGER,
  due_at INTEGER
);
CREATE INDEX millwright_lane_ready ON millwright_lane (priority, head) WHERE due_at = 0;
CREATE INDEX millwright_lane_held ON millwright_lane (due_at) WHERE due_at > 0;
CREATE TABLE millwright_outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  aggregatetype TEXT NOT NULL,
  aggregateid TEXT,
  type TEXT NOT NULL,
  attributes TEXT NOT NULL,
  message_priority INTEGER,
  lane INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  enqueued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  ${subjectColumns},
  payload BLOB NOT NULL
);
CREATE INDEX millwright_outbox_waiting ON millwright_outbox (lane, position) WHERE sent_at IS NULL;
CREATE INDEX millwright_outbox_oldest ON millwright_outbox (enqueued_at) WHERE sent_at IS NULL;
CREATE INDEX millwright_outbox_sent ON millwright_outbox (sent_at) WHERE sent_at IS NOT NULL;
${subjectIndexes('millwright_outbox')}
CREATE TABLE millwright_figures (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
INSERT INTO millwright_figures VALUES (1, 0, 0);
CREATE TABLE millwright_lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  holder TEXT NOT NULL,
  token INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE millwright_inbox (
  subscriber TEXT NOT NULL,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  ${subjectColumns},
  PRIMARY KEY (subscriber, source, id)
);
CREATE INDEX millwright_inbox_applied ON millwright_inbox (expires_at) WHERE state = 'applied';
${subjectIndexes('millwright_inbox')}
CREATE TABLE millwright_inbox_lane (
  subscriber TEXT NOT NULL,
  source TEXT NOT NULL,
  lane TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (subscriber, source, lane)
) WITHOUT ROWID;
CREATE TABLE millwright_dead_letter (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subscriber TEXT NOT NULL,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  address TEXT NOT NULL,
  partition_key TEXT,
  message_priority INTEGER,
  attributes TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  pointer TEXT,
  failure_group TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  first_failed_at INTEGER NOT NULL,
  buried_at INTEGER NOT NULL,
  replays INTEGER NOT NULL,
  state TEXT NOT NULL,
  payload BLOB NOT NULL,
  UNIQUE (subscriber, source, id)
);
CREATE INDEX millwright_dead_letter_state ON millwright_dead_letter (state, number);
CREATE INDEX millwright_dead_letter_group ON millwright_dead_letter (failure_group, number);
CREATE INDEX millwright_dead_letter_decided ON millwright_dead_letter (buried_at) WHERE state <> 'buried';
CREATE TABLE millwright_audit (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  details TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE TABLE millwright_process (
  process TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  state TEXT,
  due_at INTEGER,
  PRIMARY KEY (process, key)
);
CREATE INDEX millwright_process_due ON millwright_process (due_at) WHERE due_at IS NOT NULL AND status <> 'completed';
`;

/** Version 2. What waits by type: the next type and its oldest message are one step each, however many wait. */
const second = `
CREATE INDEX millwright_outbox_type ON millwright_outbox (type, enqueued_at) WHERE sent_at IS NULL;
`;

/** Version 3. How often a message came again after it was applied, and when last. */
const third = `
ALTER TABLE millwright_inbox ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE millwright_inbox ADD COLUMN duplicate_at INTEGER;
`;

export const storeMigrations: readonly string[] = [first, second, third];
