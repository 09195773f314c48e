import type { MessageDescriptor, MessageGovernance } from '../events.ts';
import type { DeadLetterFigures, Lease, OutboxFigures, WaitingFigures } from '../store.ts';
import { wordsOf } from './health-words.ts';
import { type OutboxLimits, outboxLimitsOf } from './outbox.ts';
import type { RelayStatus } from './relay.ts';
import type { ConsumerFigures } from './troubles.ts';

/** `failing`: production or quality is at stake, or nothing goes any more. `degraded`: somebody should look. */
export type HealthStatus = 'ok' | 'degraded' | 'failing';

export interface HealthFigures {
  readonly now: number;
  readonly limits: OutboxLimits;
  readonly outbox: OutboxFigures;
  readonly waiting: readonly WaitingFigures[];
  readonly holder?: Pick<Lease, 'holder' | 'expiresAt'> | undefined;
  /** The relay of this process. */
  readonly relay: RelayStatus;
  readonly deadLetters: readonly DeadLetterFigures[];
  readonly consumers: readonly ConsumerFigures[];
  /** What the contract says of the messages; of those that are not here nothing but their number is known. */
  readonly messages: readonly MessageDescriptor[];
}

export type Criticality = NonNullable<MessageGovernance['criticality']>;

export type FindingCode =
  | 'waiting-too-long'
  | 'outbox-full'
  | 'outbox-filling'
  | 'sending-fails'
  | 'nobody-sends'
  | 'target-away'
  | 'retrying-too-long'
  | 'applied-late'
  | 'dead-letters'
  | 'store-away';

/** Something that is not as it should be: the numbers, and a sentence for who has to act. */
export interface HealthFinding {
  readonly code: FindingCode;
  readonly status: HealthStatus;
  readonly reason: string;
  readonly message?: string;
  readonly criticality?: Criticality;
}

/** How it stands with what matters equally and is equally urgent. */
export interface HealthImpact {
  readonly criticality: Criticality;
  readonly latency: NonNullable<MessageGovernance['latency']>;
  readonly status: HealthStatus;
  readonly waiting: number;
  /** Age of the oldest that waits to be sent. */
  readonly oldestMs?: number;
  readonly deadLetters: number;
}

export interface Health {
  readonly status: HealthStatus;
  /** Worst first. */
  readonly findings: readonly HealthFinding[];
  readonly impacts: readonly HealthImpact[];
  /** Undefined when the store gave none. */
  readonly figures?: HealthFigures;
}

/** A finding before it has words. */
export interface Fact {
  readonly code: FindingCode;
  readonly status: HealthStatus;
  readonly descriptor?: MessageDescriptor | undefined;
  readonly count?: number;
  readonly ageMs?: number;
  readonly allowedMs?: number;
  readonly share?: number;
  readonly detail?: string;
}

const statuses = ['ok', 'degraded', 'failing'] as const;
const worst = (all: readonly HealthStatus[]): HealthStatus =>
  all.reduce((one, other) => (statuses.indexOf(other) > statuses.indexOf(one) ? other : one), 'ok');

/** Somebody stands at a machine, or a lot goes out, while this is late. */
function statusWhenLate(descriptor: MessageDescriptor): HealthStatus {
  const { criticality } = descriptor.governance ?? {};
  return criticality === 'stops-production' || criticality === 'affects-quality' ? 'failing' : 'degraded';
}

const fillingShare = 0.8;
/** A relay that died keeps its lease that long, and another takes over within one look. */
const takeoverMs = 10_000;
/** What was applied late longer ago says nothing of now. */
const recentMs = 60_000;

/** Judges figures by what the contracts allow: a pure function. */
export function judgeHealth(figures: HealthFigures): Health {
  const facts = [
    ...waitingFacts(figures),
    ...outboxFacts(figures),
    ...sendingFacts(figures),
    ...figures.consumers.flatMap((consumer) => consumerFacts(figures, consumer)),
    ...figures.deadLetters.map((letters) => letterFact(figures, letters)),
  ];
  const findings = facts
    .map(findingOf)
    .sort((left, right) => statuses.indexOf(right.status) - statuses.indexOf(left.status));
  const status = worst(findings.map((finding) => finding.status));
  return { status, findings, impacts: impactsOf(figures, facts), figures };
}

/** Nothing can be said but that the store does not answer. */
export function healthWithoutStore(error: unknown): Health {
  const detail = error instanceof Error ? error.message : String(error);
  return {
    status: 'failing',
    findings: [findingOf({ code: 'store-away', status: 'failing', detail })],
    impacts: [],
  };
}

function findingOf(fact: Fact): HealthFinding {
  const { code, status, descriptor } = fact;
  const criticality = descriptor?.governance?.criticality;
  return {
    ...{ code, status, reason: wordsOf(fact) },
    ...(descriptor === undefined ? {} : { message: descriptor.name }),
    ...(criticality === undefined ? {} : { criticality }),
  };
}

const descriptorOfType = ({ messages }: HealthFigures, type: string): MessageDescriptor | undefined =>
  messages.find((descriptor) => descriptor.type === type);

/** A subscriber is named by its group and its message. */
const descriptorOfLetters = ({ messages }: HealthFigures, { subscriber }: DeadLetterFigures) =>
  messages.find(({ name }) => subscriber.endsWith(` ${name}`));

function waitingFacts(figures: HealthFigures): readonly Fact[] {
  return figures.waiting.flatMap(({ type, count, oldestAt }): readonly Fact[] => {
    const descriptor = descriptorOfType(figures, type);
    const allowedMs = descriptor?.governance?.delayMaxMs;
    const ageMs = figures.now - oldestAt;
    if (descriptor === undefined || allowedMs === undefined || ageMs <= allowedMs) return [];
    return [{ code: 'waiting-too-long', status: statusWhenLate(descriptor), descriptor, count, ageMs, allowedMs }];
  });
}

function outboxFacts({ outbox, limits, now }: HealthFigures): readonly Fact[] {
  const { countMax, bytesMax, ageMaxMs } = outboxLimitsOf(limits);
  const ageMs = outbox.oldestAt === undefined ? 0 : now - outbox.oldestAt;
  const share = Math.max(outbox.count / countMax, outbox.bytes / bytesMax, ageMs / ageMaxMs);
  if (share < fillingShare) return [];
  const isFull = share >= 1;
  return [
    {
      code: isFull ? 'outbox-full' : 'outbox-filling',
      status: isFull ? 'failing' : 'degraded',
      ...{ share, count: outbox.count, ageMs },
    },
  ];
}

function sendingFacts({ relay, holder, outbox, now }: HealthFigures): readonly Fact[] {
  const facts: Fact[] = [];
  const { failure, succeededAt = 0 } = relay;
  if (failure !== undefined && failure.at > succeededAt && (failure.step === 'look' || outbox.count > 0))
    facts.push({ code: 'sending-fails', status: 'degraded', ageMs: now - failure.at, detail: failure.reason });
  const idleSince = Math.max(holder?.expiresAt ?? 0, outbox.oldestAt ?? now);
  if (outbox.count > 0 && now - idleSince > takeoverMs)
    facts.push({ code: 'nobody-sends', status: 'failing', count: outbox.count, ageMs: now - idleSince });
  return facts;
}

function consumerFacts({ now }: HealthFigures, consumer: ConsumerFigures): readonly Fact[] {
  const { descriptor, awaySince, troubled, troubledSince, lastAppliedAt, lastDelayMs } = consumer;
  const allowedMs = descriptor.governance?.delayMaxMs ?? Number.POSITIVE_INFINITY;
  const lateStatus = statusWhenLate(descriptor);
  const facts: Fact[] = [];
  if (awaySince !== undefined) {
    const ageMs = now - awaySince;
    facts.push({ code: 'target-away', status: ageMs > allowedMs ? lateStatus : 'degraded', descriptor, ageMs });
  }
  if (troubledSince !== undefined && now - troubledSince > allowedMs)
    facts.push({
      code: 'retrying-too-long',
      status: lateStatus,
      ...{ descriptor, count: troubled, ageMs: now - troubledSince, allowedMs },
    });
  const isRecent = lastAppliedAt !== undefined && now - lastAppliedAt <= recentMs;
  if (isRecent && lastDelayMs !== undefined && lastDelayMs > allowedMs)
    facts.push({ code: 'applied-late', status: 'degraded', descriptor, ageMs: lastDelayMs, allowedMs });
  return facts;
}

function letterFact(figures: HealthFigures, letters: DeadLetterFigures): Fact {
  const descriptor = descriptorOfLetters(figures, letters);
  const isStopped = descriptor?.governance?.criticality === 'stops-production';
  const { count, kind, subscriber, oldestAt } = letters;
  return {
    code: 'dead-letters',
    status: isStopped ? 'failing' : 'degraded',
    ...{ descriptor, count, ageMs: figures.now - oldestAt, detail: `${kind}, ${subscriber}` },
  };
}

/** One for each criticality and latency class that the contract has. */
function impactsOf(figures: HealthFigures, facts: readonly Fact[]): readonly HealthImpact[] {
  const classOf = ({ governance }: MessageDescriptor): string | undefined =>
    governance?.criticality && governance.latency && `${governance.criticality} ${governance.latency}`;
  const classes = Map.groupBy(figures.messages, classOf);
  classes.delete(undefined);
  return [...classes].map(([name, descriptors]) => {
    const [criticality, latency] = (name as string).split(' ') as [Criticality, HealthImpact['latency']];
    const isOfClass = (descriptor: MessageDescriptor | undefined): boolean =>
      descriptor !== undefined && descriptors.includes(descriptor);
    const waiting = figures.waiting.filter(({ type }) => isOfClass(descriptorOfType(figures, type)));
    const letters = figures.deadLetters.filter((each) => isOfClass(descriptorOfLetters(figures, each)));
    const ages = waiting.map(({ oldestAt }) => figures.now - oldestAt);
    return {
      ...{ criticality, latency },
      status: worst(facts.filter(({ descriptor }) => isOfClass(descriptor)).map(({ status }) => status)),
      waiting: waiting.reduce((sum, { count }) => sum + count, 0),
      ...(ages.length === 0 ? {} : { oldestMs: Math.max(...ages) }),
      deadLetters: letters.reduce((sum, { count }) => sum + count, 0),
    };
  });
}
