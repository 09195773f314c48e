import type { OutboxFigures } from '../store.ts';
import type { Attributes, Counter, Histogram, Meter } from './open-telemetry-api.ts';

/** Bounds in seconds: from what a machine waits for to what a batch of the night takes. */
const delayBounds = [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400];

/** Names of the conventions (`messaging.*`) where they have one, else `millwright.*`. */
export interface Instruments {
  readonly published: Counter;
  readonly sent: Counter;
  readonly processed: Counter;
  readonly late: Counter;
  readonly delay: Histogram;
  readonly processDuration: Histogram;
  readonly sendDuration: Histogram;
}

/** Undefined when the meter measures nothing: then it gives the same instrument under every name. */
export function createInstruments(meter: Meter | undefined): Instruments | undefined {
  if (meter === undefined) return undefined;
  const counter = (name: string, description: string): Counter =>
    meter.createCounter(name, { description, unit: '{message}' });
  const histogram = (name: string, description: string, bounds: readonly number[]): Histogram =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: [...bounds] } });
  // The bounds that the conventions advise for durations.
  const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  const instruments = {
    published: counter('millwright.messages.published', 'Messages that were accepted from the application'),
    sent: counter('messaging.client.sent.messages', 'Messages that the transport has taken, and tries that failed'),
    processed: counter('millwright.messages.processed', 'Deliveries by what became of them'),
    late: counter('millwright.messages.late', 'Messages that were applied later than their contract allows'),
    delay: histogram('millwright.messages.delay', 'From when it happened until it was applied', delayBounds),
    processDuration: histogram('messaging.process.duration', 'Duration of processing', durationBounds),
    sendDuration: histogram('messaging.client.operation.duration', 'Duration of sending', durationBounds),
  };
  return instruments.published === instruments.sent ? undefined : instruments;
}

/** What waits in an outbox, looked at when metrics are collected. Returns how to end it. */
export function observeOutbox(meter: Meter, look: () => { figures: OutboxFigures; now: number }): () => void {
  const gauges = [
    ['millwright.outbox.messages', '{message}', 'Messages that wait to be sent', ({ count }: OutboxFigures) => count],
    ['millwright.outbox.size', 'By', 'Bytes that wait to be sent', ({ bytes }: OutboxFigures) => bytes],
    [
      'millwright.outbox.oldest_age',
      's',
      'Age of the oldest message that waits to be sent',
      ({ oldestAt }: OutboxFigures, now: number) => (oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1000),
    ],
  ] as const;
  const ends = gauges.map(([name, unit, description, figureOf]) => {
    const gauge = meter.createObservableGauge(name, { unit, description });
    const callback = (result: { observe(value: number): void }): void => {
      const { figures, now } = look();
      result.observe(figureOf(figures, now));
    };
    gauge.addCallback(callback);
    return () => gauge.removeCallback(callback);
  });
  return () => {
    for (const end of ends) end();
  };
}

/**
 * Types that a relay may count apart. Its own contracts have fewer; what is replayed from dead letters has the types of others, and
 * nobody knows how many those make up.
 */
const typeCountMax = 200;

/** Keeps the number of series bounded: types after the first {@link typeCountMax} are counted together. */
export function boundedTypes(): (type: unknown) => Attributes {
  const known = new Set<string>();
  return (type) => {
    if (typeof type !== 'string') return {};
    if (!known.has(type)) {
      if (known.size >= typeCountMax) return { 'cloudevents.event_type': '_OTHER' };
      known.add(type);
    }
    return { 'cloudevents.event_type': type };
  };
}
