// What the library itself needs for a message of 1 KB, in its parts and at both ends, without any store or broker.

import { createBus, publishWorkOrderReleased, subscribeWorkOrderReleased } from '@millwright/sdk/events';
import { validate } from '@millwright/sdk/validators';
import * as api from '@opentelemetry/api';
import { fillEnvelope } from '../../packages/runtime/dist/envelope.js';
import { decode } from '../../packages/runtime/dist/events/codec.js';
import { openTelemetry } from '../../packages/runtime/dist/telemetry.js';
import { median, printRange } from './measure.mjs';
import { versions } from './programs.mjs';
import { identity, inputOf, messagesOf } from './runtime-load.mjs';

const [rounds, calls] = [9, 20_000];

/** Time of one call in microseconds, beside an empty one of the same kind. */
async function microseconds(call) {
  const start = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) {
    const done = call(index);
    if (done instanceof Promise) await done;
  }
  return Number(process.hrtime.bigint() - start) / calls / 1_000;
}

const descriptor = { name: 'WorkOrderReleased', contentType: 'application/json' };

/** A transport that takes everything at once, and hands over what it is given. */
function nowhere() {
  let handler;
  return {
    features: { name: 'none' },
    publish: async () => undefined,
    subscribe: async (_, given) => {
      handler = given;
      return { close: async () => undefined };
    },
    deliver: (delivery) => handler(delivery),
  };
}

async function contenders() {
  const messages = await messagesOf(createBus, 1_000);
  const at = (index) => messages[index % messages.length];
  const telemetry = openTelemetry({ api, tracer: api.trace.getTracer('bench'), meter: api.metrics.getMeter('bench') });
  const transport = nowhere();
  const bus = createBus({ transport, ...identity });
  const followed = createBus({ transport, ...identity, telemetry });
  let handled = 0;
  await subscribeWorkOrderReleased(followed, ({ data }) => {
    if (data.workOrderNumber !== undefined) handled += 1;
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const values = messages.map(({ message }) => JSON.parse(decoder.decode(message.data)));
  const taken = async () => undefined;
  const demandValid = (violations) => {
    if (violations.length > 0) throw new Error('a valid message was refused');
  };
  const deliveryAt = (index) => ({
    ...at(index),
    ...{ parameters: { plant: 'PL01' }, attempt: 1, ack: taken, nack: taken, reject: taken },
  });
  const envelope = { type: 'millwright.production.work-order.released.v1', datacontenttype: 'application/json' };
  const given = (index) => {
    const { data: _, ...headers } = inputOf(index);
    return headers;
  };
  const publishing = (index) => ({ descriptor, system: 'none', message: at(index).message });
  return {
    'JSON.parse of the same bytes': (index) => JSON.parse(decoder.decode(at(index).message.data)),
    parse: (index) => decode(descriptor, at(index).message.data),
    validate: (index) => {
      demandValid(validate('WorkOrder', values[index % values.length], 'tolerant'));
      demandValid(validate('WorkOrderReleased headers', at(index).message.attributes, 'tolerant'));
    },
    envelope: (index) => fillEnvelope(identity, envelope, given(index)),
    span: (index) => telemetry.process({ ...publishing(index), delivery: deliveryAt(index) }, taken),
    'publish as a whole': (index) => publishWorkOrderReleased(followed, inputOf(index)),
    'publish as a whole, without telemetry': (index) => publishWorkOrderReleased(bus, inputOf(index)),
    'receive as a whole': async (index) => {
      const before = handled;
      await transport.deliver(deliveryAt(index));
      if (handled !== before + 1) throw new Error('a message was not handled');
    },
  };
}

export async function measureCost() {
  const all = Object.entries(await contenders());
  const figures = Object.fromEntries(all.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round += 1)
    for (const [name, call] of all) {
      const figure = await microseconds(call);
      if (round >= 0) figures[name].push(figure);
    }
  const parts = ['parse', 'validate', 'envelope', 'span'];
  const sums = figures.parse.map((_, round) => parts.reduce((sum, part) => sum + figures[part][round], 0));
  const row = (name, values, goal) => ({
    question: `cost of a message of 1 KB: ${name}`,
    ours: printRange(values, 'µs'),
    ...(goal === undefined ? {} : { goal }),
    versions: versions.node,
  });
  return [
    {
      ...row('parse, validate, envelope and span', sums, 'below 10 µs'),
      peer: `${median(figures['JSON.parse of the same bytes']).toFixed(2)} µs JSON.parse alone`,
    },
    ...all.map(([name]) => row(name, figures[name])),
  ];
}
