import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type DoctorRule,
  diagnose,
  type KafkaFacts,
  kafkaRules,
  type MqttFacts,
  mqttRules,
  type NatsFacts,
  natsRules,
  type PostgresFacts,
  postgresRules,
  type RabbitmqFacts,
  rabbitmqRules,
  readSqliteFacts,
  type SqliteFacts,
  sqliteRules,
  undiagnosed,
  type Verdict,
} from '@millwright/runtime/doctor';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';

const unread = { unread: 'permission denied' };

interface Case<Facts> {
  /** What is other than in the good facts. */
  readonly facts: Partial<Facts>;
  /** Rule and severity that must come of it, besides those of the good facts. */
  readonly found: string;
  readonly verdict: Verdict;
}

function suite<Facts>(rules: readonly DoctorRule<Facts>[], good: Facts, best: Verdict, cases: readonly Case<Facts>[]) {
  const findingsOf = (facts: Facts): readonly string[] =>
    diagnose(rules, facts).checks.map(({ id, severity }) => `${id} ${severity}`);

  it('says the best of good facts', () => {
    const { verdict, checks } = diagnose(rules, good);
    expect(verdict).toBe(best);
    expect(checks.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    expect(checks.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(cases)('$found: $verdict', ({ facts, found, verdict }) => {
    expect(findingsOf(good)).not.toContain(found);
    const diagnosis = diagnose(rules, { ...good, ...facts });
    expect(findingsOf({ ...good, ...facts })).toContain(found);
    expect(diagnosis.verdict).toBe(verdict);
    expect(diagnosis.reasons.length > 0).toBe(verdict !== 'durable');
    for (const { severity, fix } of diagnosis.checks) if (severity === 'error') expect(fix).toMatch(/\.$/);
  });

  it('has a case for each rule that can find something', () => {
    const covered = new Set(cases.map(({ found }) => found.split(' ')[0]));
    const silent = ['doctor/postgres-wal-level', 'doctor/rabbitmq-delivery-limit', 'doctor/mqtt-receipts'];
    expect(rules.map(({ id }) => id).filter((id) => !covered.has(id) && !silent.includes(id))).toEqual([]);
  });
}

describe('PostgreSQL', () => {
  const tables = {
    ...{
      migration: 3,
      unlogged: [],
      indexes: ['outbox_pkey', 'outbox_unsent', 'outbox_unsent_of_lane', 'outbox_sent'],
    },
  };
  const settings = {
    ...{ server_version: '15.2', server_version_num: '150002', fsync: 'on', synchronous_commit: 'on' },
    ...{ full_page_writes: 'on', wal_level: 'replica', max_connections: '100', synchronous_standby_names: '' },
  };
  const good: PostgresFacts = {
    ...{ settings, isStandby: false, connections: 3, clockAheadMs: 4, clockErrorMs: 1, schema: 'millwright' },
    ...{ tables, now: 1_000_000 },
  };
  const set = (name: string, value: string) => ({ settings: { ...settings, [name]: value } });
  const { fsync: _, ...withoutFsync } = settings;
  suite(postgresRules, good, 'durable', [
    { facts: set('server_version_num', '120009'), found: 'doctor/postgres-version error', verdict: 'unknown' },
    { facts: set('fsync', 'off'), found: 'doctor/postgres-fsync error', verdict: 'survives a process' },
    { facts: { settings: withoutFsync }, found: 'doctor/postgres-fsync unknown', verdict: 'unknown' },
    {
      facts: set('synchronous_commit', 'off'),
      found: 'doctor/postgres-synchronous-commit error',
      verdict: 'not durable',
    },
    {
      facts: set('full_page_writes', 'off'),
      found: 'doctor/postgres-full-page-writes error',
      verdict: 'survives a process',
    },
    { facts: { isStandby: true }, found: 'doctor/postgres-standby error', verdict: 'durable' },
    { facts: { connections: 91 }, found: 'doctor/postgres-connections warning', verdict: 'durable' },
    { facts: { clockAheadMs: -5_000 }, found: 'doctor/postgres-clock warning', verdict: 'durable' },
    { facts: { tables: { unlogged: [], indexes: [] } }, found: 'doctor/postgres-tables info', verdict: 'durable' },
    { facts: { tables: unread }, found: 'doctor/postgres-tables unknown', verdict: 'unknown' },
    {
      facts: { tables: { ...tables, unlogged: ['inbox'] } },
      found: 'doctor/postgres-tables error',
      verdict: 'not durable',
    },
    { facts: { tables: { ...tables, migration: 0 } }, found: 'doctor/postgres-tables warning', verdict: 'durable' },
    { facts: { tables: { ...tables, indexes: [] } }, found: 'doctor/postgres-indexes error', verdict: 'durable' },
    { facts: { tables: { ...tables, oldestAt: 1 } }, found: 'doctor/postgres-lag warning', verdict: 'durable' },
  ]);
});

describe('SQLite', () => {
  const good: SqliteFacts = {
    ...{ libraryVersion: '3.53.4', file: '/plant.db', journalMode: 'wal', synchronous: 2, isApplications: true },
    ...{
      disk: { fileSystem: 0xef53, bytesFree: 2 ** 33 },
      integrity: { answer: 'ok' },
      tables: { migration: 3 },
      now: 1e6,
    },
  };
  const { file: _, ...inMemory } = good;
  suite(sqliteRules, good, 'durable', [
    { facts: { libraryVersion: '3.51.2' }, found: 'doctor/sqlite-version warning', verdict: 'durable' },
    { facts: { disk: unread }, found: 'doctor/sqlite-file unknown', verdict: 'unknown' },
    {
      facts: { disk: { fileSystem: 0x6969, bytesFree: 2 ** 33 } },
      found: 'doctor/sqlite-file error',
      verdict: 'not durable',
    },
    {
      ...{ facts: { disk: { fileSystem: 0x01021994, bytesFree: 2 ** 33 } }, found: 'doctor/sqlite-file error' },
      verdict: 'survives a process',
    },
    { facts: { journalMode: 'memory' }, found: 'doctor/sqlite-journal-mode error', verdict: 'not durable' },
    { facts: { journalMode: 'delete' }, found: 'doctor/sqlite-journal-mode info', verdict: 'durable' },
    { facts: { synchronous: 0 }, found: 'doctor/sqlite-synchronous error', verdict: 'survives a process' },
    { facts: { synchronous: 1 }, found: 'doctor/sqlite-synchronous error', verdict: 'survives a process' },
    { facts: { synchronous: 0, isApplications: false }, found: 'doctor/sqlite-synchronous info', verdict: 'durable' },
    {
      facts: { integrity: { answer: 'row 3 missing' } },
      found: 'doctor/sqlite-integrity error',
      verdict: 'not durable',
    },
    { facts: { integrity: unread }, found: 'doctor/sqlite-integrity unknown', verdict: 'durable' },
    {
      facts: { disk: { fileSystem: 0xef53, bytesFree: 1e6 } },
      found: 'doctor/sqlite-disk-free warning',
      verdict: 'durable',
    },
    { facts: { tables: {} }, found: 'doctor/sqlite-tables info', verdict: 'durable' },
    { facts: { tables: { migration: 9 } }, found: 'doctor/sqlite-tables error', verdict: 'durable' },
    { facts: { tables: { migration: 3, oldestAt: 1 } }, found: 'doctor/sqlite-lag warning', verdict: 'durable' },
  ]);
  it('calls a database in memory not durable', () => {
    expect(diagnose(sqliteRules, inMemory).verdict).toBe('not durable');
  });
});

describe('NATS', () => {
  const stream = {
    ...{ storage: 'file', num_replicas: 3, discard: 'new', max_age: 0, max_bytes: -1, max_msgs: -1 },
    duplicate_window: 120e9,
  };
  const good: NatsFacts = {
    ...{ version: '2.12.3', hasJetStream: true, account: {}, streamName: 'millwright', stream },
    ...{ consumers: { list: [{ name: 'mes', config: { max_deliver: -1 } }] }, sync: { isAlways: true } },
  };
  suite(natsRules, good, 'durable', [
    { facts: { version: '2.9.10' }, found: 'doctor/nats-version error', verdict: 'not durable' },
    { facts: { version: '2.10.22' }, found: 'doctor/nats-version error', verdict: 'not durable' },
    { facts: { version: 'dev' }, found: 'doctor/nats-version unknown', verdict: 'unknown' },
    { facts: { hasJetStream: false }, found: 'doctor/nats-jetstream error', verdict: 'not durable' },
    { facts: { account: unread }, found: 'doctor/nats-jetstream unknown', verdict: 'durable' },
    { facts: { sync: unread }, found: 'doctor/nats-sync unknown', verdict: 'survives a process' },
    { facts: { sync: { isAlways: false } }, found: 'doctor/nats-sync error', verdict: 'survives a process' },
    { facts: { stream: unread }, found: 'doctor/nats-stream warning', verdict: 'unknown' },
    { facts: { stream: { ...stream, storage: 'memory' } }, found: 'doctor/nats-storage error', verdict: 'not durable' },
    { facts: { stream: { ...stream, num_replicas: 1 } }, found: 'doctor/nats-replicas info', verdict: 'durable' },
    {
      ...{ facts: { stream: { ...stream, discard: 'old', max_msgs: 9 } }, found: 'doctor/nats-limits error' },
      verdict: 'not durable',
    },
    { facts: { stream: { ...stream, max_age: 60e9 } }, found: 'doctor/nats-limits warning', verdict: 'durable' },
    {
      ...{ facts: { stream: { ...stream, duplicate_window: 1e9 } }, found: 'doctor/nats-duplicate-window warning' },
      verdict: 'durable',
    },
    {
      facts: { consumers: { list: [{ name: 'mes', config: { max_deliver: 5, backoff: [1e9] } }] } },
      ...{ found: 'doctor/nats-deliveries error', verdict: 'durable' },
    },
  ]);
});

describe('RabbitMQ', () => {
  const good: RabbitmqFacts = {
    ...{ version: '4.1.0', confirms: true, queue: { confirmed: true }, deadLetters: { queue: 'ours' } },
  };
  suite(rabbitmqRules, good, 'durable', [
    { facts: { version: '3.9.29' }, found: 'doctor/rabbitmq-version error', verdict: 'not durable' },
    { facts: { confirms: false }, found: 'doctor/rabbitmq-confirms error', verdict: 'not durable' },
    { facts: { alarm: 'low on disk' }, found: 'doctor/rabbitmq-alarm error', verdict: 'durable' },
    { facts: { queue: unread }, found: 'doctor/rabbitmq-quorum-queue error', verdict: 'not durable' },
    { facts: { queue: { confirmed: false } }, found: 'doctor/rabbitmq-quorum-queue error', verdict: 'unknown' },
    { facts: { deadLetters: { queue: 'absent' } }, found: 'doctor/rabbitmq-dead-letters info', verdict: 'durable' },
    { facts: { deadLetters: { queue: 'other' } }, found: 'doctor/rabbitmq-dead-letters error', verdict: 'unknown' },
  ]);
});

describe('MQTT', () => {
  const good: MqttFacts = {
    ...{ keepsSessions: true, sessionExpiryS: 600, sessionExpiryAskedS: 600, maximumQos: 2, retains: true },
    ...{ receiveMaximum: 100, sharesSubscriptions: true },
  };
  suite(mqttRules, good, 'unknown', [
    { facts: { keepsSessions: false }, found: 'doctor/mqtt-session error', verdict: 'not durable' },
    { facts: { sessionExpiryS: 60 }, found: 'doctor/mqtt-session-expiry warning', verdict: 'unknown' },
    { facts: { maximumQos: 0 }, found: 'doctor/mqtt-qos error', verdict: 'not durable' },
    { facts: { retains: false }, found: 'doctor/mqtt-retain info', verdict: 'unknown' },
    { facts: { receiveMaximum: 10 }, found: 'doctor/mqtt-receive-maximum info', verdict: 'unknown' },
    { facts: { sharesSubscriptions: false }, found: 'doctor/mqtt-shared-subscriptions info', verdict: 'unknown' },
  ]);
});

describe('Kafka', () => {
  const settings = {
    ...{
      'cleanup.policy': 'delete',
      'flush.messages': '1',
      'max.message.bytes': '1048588',
      'min.insync.replicas': '2',
    },
    ...{ 'retention.bytes': '-1', 'retention.ms': '-1', 'unclean.leader.election.enable': 'false' },
  };
  const topicOf = (replicas: readonly number[], set: Readonly<Record<string, string>> = {}, isr = replicas) => ({
    ...{ name: 'millwright', partitions: [{ leader: 1, replicas, isr }], settings: { ...settings, ...set } },
  });
  const topic = topicOf([1, 2, 3]);
  const set = (name: string, value: string) => ({ topics: [topicOf([1, 2, 3], { [name]: value })] });
  const good: KafkaFacts = {
    ...{ apis: { Fetch: 18, Produce: 13 }, brokers: [1, 2, 3].map((id) => ({ id, host: `kafka-${id}` })) },
    ...{ topics: [topic], absent: [], coordinator: { nodeId: 2 } },
    offsets: { replicas: 3, minutes: 10_080 },
  };
  suite(kafkaRules, good, 'durable', [
    { facts: { apis: { Fetch: 12, Produce: 9 } }, found: 'doctor/kafka-version error', verdict: 'unknown' },
    { facts: { apis: {} }, found: 'doctor/kafka-version unknown', verdict: 'unknown' },
    { facts: { brokers: [{ id: 1, host: 'kafka' }] }, found: 'doctor/kafka-brokers info', verdict: 'durable' },
    { facts: { absent: ['millwright.dead-letters'] }, found: 'doctor/kafka-topic warning', verdict: 'unknown' },
    {
      ...{ facts: { topics: [{ ...topic, settings: unread }] }, found: 'doctor/kafka-settings unknown' },
      verdict: 'unknown',
    },
    { facts: set('flush.messages', '2'), found: 'doctor/kafka-flush warning', verdict: 'survives a process' },
    { facts: { topics: [topicOf([1])] }, found: 'doctor/kafka-replicas info', verdict: 'durable' },
    { facts: { topics: [topicOf([1])] }, found: 'doctor/kafka-min-insync error', verdict: 'durable' },
    { facts: set('min.insync.replicas', '1'), found: 'doctor/kafka-min-insync warning', verdict: 'durable' },
    { facts: set('min.insync.replicas', '3'), found: 'doctor/kafka-min-insync warning', verdict: 'durable' },
    { facts: { topics: [topicOf([1, 2, 3], {}, [1, 2])] }, found: 'doctor/kafka-in-sync warning', verdict: 'durable' },
    {
      facts: { topics: [{ ...topic, partitions: [{ leader: -1, replicas: [1, 2, 3], isr: [1] }] }] },
      ...{ found: 'doctor/kafka-in-sync error', verdict: 'durable' },
    },
    {
      ...{ facts: set('unclean.leader.election.enable', 'true'), found: 'doctor/kafka-unclean-election error' },
      verdict: 'not durable',
    },
    {
      facts: { topics: [topicOf([1], { 'unclean.leader.election.enable': 'true' })] },
      ...{ found: 'doctor/kafka-unclean-election warning', verdict: 'durable' },
    },
    {
      ...{ facts: set('cleanup.policy', 'compact,delete'), found: 'doctor/kafka-cleanup-policy error' },
      verdict: 'not durable',
    },
    { facts: set('retention.bytes', '1000'), found: 'doctor/kafka-retention error', verdict: 'not durable' },
    { facts: set('retention.ms', '3600000'), found: 'doctor/kafka-retention warning', verdict: 'durable' },
    { facts: set('retention.ms', '604800000'), found: 'doctor/kafka-retention info', verdict: 'durable' },
    { facts: set('max.message.bytes', '65536'), found: 'doctor/kafka-message-size warning', verdict: 'durable' },
    { facts: { coordinator: unread }, found: 'doctor/kafka-coordinator error', verdict: 'durable' },
    { facts: { offsets: { replicas: 1, minutes: 10_080 } }, found: 'doctor/kafka-offsets warning', verdict: 'durable' },
    { facts: { offsets: unread }, found: 'doctor/kafka-offsets unknown', verdict: 'durable' },
    {
      ...{ facts: { offsets: { replicas: 3, minutes: 60 } }, found: 'doctor/kafka-offsets-retention warning' },
      verdict: 'durable',
    },
  ]);

  it('tells the worst of several topics, and which', () => {
    const small = { ...topicOf([1, 2, 3], { 'retention.ms': '60000' }), name: 'work-orders' };
    const other = { ...topicOf([1, 2, 3], { 'retention.ms': '604800000' }), name: 'holds' };
    const { checks } = diagnose(kafkaRules, { ...good, topics: [topic, other, small] });
    const { severity, found } = checks.find(({ id }) => id === 'doctor/kafka-retention') ?? {};
    expect([severity, found]).toEqual(['warning', expect.stringMatching(/^work-orders: .* 60 s$/)]);
  });
});

describe('SQLite, asked itself', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-doctor-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('calls the connection of a store durable, and the same file with synchronous OFF not', async () => {
    const database = new DatabaseSync(join(folder, 'plant.db'));
    await createSqliteStore(database).migrate();
    const asked = async () => diagnose(sqliteRules, await readSqliteFacts(database, { isApplications: true }));
    expect((await asked()).verdict).toBe('durable');
    database.exec('PRAGMA synchronous = OFF');
    const { verdict, reasons } = await asked();
    expect(verdict).toBe('survives a process');
    expect(reasons).toEqual([{ id: 'doctor/sqlite-synchronous', found: 'synchronous is OFF' }]);
    database.close();
  });

  it('finds a file that is broken', async () => {
    const file = join(folder, 'broken.db');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE lots (name TEXT); CREATE INDEX by_name ON lots (name)');
    for (let lot = 0; lot < 2_000; lot += 1) database.prepare('INSERT INTO lots VALUES (?)').run(`lot ${lot}`);
    database.close();
    const bytes = readFileSync(file);
    bytes.fill(0, 3 * 4_096, 4 * 4_096);
    writeFileSync(file, bytes);
    const broken = new DatabaseSync(file, { readOnly: true });
    const { verdict, checks } = diagnose(sqliteRules, await readSqliteFacts(broken));
    expect(verdict).toBe('not durable');
    expect(checks.find(({ id }) => id === 'doctor/sqlite-integrity')?.severity).toBe('error');
    broken.close();
  });
});

describe('the rules', () => {
  const rules = [...postgresRules, ...sqliteRules, ...natsRules, ...rabbitmqRules, ...mqttRules, ...kafkaRules];

  it('have an id each, for ever, and say why', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, why } of rules) {
      expect(id).toMatch(/^doctor\/[a-z]+(-[a-z]+)+$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('are all in the page about the doctor', () => {
    const page = readFileSync(join(root, 'docs/doctor.md'), 'utf8');
    const told = [...page.matchAll(/`(doctor\/[a-z-]+)`/g)].map(([, id]) => id);
    expect(told.sort()).toEqual([...rules.map(({ id }) => id), 'doctor/reachable'].sort());
  });

  it('never call durable what cannot be asked', () => {
    expect(undiagnosed('no answer', 'Start it.').verdict).toBe('unknown');
  });
});
