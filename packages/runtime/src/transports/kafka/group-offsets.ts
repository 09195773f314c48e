import { isAnswered, type KafkaAdmin, type KafkaConsumer } from './kafka-driver.ts';

const indexesOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/**
 * Lets a group that has never been there begin with what is published from now on: commits the ends of the topics of which it has
 * nothing. A partition without a committed offset was added later then, and all of it is new to the group.
 */
export async function provideOffsets(
  { admin, reader }: { readonly admin: KafkaAdmin; readonly reader: KafkaConsumer },
  groupId: string,
  topics: readonly string[],
): Promise<void> {
  const metadata = await reader.metadata({ topics: [...topics] });
  const asked = topics.map((topic) => ({
    topic,
    partitions: indexesOf(metadata.topics.get(topic)?.partitionsCount ?? 0),
  }));
  const committed = await reader.listCommittedOffsets({ topics: asked });
  const fresh = topics.filter((topic) => !committed.get(topic)?.some((offset) => offset >= 0n));
  if (fresh.length === 0) return;
  const ends = await reader.listOffsets({ topics: fresh });
  const starts = fresh.map((name) => ({
    name,
    partitionOffsets: (ends.get(name) ?? []).map((offset, partition) => ({ partition, offset })),
  }));
  await admin.alterConsumerGroupOffsets({ groupId, topics: starts }).catch((error: unknown) => {
    // Members are there, who have provided theirs.
    if (!isAnswered(error, 'UNKNOWN_MEMBER_ID')) throw error;
  });
}

/** Where reading begins in newly assigned partitions, in their order. */
export async function startsOf(
  reader: KafkaConsumer,
  partitions: readonly { readonly topic: string; readonly index: number }[],
): Promise<readonly bigint[]> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  const asked = [...byTopic].map(([topic, own]) => ({ topic, partitions: own.map(({ index }) => index) }));
  const committed = await reader.listCommittedOffsets({ topics: asked });
  const earliest = await reader.listOffsets({ topics: [...byTopic.keys()], timestamp: earliestTimestamp });
  return partitions.map(({ topic, index }) => {
    const offset = committed.get(topic)?.[index] ?? -1n;
    return offset >= 0n ? offset : (earliest.get(topic)?.[index] ?? 0n);
  });
}

/** ListOffsets means the beginning of the log by it. */
const earliestTimestamp = -2n;

/** Where the log of a partition begins by now. */
export async function beginningOf(reader: KafkaConsumer, topic: string, index: number): Promise<bigint> {
  const earliest = await reader.listOffsets({ topics: [topic], timestamp: earliestTimestamp });
  return earliest.get(topic)?.[index] ?? 0n;
}
