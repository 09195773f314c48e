import type { NatsConsumerInfo, NatsDriver, NatsManager } from './nats-driver.ts';

const nanos = (ms: number): number => ms * 1_000_000;

/** How a stream is made that is not there. */
export interface NatsStreamSettings {
  /** Default: everything behind the prefix. Has to be given where there is no prefix. */
  readonly subjects?: readonly string[];
  /** How long messages are kept, also those that a group has not had yet. Default: no limit. */
  readonly maxAgeMs?: number;
  /** When it is full nothing more is taken, instead of dropping what is old. Default: no limit. */
  readonly maxBytes?: number;
  /** Servers that hold it. Default 1. */
  readonly replicas?: number;
  /** How long the server knows a message that was published. Default 2 minutes. */
  readonly duplicateWindowMs?: number;
}

/** The driver gives what the server answered as `status`, HTTP's numbers. */
const isMissing = (error: unknown): boolean => (error as { readonly status?: unknown } | null)?.status === 404;

/** Creates the stream when it is missing. One that is there is left as it is, but has to take the subjects. */
export async function provideStream(
  manager: NatsManager,
  name: string,
  { subjects = [], maxAgeMs = 0, maxBytes = -1, replicas = 1, duplicateWindowMs = 120_000 }: NatsStreamSettings,
): Promise<void> {
  const known = await manager.streams.info(name).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  if (known !== undefined) {
    const missing = subjects.filter((subject) => !known.config.subjects.some((wide) => covers(wide, subject)));
    if (missing.length > 0) throw new Error(`the stream ${name} is there, but does not take ${missing.join(', ')}`);
    return;
  }
  await manager.streams.add({
    name,
    subjects: [...subjects],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_age: nanos(maxAgeMs),
    max_bytes: maxBytes,
    num_replicas: replicas,
    duplicate_window: nanos(duplicateWindowMs),
  });
}

/** Whether every subject that fits `narrow` fits `wide`, both with the wildcards of NATS. */
function covers(wide: string, narrow: string): boolean {
  const [left, right] = [wide.split('.'), narrow.split('.')];
  for (const [index, token] of left.entries()) {
    const other = right[index];
    if (other === undefined) return false;
    if (token === '>') return true;
    if (other === '>' || (token !== '*' && token !== other)) return false;
  }
  return left.length === right.length;
}

/** What a subscription consumes. */
export interface ConsumerPlan {
  readonly stream: string;
  readonly filter: string;
  /** Absent for a group of its own, whose consumer goes with the subscription. */
  readonly durable: string | undefined;
  readonly ackWaitMs: number;
}

/** How long a consumer without a name outlives its subscriber: a reconnect, not a night. */
const abandonedAfterMs = 300_000;

/**
 * The consumer of a plan, created when it is missing: from now on, or behind the message `after` when it was there before and is
 * gone, because somebody has deleted it or nobody was there for too long. Deliveries are not limited: a message that reaches `max_deliver` is delivered no more, but stays in the
 * stream and nobody is told; giving up is for the one who handles it.
 */
export async function provideConsumer(
  manager: NatsManager,
  { stream, filter, durable, ackWaitMs }: ConsumerPlan,
  after: number | undefined,
): Promise<NatsConsumerInfo> {
  if (durable !== undefined) {
    const known = await manager.consumers.info(stream, durable).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    if (known !== undefined) return known;
  }
  return manager.consumers.add(stream, {
    ...(durable === undefined ? { inactive_threshold: nanos(abandonedAfterMs) } : { durable_name: durable }),
    filter_subject: filter,
    ack_policy: 'explicit',
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    // Every subscription limits what it holds; what waits out a delay at the server must not stop the rest.
    max_ack_pending: -1,
    ...(after === undefined
      ? { deliver_policy: 'new' }
      : { deliver_policy: 'by_start_sequence', opt_start_seq: after + 1 }),
  });
}

/** Up to which message of the stream a consumer has nothing more to do; 0 while it has acked nothing, whatever it began with. */
export function floorOf({ delivered, ack_floor: ackFloor, num_ack_pending: pending }: NatsConsumerInfo): number {
  return pending === 0 ? delivered.stream_seq : ackFloor.stream_seq;
}

/** The manager, asked for once. The account is not asked whether it has JetStream: a user may lack the right to know. */
export function managerOf({ jetstream }: NatsDriver): () => Promise<NatsManager> {
  let manager: Promise<NatsManager> | undefined;
  return () => {
    manager ??= jetstream.jetstreamManager(false);
    return manager;
  };
}
