import type { MessageDescriptor } from '../events/descriptor.ts';
import type {
  DeliveryFailure,
  DeliveryOutcome,
  Processing,
  ProcessReport,
  Publication,
  Publishing,
} from '../events/telemetry.ts';
import type { MessagingTelemetry, Sending } from '../messaging/messaging-telemetry.ts';
import { boundedTypes, createInstruments, type Instruments, observeOutbox } from './instruments.ts';
import {
  type Attributes,
  type Meter,
  type OpenTelemetryApi,
  type OtelContext,
  type Span,
  type SpanContext,
  spanKind,
  statusError,
  type Tracer,
} from './open-telemetry-api.ts';
import { contractAttributes, messageAttributes, stateAttributes } from './span-attributes.ts';
import { parseTraceparent, printTraceparent } from './traceparent.ts';

export interface OpenTelemetryOptions {
  /** The module: `import * as api from '@opentelemetry/api'`. */
  readonly api: OpenTelemetryApi;
  /** Such as `api.trace.getTracer('mes')`. Without it there are no spans, and no trace context is made. */
  readonly tracer?: Tracer;
  /** Such as `api.metrics.getMeter('mes')`. Without it there are no metrics. */
  readonly meter?: Meter;
  /** Milliseconds since 1970, for delays. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Spans and metrics of messages by OpenTelemetry: `create` (PRODUCER) where a message is put into the outbox and `send` (CLIENT) where
 * the relay sends it, or one `send` (PRODUCER) without an outbox; `process` (CONSUMER) where it is handled, as a child of the span
 * that made the message and linked to it. All that happens to a message, and to those that it causes, is one trace.
 *
 * Names: https://opentelemetry.io/docs/specs/semconv/messaging/
 */
export function openTelemetry({ api, tracer, meter, now = Date.now }: OpenTelemetryOptions): MessagingTelemetry {
  const instruments = createInstruments(meter);
  const [contracts, typeAttributes] = [new WeakMap(), boundedTypes()];
  const traced: Parts = { api, tracer, now, instruments, contracts, typeAttributes };
  const untraced: Parts = { ...traced, tracer: undefined };
  const makesSpans = tracerProbe(tracer);
  const partsNow = (): Parts | undefined => (makesSpans() ? traced : instruments === undefined ? undefined : untraced);
  // Where nothing would come of it, nothing is done: an application pays for telemetry when it has an SDK.
  return {
    publish: (publishing, work) => {
      const parts = partsNow();
      return parts === undefined ? work(silent) : publish(parts, publishing, work);
    },
    send: (sending, work) => {
      const parts = partsNow();
      return parts === undefined ? work() : send(parts, sending, work);
    },
    process: (processing, work) => {
      const parts = partsNow();
      return parts === undefined ? work(silent) : process(parts, processing, work);
    },
    observeOutbox: (look) => (meter === undefined ? () => undefined : observeOutbox(meter, look)),
  };
}

/** Between two looks whether an SDK has been registered in the meantime. */
const probeEvery = 1024;

/** A tracer without an SDK makes spans that are none, which costs more than not to ask it. */
function tracerProbe(tracer: Tracer | undefined): () => boolean {
  if (tracer === undefined) return () => false;
  let [calls, isReal] = [0, false];
  return () => {
    if (isReal) return true;
    if (calls % probeEvery === 0) {
      const probe = tracer.startSpan('probe', { root: true });
      isReal = printTraceparent(probe.spanContext()) !== undefined;
    }
    calls += 1;
    return isReal;
  };
}

interface Parts {
  readonly api: OpenTelemetryApi;
  readonly tracer: Tracer | undefined;
  readonly now: () => number;
  readonly instruments: Instruments | undefined;
  /** What does not change from message to message is put together once. */
  readonly contracts: WeakMap<MessageDescriptor, Attributes>;
  readonly typeAttributes: (type: unknown) => Attributes;
}

function contractOf({ contracts }: Parts, system: string, descriptor: MessageDescriptor): Attributes {
  let attributes = contracts.get(descriptor);
  if (attributes === undefined) {
    attributes = contractAttributes(system, descriptor);
    contracts.set(descriptor, attributes);
  }
  return attributes;
}

function endSpan(span: Span, failure?: DeliveryFailure): void {
  if (failure !== undefined) {
    const { kind, error } = failure;
    span.setAttributes({ 'error.type': kind });
    span.setStatus({ code: statusError, message: error instanceof Error ? error.message : String(error) });
  }
  span.end();
}

const errorTypeOf = (error: unknown): string => (error instanceof Error ? error.name : 'error');

const nothing = (): void => undefined;
const silent: Publication & ProcessReport = {
  ...{ traceparent: undefined, describe: nothing, received: nothing, report: nothing },
};

async function publish<Result>(
  parts: Parts,
  { descriptor, system, cause, isStored = false }: Publishing,
  work: (publication: Publication) => Promise<Result>,
): Promise<Result> {
  const { api, tracer, instruments } = parts;
  if (tracer === undefined) return counted(parts, system, descriptor, work(silent));
  const active = api.context.active();
  const isInside = api.trace.getSpanContext(active) !== undefined;
  const origin = isInside || cause === undefined ? undefined : parseTraceparent(traceOf(cause.headers));
  const parent = origin === undefined ? active : api.trace.setSpanContext(active, origin);
  const span = tracer.startSpan(
    `${isStored ? 'create' : 'send'} ${descriptor.address ?? descriptor.name}`,
    { kind: spanKind.producer },
    parent,
  );
  const traceparent = printTraceparent(span.spanContext());
  if (traceparent === undefined) return counted(parts, system, descriptor, work(silent));
  const isRecording = span.isRecording();
  if (isRecording)
    span.setAttributes({
      ...contractOf(parts, system, descriptor),
      'messaging.operation.type': isStored ? 'create' : 'send',
      'messaging.operation.name': 'publish',
    });
  const publication: Publication = {
    traceparent,
    describe: (address, message, data) => {
      if (isRecording) span.setAttributes({ ...messageAttributes(address, message), ...stateAttributes(data) });
    },
  };
  try {
    const result = await api.context.with(api.trace.setSpan(parent, span), () => work(publication));
    instruments?.published.add(1, contractOf(parts, system, descriptor));
    endSpan(span);
    return result;
  } catch (error) {
    endSpan(span, { kind: errorTypeOf(error), error });
    throw error;
  }
}

function counted<Result>(
  parts: Parts,
  system: string,
  descriptor: MessageDescriptor,
  work: Promise<Result>,
): Promise<Result> {
  const { instruments } = parts;
  if (instruments === undefined) return work;
  return work.then((result) => {
    instruments.published.add(1, contractOf(parts, system, descriptor));
    return result;
  });
}

const traceOf = (headers: object): unknown => (headers as Readonly<Record<string, unknown>>)['traceparent'];

/** The span that made the message, for what happens to it later and elsewhere. */
function originOf(api: OpenTelemetryApi, headers: object): { parent: OtelContext; origin: SpanContext | undefined } {
  const active = api.context.active();
  const origin = parseTraceparent(traceOf(headers));
  return { parent: origin === undefined ? active : api.trace.setSpanContext(active, origin), origin };
}

async function send(parts: Parts, { address, message, system }: Sending, work: () => Promise<void>): Promise<void> {
  const { api, tracer, instruments } = parts;
  const startedAt = performance.now();
  const measure = (more: Attributes): void => {
    if (instruments === undefined) return;
    const attributes = {
      ...{ 'messaging.system': system, 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' },
      ...parts.typeAttributes(message.attributes['type']),
      ...more,
    };
    instruments.sent.add(1, attributes);
    instruments.sendDuration.record((performance.now() - startedAt) / 1000, attributes);
  };
  const { parent } = originOf(api, message.attributes);
  const span = tracer?.startSpan('send', { kind: spanKind.client }, parent);
  if (span?.isRecording() === true)
    span.setAttributes({
      ...messageAttributes(address, message),
      ...{ 'messaging.system': system, 'messaging.operation.type': 'send', 'messaging.operation.name': 'send' },
    });
  try {
    await (span === undefined ? work() : api.context.with(api.trace.setSpan(parent, span), work));
    measure({});
    span?.end();
  } catch (error) {
    measure({ 'error.type': errorTypeOf(error) });
    if (span !== undefined) endSpan(span, { kind: errorTypeOf(error), error });
    throw error;
  }
}

async function process(
  parts: Parts,
  processing: Processing,
  work: Parameters<MessagingTelemetry['process']>[1],
): Promise<void> {
  const { api, tracer } = parts;
  const { descriptor, delivery, system, group } = processing;
  const { message, address } = delivery;
  const startedAt = performance.now();
  const { parent, origin } = originOf(api, message.attributes);
  const links = origin === undefined ? {} : { links: [{ context: origin }] };
  const name = `process ${descriptor.address ?? descriptor.name}`;
  const span = tracer?.startSpan(name, { kind: spanKind.consumer, ...links }, parent);
  const isRecording = span?.isRecording() === true;
  if (isRecording)
    span.setAttributes({
      ...{ ...contractOf(parts, system, descriptor), ...messageAttributes(address, message) },
      ...{ 'messaging.operation.type': 'process', 'messaging.operation.name': 'process' },
      ...(group === undefined ? {} : { 'messaging.consumer.group.name': group }),
      'millwright.attempt': delivery.attempt,
    });
  let outcome: DeliveryOutcome | undefined;
  let failure: DeliveryFailure | undefined;
  const report = {
    received: (data: unknown): void => {
      if (isRecording) span.setAttributes(stateAttributes(data));
    },
    report: (its: DeliveryOutcome, why?: DeliveryFailure): void => {
      outcome = its;
      failure = why;
      if (isRecording) span.setAttributes({ 'millwright.outcome': its });
      measureOutcome(parts, processing, its, why);
    },
  };
  try {
    const run = (): Promise<void> => work(report);
    await (span === undefined ? run() : api.context.with(api.trace.setSpan(parent, span), run));
  } catch (error) {
    failure ??= { kind: errorTypeOf(error), error };
    throw error;
  } finally {
    if (span !== undefined) endSpan(span, failure);
    parts.instruments?.processDuration.record((performance.now() - startedAt) / 1000, {
      ...contractOf(parts, system, descriptor),
      ...{ 'messaging.operation.name': 'process', 'millwright.outcome': outcome ?? 'unknown' },
      ...(failure === undefined ? {} : { 'error.type': failure.kind }),
    });
  }
}

function measureOutcome(
  parts: Parts,
  { descriptor, delivery, system }: Processing,
  outcome: DeliveryOutcome,
  failure: DeliveryFailure | undefined,
): void {
  const { instruments, now } = parts;
  if (instruments === undefined) return;
  const contract = contractOf(parts, system, descriptor);
  const kind: Attributes = failure === undefined ? {} : { 'error.type': failure.kind };
  instruments.processed.add(1, { ...contract, 'millwright.outcome': outcome, ...kind });
  if (outcome !== 'applied') return;
  const { time } = delivery.message.attributes;
  const happenedAt = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(happenedAt)) return;
  // A producer whose clock is ahead must not make a delay negative.
  const delayMs = Math.max(0, now() - happenedAt);
  instruments.delay.record(delayMs / 1000, contract);
  const allowedMs = descriptor.governance?.delayMaxMs;
  if (allowedMs !== undefined && delayMs > allowedMs) instruments.late.add(1, contract);
}
