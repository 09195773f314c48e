/**
 * Version 1. Each group has a row of its own for a message, so that nobody has to ask who else still needs it. The messages of one
 * group with one address and key are a lane. It knows the message that comes next (`head`), and when it may be given out
 * (`free_at`, 0 is at once). It is `held` by a delivery or by one that is to come again; else it waits for a message that lets others
 * pass. Every delivery has a new `token`: what an earlier one does counts no more.
 */
const first = `
CREATE TABLE millwright_queue_group (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  expires_at INTEGER
);
CREATE TABLE millwright_queue_pattern (
  group_number INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  PRIMARY KEY (group_number, pattern)
) WITHOUT ROWID;
CREATE TABLE millwright_queue_lane (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  group_number INTEGER NOT NULL,
  address TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  head INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  free_at INTEGER NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,
  UNIQUE (group_number, address, partition_key)
);
CREATE INDEX millwright_queue_lane_ready ON millwright_queue_lane (group_number, priority, head) WHERE free_at = 0;
CREATE INDEX millwright_queue_lane_busy ON millwright_queue_lane (group_number, free_at) WHERE free_at > 0;
CREATE TABLE millwright_queue (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  lane INTEGER NOT NULL,
  address TEXT NOT NULL,
  partition_key TEXT,
  attributes TEXT NOT NULL,
  message_priority INTEGER,
  priority INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  payload BLOB NOT NULL
);
CREATE INDEX millwright_queue_waiting ON millwright_queue (lane, position, due_at) WHERE reason IS NULL;
CREATE INDEX millwright_queue_rejected ON millwright_queue (position) WHERE reason IS NOT NULL;
`;

export const transportMigrations: readonly string[] = [first];
