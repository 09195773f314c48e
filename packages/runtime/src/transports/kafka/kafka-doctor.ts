import { readOrTell, type Unread } from '../../doctor/diagnosis.ts';
import type { KafkaClientSettings } from './kafka-driver.ts';
import { demandTopic } from './routes.ts';

/** Of a resource, with the values that Kafka tells of it. */
interface KafkaConfigs {
  readonly configs: readonly { readonly name: string; readonly value?: string | null | undefined }[];
}

interface KafkaTopicState {
  readonly partitions: readonly {
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly isr: readonly number[];
  }[];
}

/** The slice of an `Admin` of `@platformatic/kafka` that is asked. */
export interface KafkaDoctorAdmin {
  listApis(): Promise<readonly { readonly name: string; readonly maxVersion: number }[]>;
  listTopics(): Promise<readonly string[]>;
  metadata(options: { topics: string[] }): Promise<{
    readonly brokers: ReadonlyMap<number, { readonly host: string }>;
    readonly topics: ReadonlyMap<string, KafkaTopicState>;
  }>;
  describeConfigs(options: {
    resources: { resourceType: 2 | 4; resourceName: string; configurationKeys: string[] }[];
  }): Promise<readonly KafkaConfigs[]>;
  findCoordinator(options: { keyType: 0; keys: string[] }): Promise<readonly { readonly nodeId: number }[]>;
}

/** What of the driver's own settings the doctor asks for: a cluster that has just begun needs more than one try. */
export const kafkaDoctorSettings = (timeoutMs: number): KafkaClientSettings & { readonly connectTimeout: number } => ({
  ...{ retries: 5, retryDelay: 200, requestTimeout: timeoutMs, connectTimeout: timeoutMs },
});

/** A topic of the transport. */
export interface KafkaTopicFacts extends KafkaTopicState {
  readonly name: string;
  /** By the names of Kafka's topic configuration. */
  readonly settings: Readonly<Record<string, string>> | Unread;
}

/** What the brokers say of themselves and of the topics of the transport. */
export interface KafkaFacts {
  /** Kafka tells no version of its own: the latest of each request that it understands. */
  readonly apis: Readonly<Record<string, number>>;
  readonly brokers: readonly { readonly id: number; readonly host: string }[];
  readonly topics: readonly KafkaTopicFacts[];
  /** Topics of the transport that are not there, or that this user may not see. */
  readonly absent: readonly string[];
  /** Who leads a group. */
  readonly coordinator: { readonly nodeId: number } | Unread;
  /** How the brokers are told to keep the offsets of groups; the driver does not show the topic that has them. */
  readonly offsets: { readonly replicas: number; readonly minutes: number } | Unread;
}

export interface KafkaDoctorOptions {
  /** Common topic of the transport; that of its dead letters is `<topic>.dead-letters`. Default `millwright`. */
  readonly topic?: string;
  /** Topics of its routes. */
  readonly routed?: readonly string[];
}

const settingsOfTopics = [
  ...['cleanup.policy', 'flush.messages', 'max.message.bytes', 'min.insync.replicas'],
  ...['retention.bytes', 'retention.ms', 'unclean.leader.election.enable'],
];
const settingsOfOffsets = ['offsets.topic.replication.factor', 'offsets.retention.minutes'];

/**
 * Reads and changes nothing of ours. A cluster that has never had a group makes its topic of offsets when it is asked who leads one.
 * Rejects when no broker answers.
 */
export async function readKafkaFacts(
  admin: KafkaDoctorAdmin,
  { topic = 'millwright', routed = [] }: KafkaDoctorOptions = {},
): Promise<KafkaFacts> {
  const names = [...new Set([topic, ...routed, `${topic}.dead-letters`])].map(demandTopic);
  const { brokers } = await plainly(admin.metadata({ topics: [] }));
  const apis = await plainly(admin.listApis());
  const [first = -1] = brokers.keys();
  const coordinator = await readOrTell(async () => {
    const [found] = await plainly(admin.findCoordinator({ keyType: 0, keys: ['millwright-doctor'] }));
    return { nodeId: found?.nodeId ?? -1 };
  });
  const there = new Set(await plainly(admin.listTopics()));
  const topics: KafkaTopicFacts[] = [];
  for (const name of names) if (there.has(name)) topics.push(await readTopic(admin, name));
  return {
    apis: Object.fromEntries(apis.map(({ name, maxVersion }) => [name, maxVersion])),
    brokers: [...brokers].map(([id, { host }]) => ({ id, host })),
    topics,
    absent: names.filter((name) => !there.has(name)),
    coordinator,
    offsets: await readOrTell(() => readOffsets(admin, first)),
  };
}

async function readTopic(admin: KafkaDoctorAdmin, name: string): Promise<KafkaTopicFacts> {
  const { partitions } = await stateOf(admin, name);
  return {
    name,
    partitions: partitions.map(({ leader, replicas, isr }) => ({ leader, replicas, isr })),
    settings: await readOrTell(() => settingsOf(admin, 2, name, settingsOfTopics)),
  };
}

async function readOffsets(admin: KafkaDoctorAdmin, broker: number): Promise<Exclude<KafkaFacts['offsets'], Unread>> {
  const settings = await settingsOf(admin, 4, String(broker), settingsOfOffsets);
  const [replicas, minutes] = settingsOfOffsets.map((name) => settings[name]);
  if (replicas === undefined || minutes === undefined) throw new Error(`broker ${broker} does not tell its settings`);
  return { replicas: Number(replicas), minutes: Number(minutes) };
}

async function stateOf(admin: KafkaDoctorAdmin, name: string): Promise<KafkaTopicState> {
  const { topics } = await plainly(admin.metadata({ topics: [name] }));
  const state = topics.get(name);
  if (state === undefined) throw new Error(`there is no topic ${name}`);
  return state;
}

async function settingsOf(
  admin: KafkaDoctorAdmin,
  resourceType: 2 | 4,
  resourceName: string,
  configurationKeys: string[],
): Promise<Readonly<Record<string, string>>> {
  const resources = [{ resourceType, resourceName, configurationKeys }];
  const [{ configs } = { configs: [] }] = await plainly(admin.describeConfigs({ resources }));
  return Object.fromEntries(configs.flatMap(({ name, value }) => (value == null ? [] : [[name, value]])));
}

/** Brokers that hold each message of a topic: of the partition with the fewest. */
export function replicasOf({ partitions }: KafkaTopicState): number {
  return Math.min(...partitions.map(({ replicas }) => replicas.length));
}

/** The driver wraps what happened into errors that only say what was tried. */
async function plainly<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    throw innermost(error);
  }
}

function innermost(error: unknown): unknown {
  const { errors, cause } = (error ?? {}) as { readonly errors?: readonly unknown[]; readonly cause?: unknown };
  const inner = errors?.[0] ?? cause;
  return inner instanceof Error ? innermost(inner) : error;
}
