// What following a message costs at each of its stations: with the API alone, and with the SDK making spans and metrics.
import * as api from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { openTelemetry } from '../../packages/runtime/dist/telemetry.js';
import { median, printSpread } from './measure.mjs';

const [calls, rounds] = [200_000, 9];
const descriptor = {
  name: 'WorkOrderReleased',
  address: '{plant}/work-order/released/v1',
  contentType: 'application/json',
  type: 'millwright.work-order.released.v1',
  governance: { latency: 'rt', delayMaxMs: 5_000, criticality: 'stops-production' },
};
const attributes = {
  ...{ id: '5f2b', source: '/plants/PL01/erp', type: descriptor.type, time: new Date().toISOString() },
  ...{ subject: 'WO-1001', plantid: 'PL01', ordernumber: 'WO-1001', correlationid: '5f2b' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const message = { attributes, data: new Uint8Array(1024) };
const address = 'PL01/work-order/released/v1';
const delivery = { message, address, parameters: {}, attempt: 1 };
const system = 'sqlite';

const stations = (telemetry) => ({
  publish: () =>
    telemetry.publish({ descriptor, system, isStored: true }, async (publication) =>
      publication.describe(address, message, {}),
    ),
  send: () => telemetry.send({ address, message, system }, async () => undefined),
  process: () => telemetry.process({ descriptor, delivery, system }, async (process) => process.report('applied')),
});

async function nanoseconds(call) {
  const start = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) await call();
  return Number(process.hrtime.bigint() - start) / calls;
}

function withSdk() {
  // Spans are made and ended, and nothing is kept: what exporting costs is the exporter's.
  const nowhere = {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 3_600_000,
  });
  const meters = new MeterProvider({ readers: [reader] });
  const traces = new TracerProvider({ spanProcessors: [nowhere] });
  const telemetry = openTelemetry({ api, tracer: traces.getTracer('bench'), meter: meters.getMeter('bench') });
  return { telemetry, end: () => meters.shutdown() };
}

export async function measure() {
  const alone = openTelemetry({ api, tracer: api.trace.getTracer('bench'), meter: api.metrics.getMeter('bench') });
  const { telemetry, end } = withSdk();
  const rows = [];
  for (const station of ['publish', 'send', 'process']) {
    const calledFor = [async () => undefined, stations(alone)[station], stations(telemetry)[station]];
    const figures = calledFor.map(() => []);
    for (let round = -1; round < rounds; round += 1)
      for (const [index, call] of calledFor.entries()) {
        const figure = await nanoseconds(call);
        if (round >= 0) figures[index].push(figure);
      }
    const [base, ...others] = figures;
    for (const [index, name] of ['API alone', 'SDK'].entries()) {
      const added = others[index].map((figure) => (figure - median(base)) / 1000);
      rows.push({
        question: `telemetry of ${station}, ${name}: added to a message`,
        ours: printSpread(added, 'µs'),
        goal: index === 0 ? 'below 0.2 µs' : '',
        versions: '@opentelemetry/api 1',
      });
    }
  }
  await end();
  return rows;
}
