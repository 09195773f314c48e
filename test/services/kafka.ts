import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { freePort } from './own-server.ts';
import type { Service } from './service.ts';

const version = '4.3.1';

/** Maven's own repository keeps the jars; here is the list of them. */
const cache = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'millwright', `kafka-${version}`);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millwright</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
  </dependencies>
</project>
`;

const isThere = (program: string): boolean =>
  (env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

function installTools(): void {
  const packages = { java: 'openjdk-17-jre-headless', mvn: 'maven' };
  const missing = Object.entries(packages).flatMap(([program, name]) => (isThere(program) ? [] : [name]));
  if (missing.length === 0) return;
  const options = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('/usr/bin/apt-get', ['install', '-y', '--no-install-recommends', ...missing], options);
}

/** The jars of Apache's own broker, from Maven Central at the first time. */
function classpath(): string {
  const file = join(cache, 'classpath');
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (known !== '' && known.split(delimiter).every((jar) => existsSync(jar))) return known;
  mkdirSync(cache, { recursive: true });
  // Several test files may come here at once.
  const own = mkdtempSync(join(cache, 'fetch-'));
  writeFileSync(join(own, 'pom.xml'), pom);
  try {
    const goals = ['-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath'];
    execFileSync('mvn', goals, { cwd: own, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
    renameSync(join(own, 'classpath'), file);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return readFileSync(file, 'utf8');
}

/** One node that is broker and controller. */
const settingsOf = (folder: string, port: number, controllerPort: number): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
# Nobody of a group that a test begins is late, and who has died is missed soon.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
auto.create.topics.enable=false
# A broker that was killed is let in again when the controller has given up the one before.
broker.heartbeat.interval.ms=200
broker.session.timeout.ms=1500
`;

/** Who may come in over a port of their own, by their passwords, and then has what rights there are. */
export interface KafkaUsers {
  readonly port: number;
  readonly passwords: Readonly<Record<string, string>>;
}

/** Over the other port anybody may do anything: a test grants rights there. */
function accessOf({ port, passwords }: KafkaUsers, settings: string): string {
  const address = `SASL_PLAINTEXT://127.0.0.1:${port}`;
  const users = Object.entries(passwords).map(([name, password]) => `user_${name}="${password}"`);
  return `${settings.replaceAll(/^((?:advertised\.)?listeners=.*)$/gm, `$1,${address}`)}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${users.join(' ')};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;
}

/** A small machine runs several of them. */
const javaOptions = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The port is open before the controller knows the broker. */
async function answers(url: string): Promise<boolean> {
  const brokers = { clientId: 'millwright-test', bootstrapBrokers: [new URL(url).host] };
  const admin = new Admin({ ...brokers, retries: 0, connectTimeout: 1_000, requestTimeout: 5_000 });
  try {
    return (await admin.metadata({ topics: [] })).brokers.size > 0;
  } catch {
    return false;
  } finally {
    await admin.close().catch(() => undefined);
  }
}

/**
 * Runs the server until a line or the end of its input comes, so that it ends with the process that started it, however that one
 * ends; then nobody else deletes its folder. A signal to the whole group, or a reader that is gone, must not end it before.
 */
const guardian =
  'trap "" INT HUP TERM PIPE; folder=$1; shift; "$@" & read -r word; kill -9 $!; wait $!; [ -n "$word" ] || rm -rf "$folder"';

async function run(folder: string, jars: string, url: string): Promise<ChildProcess> {
  const java = ['java', ...javaOptions, '-cp', jars, 'kafka.Kafka', join(folder, 'server.properties')];
  const running = spawn('sh', ['-c', guardian, 'sh', folder, ...java], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(50)) {
    if (await answers(url)) return running;
  }
  running.stdin.end('kill\n');
  throw new Error(`Kafka does not answer: ${said}`);
}

/**
 * Starts one node of Apache Kafka on free ports of this machine, from Maven Central, with Java and Maven from Debian's packages,
 * which are installed when they are missing; or takes the broker that `MILLWRIGHT_KAFKA_URL` names, such as
 * `kafka://127.0.0.1:9092`. Rejects when there is none.
 */
export async function startKafka(users?: KafkaUsers): Promise<Service> {
  const given = env['MILLWRIGHT_KAFKA_URL'];
  if (given !== undefined && users !== undefined) throw new Error('the broker of somebody else has users of its own');
  if (given !== undefined) return { url: given, stop: async () => {} };
  installTools();
  const jars = classpath();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-kafka-'));
  const port = await freePort();
  const url = `kafka://127.0.0.1:${port}`;
  const config = join(folder, 'server.properties');
  const settings = settingsOf(folder, port, await freePort());
  writeFileSync(config, users === undefined ? settings : accessOf(users, settings));
  const id = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  const format = ['-cp', jars, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', config];
  execFileSync('java', [...javaOptions, ...format], { stdio: 'pipe' });
  let running: ChildProcess | undefined = await run(folder, jars, url).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const end = async (word: string): Promise<void> => {
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.stdin?.end(word);
    running = undefined;
    await ended;
  };
  const kill = (): Promise<void> => end('kill\n');
  return {
    url,
    kill,
    restart: async () => {
      await kill();
      running = await run(folder, jars, url);
    },
    stop: async () => {
      await end('');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
