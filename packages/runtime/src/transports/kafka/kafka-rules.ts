import { type DoctorRule, inWords, isUnread, type Judgement } from '../../doctor/diagnosis.ts';
import { type KafkaFacts, type KafkaTopicFacts, replicasOf } from './kafka-doctor.ts';

/** The first version of Fetch that names topics by their ids. */
const fetchMin = 13;
/** What brokers keep by default: messages and offsets. */
const keptMinMs = 7 * 24 * 3_600_000;
/** As of the transport. */
const messageBytesMax = 1_000_000;

/** Judges each topic whose settings are known and tells the worst: topics of which nothing is to be said are named by `fine`. */
function judgeSettings(
  { topics }: KafkaFacts,
  fine: string,
  judge: (settings: Readonly<Record<string, string>>, topic: KafkaTopicFacts) => Judgement | undefined,
): Judgement | undefined {
  const known = topics.flatMap((topic) => (isUnread(topic.settings) ? [] : [{ topic, settings: topic.settings }]));
  if (known.length === 0) return undefined;
  const judged = known.flatMap(({ topic, settings }) => {
    const judgement = judge(settings as Readonly<Record<string, string>>, topic);
    return judgement === undefined ? [] : [{ ...judgement, found: `${topic.name}: ${judgement.found}` }];
  });
  for (const severity of ['error', 'unknown', 'warning', 'info'] as const) {
    const worst = judged.filter((each) => each.severity === severity);
    const [first] = worst;
    if (first !== undefined) return { ...first, found: worst.map(({ found }) => found).join('; ') };
  }
  return { severity: 'ok', found: fine };
}

/** What the transport needs of Kafka, in the order in which it is told. */
export const kafkaRules: readonly DoctorRule<KafkaFacts>[] = [
  {
    id: 'doctor/kafka-version',
    why: 'The transport fetches by the ids of topics, which brokers have since Kafka 3.1.',
    judge: ({ apis: { Fetch: fetch, Produce: produce } }) => {
      if (fetch === undefined || produce === undefined)
        return { severity: 'unknown', found: 'the broker does not tell what it understands', atMost: 'unknown' };
      const found = `the broker understands Fetch ${fetch} and Produce ${produce}`;
      if (fetch >= fetchMin) return { severity: 'ok', found };
      return {
        severity: 'error',
        found,
        fix: 'Run Kafka 3.5 or later, which the driver asks for too.',
        atMost: 'unknown',
      };
    },
  },
  {
    id: 'doctor/kafka-brokers',
    why: 'A cluster of one broker stands still with its machine; brokers on one machine are one.',
    judge: ({ brokers }) => {
      const hosts = new Set(brokers.map(({ host }) => host)).size;
      const found = `${brokers.length} ${brokers.length === 1 ? 'broker' : 'brokers'} by ${hosts} ${hosts === 1 ? 'name' : 'names'}`;
      return { severity: hosts > 1 ? 'ok' : 'info', found };
    },
  },
  {
    id: 'doctor/kafka-topic',
    why: 'What no topic takes is not kept, and a subscription does not begin without the topic of the dead letters.',
    judge: ({ topics, absent }) => {
      const names = topics.map(({ name }) => name).join(', ');
      if (absent.length === 0) return { severity: 'ok', found: `there are ${names}` };
      return {
        severity: 'warning',
        found: `not there, or not for this user to see: ${absent.join(', ')}`,
        fix: 'The transport makes them with `createTopics`. Others are named by ?topic= and ?topics=.',
        atMost: 'unknown',
      };
    },
  },
  {
    id: 'doctor/kafka-settings',
    why: 'Whether a topic keeps what it has acknowledged is in its settings.',
    judge: ({ topics }) => {
      const closed = topics.flatMap(({ name, settings }) => (isUnread(settings) ? [{ name, ...settings }] : []));
      const [first] = closed;
      if (topics.length === 0) return undefined;
      if (first === undefined) return { severity: 'ok', found: 'the settings of the topics can be read' };
      return {
        severity: 'unknown',
        found: `settings cannot be read of ${closed.map(({ name }) => name).join(', ')}: ${first.unread}`,
        fix: 'Give this user DescribeConfigs on the topics.',
        atMost: 'unknown',
      };
    },
  },
  {
    id: 'doctor/kafka-flush',
    why: 'Kafka acknowledges what in-sync replicas have in memory: machines that lose power together lose it.',
    judge: (facts) =>
      judgeSettings(facts, 'every message is on the disk before it is acknowledged', (settings) => {
        if (settings['flush.messages'] === '1') return undefined;
        return {
          severity: 'warning',
          found: 'what is acknowledged is in memory, not yet on a disk',
          fix: 'Set flush.messages=1, or publish with receipts; or have replicas on machines that do not lose power together.',
          atMost: 'survives a process',
        };
      }),
  },
  {
    id: 'doctor/kafka-replicas',
    why: 'What one broker alone holds is lost with its disk.',
    judge: ({ topics }) => {
      if (topics.length === 0) return undefined;
      const single = topics.filter((topic) => replicasOf(topic) < 2);
      const counts = topics.map((topic) => `${topic.name} ${replicasOf(topic)}`).join(', ');
      return { severity: single.length === 0 ? 'ok' : 'info', found: `brokers that hold each message: ${counts}` };
    },
  },
  {
    id: 'doctor/kafka-min-insync',
    why: 'With acks=all a message is acknowledged by as many brokers as min.insync.replicas says, and refused by fewer.',
    judge: (facts) =>
      judgeSettings(facts, 'several brokers have what is acknowledged, and one may be away', (settings, topic) => {
        const [needed, replicas] = [Number(settings['min.insync.replicas']), replicasOf(topic)];
        const found = `min.insync.replicas is ${settings['min.insync.replicas']} of ${replicas}`;
        if (needed > replicas)
          return { severity: 'error', found, fix: 'Let it be less than the replicas: nothing can be published.' };
        if (replicas === 1) return { severity: 'info', found };
        if (needed < 2)
          return { severity: 'warning', found, fix: 'Set it to 2: a leader alone acknowledges what nobody else has.' };
        if (needed < replicas) return undefined;
        return { severity: 'warning', found, fix: 'Let it be less than the replicas, or one broker stops everything.' };
      }),
  },
  {
    id: 'doctor/kafka-in-sync',
    why: 'What a broker that is behind does not have is on fewer disks, and a partition without a leader takes nothing.',
    judge: ({ topics }) => {
      const partitions = topics.flatMap(({ name, partitions }) =>
        partitions.map((partition, index) => ({ ...partition, place: `${name}/${index}` })),
      );
      if (partitions.length === 0) return undefined;
      const dead = partitions.filter(({ leader }) => leader < 0).map(({ place }) => place);
      const fix = 'See which brokers are down or slow.';
      if (dead.length > 0) return { severity: 'error', found: `without a leader: ${dead.join(', ')}`, fix };
      const behind = partitions.filter(({ replicas, isr }) => isr.length < replicas.length).map(({ place }) => place);
      if (behind.length > 0) return { severity: 'warning', found: `replicas are behind: ${behind.join(', ')}`, fix };
      return { severity: 'ok', found: 'every replica is in sync' };
    },
  },
  {
    id: 'doctor/kafka-unclean-election',
    why: 'A leader that was behind throws away what the one before it has acknowledged.',
    judge: (facts) =>
      judgeSettings(facts, 'only a replica that is in sync becomes leader', (settings, topic) => {
        if (settings['unclean.leader.election.enable'] === 'false') return undefined;
        const found = 'a replica that is behind may become leader';
        const fix = 'Set unclean.leader.election.enable=false.';
        if (replicasOf(topic) === 1) return { severity: 'warning', found, fix };
        return { severity: 'error', found, fix, atMost: 'not durable' };
      }),
  },
  {
    id: 'doctor/kafka-cleanup-policy',
    why: 'Compaction keeps the last message of a key and drops those before it, also what nobody has had.',
    judge: (facts) =>
      judgeSettings(facts, 'nothing is compacted', (settings) => {
        const policy = settings['cleanup.policy'] ?? '';
        if (!policy.split(',').includes('compact')) return undefined;
        const found = `cleanup.policy is ${policy}`;
        return { severity: 'error', found, fix: 'Set cleanup.policy=delete.', atMost: 'not durable' };
      }),
  },
  {
    id: 'doctor/kafka-retention',
    why: 'Kafka forgets what is old or too much, whether or not every group has had it.',
    judge: (facts) => judgeSettings(facts, 'nothing is forgotten', retentionOf),
  },
  {
    id: 'doctor/kafka-message-size',
    why: 'What is larger than a topic takes is refused, and waits in the outbox or cannot become a dead letter.',
    judge: (facts) =>
      judgeSettings(facts, 'the topics take messages as large as the transport', (settings) => {
        const bytesMax = Number(settings['max.message.bytes']);
        if (bytesMax >= messageBytesMax) return undefined;
        const fix = `Set max.message.bytes to more than ${messageBytesMax}, or messageBytesMax of the transport to less.`;
        return { severity: 'warning', found: `max.message.bytes is ${bytesMax}`, fix };
      }),
  },
  {
    id: 'doctor/kafka-coordinator',
    why: 'Without a coordinator no group can begin or go on.',
    judge: ({ coordinator }) => {
      if (!isUnread(coordinator)) return { severity: 'ok', found: `broker ${coordinator.nodeId} would lead a group` };
      const fix =
        'See whether the brokers can make __consumer_offsets: offsets.topic.replication.factor is 3 by default.';
      return { severity: 'error', found: `there is no group coordinator: ${coordinator.unread}`, fix };
    },
  },
  {
    id: 'doctor/kafka-offsets',
    why: 'A group whose offsets are lost begins anew, and misses what came before.',
    judge: ({ offsets, topics }) => {
      if (isUnread(offsets)) {
        const found = `how the brokers keep offsets is unknown: ${offsets.unread}`;
        return { severity: 'unknown', found, fix: 'Give this user DescribeConfigs on the cluster.' };
      }
      const found = `brokers that are to hold the offsets of groups: ${offsets.replicas}`;
      if (topics.every((topic) => replicasOf(topic) <= offsets.replicas)) return { severity: 'ok', found };
      const fix = 'Let __consumer_offsets have as many replicas as the topics (offsets.topic.replication.factor).';
      return { severity: 'warning', found, fix };
    },
  },
  {
    id: 'doctor/kafka-offsets-retention',
    why: 'A group that is away longer begins anew, and nobody is told.',
    judge: ({ offsets }) => {
      if (isUnread(offsets)) return undefined;
      const keptMs = offsets.minutes * 60_000;
      const found = `offsets of a group are kept for ${inWords(keptMs)} after its last member`;
      if (keptMs >= keptMinMs) return { severity: 'ok', found };
      const fix = 'Let offsets.retention.minutes be longer than any group may be away.';
      return { severity: 'warning', found, fix };
    },
  },
];

function retentionOf(settings: Readonly<Record<string, string>>): Judgement | undefined {
  const [bytes, ageMs] = [Number(settings['retention.bytes']), Number(settings['retention.ms'])];
  if (bytes >= 0)
    return {
      ...{ severity: 'error', found: `a partition of more than ${bytes} bytes forgets what is oldest` },
      ...{ fix: 'Set retention.bytes=-1.', atMost: 'not durable' },
    };
  if (ageMs < 0) return undefined;
  const found = `forgets after ${inWords(ageMs)}`;
  if (ageMs >= keptMinMs) return { severity: 'info', found };
  return { severity: 'warning', found, fix: 'Let retention.ms be longer than any group may be away.' };
}
