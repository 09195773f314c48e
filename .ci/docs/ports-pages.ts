import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Transport, TransportFeatures } from '../../packages/runtime/src/index.ts';
import type { StoreFeatures } from '../../packages/runtime/src/store.ts';
import { createMemoryStore } from '../../packages/runtime/src/stores/memory/memory-store.ts';
import { createPostgresStore } from '../../packages/runtime/src/stores/postgres/postgres-store.ts';
import { createSqliteStore } from '../../packages/runtime/src/stores/sqlite/sqlite-store.ts';
import { createKafkaTransport } from '../../packages/runtime/src/transports/kafka/kafka-transport.ts';
import { createMemoryTransport } from '../../packages/runtime/src/transports/memory/memory-transport.ts';
import { createMqttTransport } from '../../packages/runtime/src/transports/mqtt/mqtt-transport.ts';
import { createNatsTransport } from '../../packages/runtime/src/transports/nats/nats-transport.ts';
import { createRabbitmqTransport } from '../../packages/runtime/src/transports/rabbitmq/rabbitmq-transport.ts';
import { withReceipts } from '../../packages/runtime/src/transports/receipts/receipts-transport.ts';
import { createSqliteTransport } from '../../packages/runtime/src/transports/sqlite/sqlite-transport.ts';
import { commentOf, membersOf } from './doc-comments.ts';
import { anchor, code, table } from './markdown.ts';

const runtime = fileURLToPath(new URL('../../packages/runtime/src/', import.meta.url));
const sourceOf = (file: string): string => readFileSync(join(runtime, file), 'utf8');

/** A driver that answers every question about it and does nothing: features are known before anything is connected. */
const noDriver = new Proxy(() => noDriver, { get: () => noDriver }) as never;

/** Features of what is kept in a file differ from those of what is kept in memory. */
async function withFile<Result>(use: (database: DatabaseSync) => Result): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-docs-'));
  const database = new DatabaseSync(join(folder, 'queue.db'));
  try {
    return use(database);
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

interface PortEntry<Features> {
  readonly title: string;
  /** Import path behind `@millwright/runtime/`. */
  readonly module: string;
  readonly file: string;
  readonly factory: string;
  readonly options?: string;
  readonly features: Features;
}

async function transports(): Promise<readonly PortEntry<TransportFeatures>[]> {
  const entry = (name: string, factory: string, { features }: Transport, options?: string, title = features.name) => ({
    ...{ title, module: `transports/${name}`, file: `transports/${name}/${name}-transport.ts`, factory, features },
    ...(options === undefined ? {} : { options }),
  });
  const mqtt = createMqttTransport(noDriver);
  return [
    { ...entry('memory', 'createMemoryTransport', createMemoryTransport(), 'MemoryTransportOptions'), module: '' },
    entry('sqlite', 'createSqliteTransport', await withFile(createSqliteTransport), 'SqliteTransportOptions'),
    entry('nats', 'createNatsTransport', createNatsTransport(noDriver), 'NatsTransportOptions'),
    entry('rabbitmq', 'createRabbitmqTransport', createRabbitmqTransport(noDriver), 'RabbitmqTransportOptions'),
    entry('mqtt', 'createMqttTransport', mqtt, 'MqttTransportOptions'),
    entry('kafka', 'createKafkaTransport', createKafkaTransport(noDriver), 'KafkaTransportOptions'),
    entry('receipts', 'withReceipts', withReceipts(mqtt, { name: '', from: [] }), 'ReceiptOptions'),
  ];
}

async function stores(): Promise<readonly PortEntry<StoreFeatures>[]> {
  const entry = (name: string, factory: string, features: StoreFeatures, options?: string) => ({
    ...{ title: features.name, module: `stores/${name}`, file: `stores/${name}/${name}-store.ts`, factory, features },
    ...(options === undefined ? {} : { options }),
  });
  return [
    entry('memory', 'createMemoryStore', createMemoryStore().features),
    entry('sqlite', 'createSqliteStore', await withFile((database) => createSqliteStore(database).features)),
    entry('postgres', 'createPostgresStore', createPostgresStore(noDriver).features, 'PostgresStoreOptions'),
  ];
}

const answer = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value));

function page<Features extends object>(
  port: {
    readonly title: string;
    readonly intro: string;
    readonly features: string;
    readonly folder: 'stores' | 'transports';
  },
  entries: readonly PortEntry<Features>[],
): string {
  demandAll(port.folder, entries);
  const asked = membersOf(sourceOf(`${port.folder.slice(0, -1)}.ts`), port.features).filter(
    ({ name }) => name !== 'name',
  );
  const row = ({ title, features }: PortEntry<Features>): readonly string[] => [
    `[${title}](#${anchor(title)})`,
    ...asked.map(({ name }) => answer((features as Readonly<Record<string, unknown>>)[name])),
  ];
  const questions = asked.map(({ name, type, text }) => [code(name), type.includes("'") ? code(type) : '', text]);
  return `# ${port.title}

${port.intro}

${table(['', ...asked.map(({ name }) => code(name))], entries.map(row))}
${table(['feature', 'values', 'meaning'], questions)}
${entries.map(section).join('\n')}`;
}

/** Every folder of the port is on its page. */
function demandAll(folder: string, entries: readonly PortEntry<object>[]): void {
  const shown = entries.map(({ file }) => file);
  const missing = globSync(`${folder}/*/*-${folder.slice(0, -1)}.ts`, { cwd: runtime }).filter(
    (file) => !shown.includes(file.replaceAll('\\', '/')),
  );
  if (missing.length > 0) throw new Error(`ports-pages.ts shows no ${missing.join(', ')}`);
}

function section({ title, module, file, factory, options }: PortEntry<object>): string {
  const source = sourceOf(file);
  const rows = options === undefined ? [] : membersOf(source, options).map(({ name, text }) => [code(name), text]);
  return `## ${title}

${code(`import { ${factory} } from '@millwright/runtime${module === '' ? '' : `/${module}`}'`)}

${commentOf(source, `function ${factory}`)}
${rows.length === 0 ? '' : `\n${table(['option', 'meaning'], rows)}`}`;
}

/** transports.md: what each transport promises, from its features, and how it is made. */
export async function transportsPage(): Promise<string> {
  const intro =
    'What carries messages. All pass one suite of `@millwright/testing`, as far as they promise what a case asks.';
  return page({ title: 'Transports', intro, features: 'TransportFeatures', folder: 'transports' }, await transports());
}

/** stores.md: what each store promises, from its features, and how it is made. */
export async function storesPage(): Promise<string> {
  const intro =
    'Where a system keeps outbox, inbox, dead letters, audit trail and the state of its processes. All pass one suite of `@millwright/testing`.';
  return page({ title: 'Stores', intro, features: 'StoreFeatures', folder: 'stores' }, await stores());
}
