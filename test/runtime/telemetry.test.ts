import {
  createEventBus,
  createMemoryTransport,
  type MessageDescriptor,
  publishMessage,
  type Received,
  subscribeMessage,
} from '@millwright/runtime';
import { createMessaging, HandlingFailure, type MessagingConfig } from '@millwright/runtime/messaging';
import { createMemoryStore, type MemoryConnection } from '@millwright/runtime/stores/memory';
import { type OpenTelemetryOptions, openTelemetry } from '@millwright/runtime/telemetry';
import { eventually } from '@millwright/testing';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';

const released: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: '{plant}/work-order/released/v1',
  parameters: [{ name: 'plant', location: '$message.header#/plantid' }],
  contentType: 'application/json',
  type: 'test.work-order.released.v1',
  governance: { latency: 'rt', delayMaxMs: 5_000, criticality: 'stops-production' },
};
const confirmed: MessageDescriptor = {
  ...released,
  name: 'Confirmed',
  address: 'confirmed',
  type: 'test.confirmed.v1',
};
const order = {
  data: { number: 'WO-1001', status: 'released' },
  headers: {
    plantid: 'PL01',
    subject: 'WO-1001',
    ordernumber: 'WO-1001',
    lotnumber: 'L-7',
    id: 'm1',
    correlationid: 'c1',
  },
};
type Data = (typeof order)['data'];
type Got = Received<Data, object>;

function sdk() {
  const spans = new InMemorySpanExporter();
  const traces = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
  const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 });
  const metrics = new MeterProvider({ readers: [reader] });
  /** Values of each instrument by the attributes that are asked for. */
  const figures = async (name: string, ...by: readonly string[]) => {
    await metrics.forceFlush();
    const latest =
      exported
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    const points = latest.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ attributes, value }) => [
      ...by.map((key) => attributes[key]),
      typeof value === 'number' ? value : { count: value.count, sum: value.sum },
    ]);
  };
  const attributeKeys = async () => {
    await metrics.forceFlush();
    const all =
      exported
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return new Set(all.flatMap(({ dataPoints }) => dataPoints.flatMap(({ attributes }) => Object.keys(attributes))));
  };
  const names = () => spans.getFinishedSpans().map(({ name }) => name);
  const span = (name: string) => {
    const found = spans.getFinishedSpans().find((each) => each.name.startsWith(name));
    if (found === undefined) throw new Error(`no span ${name} among ${names()}`);
    return found;
  };
  const options = { api, tracer: traces.getTracer('test'), meter: metrics.getMeter('test') };
  return { options, figures, attributeKeys, span, names, tracer: options.tracer };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  api.context.disable();
});

async function plant(options: OpenTelemetryOptions, given: Partial<MessagingConfig<MemoryConnection>> = {}) {
  const store = createMemoryStore();
  const transport = createMemoryTransport();
  const messaging = createMessaging({
    ...{ store, transport, source: '/plants/PL01/erp', pollMs: 5, telemetry: openTelemetry(options) },
    ...given,
  });
  await messaging.start();
  closing.push(() => messaging.close());
  return { bus: createEventBus(messaging.config), messaging, transport, store };
}

describe('spans', () => {
  it('make one trace of a business transaction, across outbox, relay and handlers', async () => {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { options, span, names, tracer } = sdk();
    const { bus, messaging } = await plant(options);
    await subscribeMessage<Data, object>(bus, confirmed, () => undefined);
    await subscribeMessage<Data, object>(bus, released, async (message) => {
      const within = messaging.inside(message.transaction).within(bus);
      await publishMessage(within, confirmed, { ...order, headers: { plantid: 'PL01' }, cause: message });
    });
    let sent: Readonly<Record<string, unknown>> = {};
    await tracer.startActiveSpan('POST /orders', async (root) => {
      sent = await publishMessage(bus, released, order);
      root.end();
    });
    await eventually('both are processed', () => names().filter((name) => name.startsWith('process')).length === 2);
    const [root, create, send, process] = [
      span('POST'),
      span('create {plant}/work-order/released/v1'),
      span('send'),
      span('process {plant}/work-order/released/v1'),
    ];
    const [next, last] = [span('create confirmed'), span('process confirmed')];
    const { traceId, spanId } = create.spanContext();
    expect(sent['traceparent']).toBe(`00-${traceId}-${spanId}-01`);
    expect([create, send, process, next, last].map((each) => each.spanContext().traceId)).toEqual(
      Array.from({ length: 5 }, () => root.spanContext().traceId),
    );
    expect([create, send, process, next, last].map((each) => each.parentSpanContext?.spanId)).toEqual([
      root.spanContext().spanId,
      spanId,
      spanId,
      process.spanContext().spanId,
      next.spanContext().spanId,
    ]);
    expect([create, send, process].map(({ kind }) => kind)).toEqual([
      api.SpanKind.PRODUCER,
      api.SpanKind.CLIENT,
      api.SpanKind.CONSUMER,
    ]);
    expect(process.links.map(({ context }) => context.spanId)).toEqual([spanId]);
  });

  it('name what they are about as the conventions do', async () => {
    const { options, span, names } = sdk();
    const { bus } = await plant(options);
    await subscribeMessage(bus, released, () => undefined, { group: 'mes' });
    await publishMessage(bus, released, order);
    await eventually('it is processed', () => names().includes('process {plant}/work-order/released/v1'));
    const message = {
      'messaging.system': 'memory',
      'messaging.destination.name': 'PL01/work-order/released/v1',
      'messaging.message.id': 'm1',
      'messaging.message.conversation_id': 'c1',
      'messaging.message.body.size': JSON.stringify(order.data).length,
      'cloudevents.event_id': 'm1',
      'cloudevents.event_source': '/plants/PL01/erp',
      'cloudevents.event_spec_version': '1.0',
      'cloudevents.event_subject': 'WO-1001',
      'cloudevents.event_type': released.type,
      'millwright.plant': 'PL01',
      'millwright.order': 'WO-1001',
      'millwright.lot': 'L-7',
    };
    const contract = {
      'messaging.destination.template': released.address,
      'millwright.criticality': 'stops-production',
      'millwright.latency': 'rt',
      'millwright.state': 'released',
    };
    const operation = (type: string, name: string) => ({
      'messaging.operation.type': type,
      'messaging.operation.name': name,
    });
    expect(span('create').attributes).toEqual({ ...message, ...contract, ...operation('create', 'publish') });
    expect(span('send').attributes).toEqual({ ...message, ...operation('send', 'send') });
    expect(span('process').attributes).toEqual({
      ...{ ...message, ...contract, ...operation('process', 'process') },
      ...{ 'messaging.consumer.group.name': 'mes', 'millwright.attempt': 1, 'millwright.outcome': 'applied' },
    });
  });

  it('without an outbox a message is sent by its producer, and a cause stands for the context that is not kept', async () => {
    const { options, span } = sdk();
    const bus = createEventBus({
      transport: createMemoryTransport(),
      source: '/erp',
      telemetry: openTelemetry(options),
    });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const cause = { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } };
    const { traceparent } = await publishMessage(bus, released, { ...order, cause });
    const send = span('send {plant}');
    expect(send.kind).toBe(api.SpanKind.PRODUCER);
    expect(send.parentSpanContext).toMatchObject({ traceId, spanId: 'b7ad6b7169203331' });
    expect(traceparent).toBe(`00-${traceId}-${send.spanContext().spanId}-01`);
  });

  it.each([
    ['none', undefined],
    ['no text', 7],
    ['another version with no more parts', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['zeros for the span', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['capitals', '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01'],
    ['more than its version has', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
  ])('a message whose trace context is %s begins a trace', async (_, traceparent) => {
    const { options, span, names } = sdk();
    const { bus, transport } = await plant(options);
    await subscribeMessage(bus, { ...released, address: 'a' }, () => undefined);
    const attributes = {
      id: 'x',
      source: '/s',
      type: released.type,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    await transport.publish('a', { attributes, data: new TextEncoder().encode('{}') });
    await eventually('it is processed', () => names().length === 1);
    expect(span('process').parentSpanContext).toBeUndefined();
    expect(span('process').links).toEqual([]);
  });

  it('that are not sampled are handed on as such', async () => {
    const traces = new TracerProvider({ sampler: new AlwaysOffSampler() });
    const { bus } = await plant({ api, tracer: traces.getTracer('test') });
    expect((await publishMessage(bus, released, order))['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  it('say why a message failed, each time', async () => {
    const { options, names, span, figures } = sdk();
    const { bus, store } = await plant(options, { retry: { attemptsMax: 2, initialMs: 1 } });
    await subscribeMessage<Data, object>(bus, released, () => {
      throw new HandlingFailure('transient', 'the line is busy');
    });
    await publishMessage(bus, released, order);
    await eventually('it is buried', () => names().filter((name) => name.startsWith('process')).length === 2);
    expect(await store.deadLetters.list({ limit: 2 })).toHaveLength(1);
    expect(span('process')).toMatchObject({
      status: { code: api.SpanStatusCode.ERROR, message: 'the line is busy' },
      attributes: { 'error.type': 'transient', 'millwright.outcome': 'retried' },
    });
    expect(await figures('millwright.messages.processed', 'millwright.outcome', 'error.type')).toEqual([
      ['retried', 'transient', 1],
      ['buried', 'transient', 1],
    ]);
  });

  it('end when a message is refused at the producer', async () => {
    const { options, span, figures } = sdk();
    const { bus } = await plant(options);
    await expect(publishMessage(bus, released, { data: 1 })).rejects.toThrow('address parameter');
    expect(span('create')).toMatchObject({ attributes: { 'error.type': 'ContractViolation' } });
    expect(await figures('millwright.messages.published')).toEqual([]);
  });
});

describe('metrics', () => {
  it('count what becomes of messages and how late they are, by what the contract says of them', async () => {
    const { options, figures, attributeKeys } = sdk();
    const { bus, transport } = await plant(options);
    const got: Got[] = [];
    await subscribeMessage<Data, object>(bus, released, (message) => void got.push(message));
    await publishMessage(bus, released, order);
    const time = new Date(Date.now() - 60_000).toISOString();
    await publishMessage(bus, released, { ...order, headers: { ...order.headers, id: 'm2', time } });
    await eventually('both are there', () => got.length === 2);
    await transport.drain();
    const { headers } = got[0] as Got;
    const attributes = headers as Readonly<Record<string, unknown>>;
    await transport.publish('PL01/work-order/released/v1', { attributes, data: new TextEncoder().encode('{}') });
    await transport.drain();
    expect(await figures('millwright.messages.published', 'cloudevents.event_type')).toEqual([[released.type, 2]]);
    await eventually(
      'the relay has counted',
      async () => (await figures('messaging.client.sent.messages'))[0]?.[0] === 2,
    );
    expect(await figures('millwright.messages.processed', 'millwright.outcome')).toEqual([
      ['applied', 2],
      ['duplicate', 1],
    ]);
    expect(await figures('millwright.messages.late', 'millwright.criticality')).toEqual([['stops-production', 1]]);
    const [[delay] = []] = (await figures('millwright.messages.delay')) as { count: number; sum: number }[][];
    expect(delay?.count).toBe(2);
    expect(delay?.sum).toBeGreaterThanOrEqual(60);
    expect(delay?.sum).toBeLessThan(70);
    expect([...(await attributeKeys())].sort()).toEqual([
      'cloudevents.event_type',
      'messaging.destination.template',
      'messaging.operation.name',
      'messaging.operation.type',
      'messaging.system',
      'millwright.criticality',
      'millwright.latency',
      'millwright.outcome',
    ]);
  });

  it('show what waits in the outbox until messaging is closed', async () => {
    const { options, figures } = sdk();
    const transport = { ...createMemoryTransport(), publish: () => Promise.reject(new Error('away')) };
    let looks = 0;
    const telemetry = openTelemetry(options);
    const { observeOutbox } = telemetry;
    const counting = (look: Parameters<typeof observeOutbox>[0]) =>
      observeOutbox(() => {
        looks += 1;
        return look();
      });
    const { bus, messaging } = await plant(options, {
      transport,
      telemetry: { ...telemetry, observeOutbox: counting },
    });
    await publishMessage(bus, released, order);
    expect(await figures('millwright.outbox.messages')).toEqual([[1]]);
    expect(await figures('millwright.outbox.size')).toEqual([[JSON.stringify(order.data).length]]);
    expect((await figures('millwright.outbox.oldest_age'))[0]?.[0]).toBeGreaterThanOrEqual(0);
    await eventually('the failure is counted', async () => {
      const sent = await figures('messaging.client.sent.messages', 'error.type');
      return sent.some(([type]) => type === 'Error');
    });
    await messaging.close();
    const before = looks;
    await figures('millwright.outbox.messages');
    expect(before).toBeGreaterThan(0);
    expect(looks).toBe(before);
  });

  it('do not grow with the types of others', async () => {
    const { options, figures } = sdk();
    const { send } = openTelemetry(options);
    for (let index = 0; index < 300; index += 1)
      await send(
        { address: 'a', system: 'memory', message: { attributes: { type: `t${index}` }, data: new Uint8Array() } },
        async () => undefined,
      );
    const types = await figures('messaging.client.sent.messages', 'cloudevents.event_type');
    expect(types).toHaveLength(201);
    expect(types.at(-1)).toEqual(['_OTHER', 100]);
  });
});

describe('without an SDK', () => {
  it('nothing is made, and spans begin once one is registered', async () => {
    const { names, span, tracer } = sdk();
    const late = openTelemetry({ api, tracer: { startSpan: (name, options) => current.startSpan(name, options) } });
    let current = api.trace.getTracer('x');
    const publish = () => late.publish({ descriptor: released, system: 'memory' }, async () => undefined);
    await publish();
    current = tracer;
    for (let count = 0; count < 1024; count += 1) await publish();
    expect(names()).toContain('send {plant}/work-order/released/v1');
    expect(span('send').parentSpanContext).toBeUndefined();
  });

  it('the API that does nothing changes nothing', async () => {
    const telemetry = openTelemetry({ api, tracer: api.trace.getTracer('x'), meter: api.metrics.getMeter('x') });
    const transport = createMemoryTransport();
    const bus = createEventBus({ transport, source: '/erp', telemetry, traceparent: () => '00-given' });
    const got: Got[] = [];
    await subscribeMessage<Data, object>(bus, released, (message) => void got.push(message));
    expect(await publishMessage(bus, released, order)).toMatchObject({ traceparent: '00-given' });
    await transport.drain();
    expect(got).toHaveLength(1);
  });
});
