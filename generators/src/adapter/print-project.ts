import { code, stringLiteral } from '@millwright/codegen';
import type { AdapterPart } from './parts.ts';
import type { SkeletonFile } from './print-part.ts';

interface Project {
  readonly system: string;
  readonly sdk: string;
  readonly role: string;
  readonly parts: readonly AdapterPart[];
  readonly hasModels: boolean;
}

/** What an adapter has once, whatever it consumes. */
export function printProject(project: Project): readonly SkeletonFile[] {
  const { system, role } = project;
  return [
    { path: 'src/adapter.ts', content: printAdapter(project) },
    { path: 'src/system.ts', content: project.hasModels ? odooSystem : anySystem },
    { path: 'src/wiring.ts', content: printWiring(role, system) },
    { path: 'package.json', content: packageText(project) },
    { path: 'tsconfig.json', content: tsconfigText },
    { path: 'README.md', content: readmeText(project) },
  ];
}

function printAdapter({ sdk, parts }: Project): string {
  const module = parts[0]?.module ?? 'events';
  return code`import type { DatabaseSync } from 'node:sqlite';
import type { Messaging } from '@millwright/runtime/messaging';
import type { Bus, Subscription } from ${stringLiteral(`${sdk}/${module}`)};
import type { System } from './system.ts';

/** What handlers and producers work with. */
export interface Adapter {
  readonly bus: Bus;
  readonly messaging: Messaging<DatabaseSync>;
  readonly system: System;
  /** Consumers of one group share the messages. */
  readonly group: string;
}

/** Subscribes one handler. */
export type Handle = (adapter: Adapter) => Promise<Subscription>;

export { createBus } from ${stringLiteral(`${sdk}/${module}`)};
`;
}

const systemPort = code`
/** The system that is connected. */
export interface System {
  /**
   * Applies a record once. What is written by \`inside.connection\` commits with the inbox; a call to a remote system must be
   * idempotent by its business key, because a crash after the call repeats it.
   */
  apply(event: string, record: SystemRecord, inside: Inside<DatabaseSync>): Promise<void>;
}
`;

const anySystem = code`import type { DatabaseSync } from 'node:sqlite';
import type { Inside } from '@millwright/runtime/messaging';

/** What the system holds; each mapping may name its fields more closely. */
export type SystemRecord = Readonly<Record<string, unknown>>;
${systemPort}`;

const odooSystem = code`import type { DatabaseSync } from 'node:sqlite';
import type { Inside } from '@millwright/runtime/messaging';
import type { OdooModels, OdooWrite } from './odoo-models.ts';

/** Values for one model of the database: a field that is missing, readonly or of another type does not compile. */
export type SystemRecord = {
  [Model in keyof OdooModels]: { readonly model: Model; readonly values: OdooWrite<Model> };
}[keyof OdooModels];
${systemPort}`;

function printWiring(role: string, system: string): string {
  return code`import type { DatabaseSync } from 'node:sqlite';
import type { Transport } from '@millwright/runtime';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { type Adapter, createBus } from './adapter.ts';
import { registrations } from './registrations.ts';
import type { System } from './system.ts';

/** What differs between a plant and a test. */
export interface AdapterConfig {
  /** Holds outbox, inbox and dead letters. */
  readonly database: DatabaseSync;
  readonly transport: Transport;
  readonly system: System;
  /** Such as \`/plants/PL01/mes\`. */
  readonly source: string;
  /** Service identity, as the register of systems names it. */
  readonly producer: string;
  /** Told of every message that became a dead letter. */
  readonly onBuried?: () => void;
}

/** Starts the adapter. What cannot be applied is retried, and at last a dead letter: \`millwright dlq list\`. */
export async function startAdapter({ database, system, ...identity }: AdapterConfig): Promise<Adapter> {
  const messaging = createMessaging({ ...identity, store: createSqliteStore(database), role: ${stringLiteral(role)} });
  await messaging.start();
  const adapter: Adapter = { bus: createBus(messaging.config), messaging, system, group: ${stringLiteral(system)} };
  for (const register of registrations) await register(adapter);
  return adapter;
}
`;
}

function packageText({ system, sdk, hasModels }: Project): string {
  const names = ['@millwright/runtime', sdk, ...(hasModels ? ['@millwright/odoo'] : [])].filter(
    (name) => !name.startsWith('#'),
  );
  const content = {
    ...{ name: `${system}-adapter`, version: '0.1.0', private: true, type: 'module', engines: { node: '>=22.18' } },
    scripts: { check: 'tsc --noEmit', test: 'node --test "test/**/*.test.ts"' },
    dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
    devDependencies: { '@millwright/testing': '*', '@types/node': '^24.0.0', typescript: '^7.0.2' },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const tsconfigText = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["src", "test"]
}
`;

function readmeText({ system, role, parts }: Project): string {
  const list = (direction: AdapterPart['direction']): string => {
    const names = parts.filter((part) => part.direction === direction).map(({ name }) => `- ${name}\n`);
    return names.length === 0 ? '- nothing\n' : names.join('');
  };
  return `# Adapter: ${system}

Connects a system in the role \`${role}\`. These files are yours: nothing overwrites them.

1. Write each mapping in \`src/mapping\`; \`npm test\` fails until the last one is written.
2. Write \`apply\` of the port in \`src/system.ts\`.
3. Start it with \`startAdapter\` of \`src/wiring.ts\`.

After a change of the contract, \`millwright scaffold adapter ${system} --sync\` adds what is new and marks what was removed.

Consumes:

${list('consume')}
Publishes:

${list('publish')}`;
}
