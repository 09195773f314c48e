import type { MessageDescriptor } from '../events/descriptor.ts';
import type { Message } from '../transport.ts';
import type { Attributes } from './open-telemetry-api.ts';

/** Longer ones say nothing more to a reader, and a span is kept in memory until it is exported. */
const lengthMax = 256;

/** CloudEvents attributes and the span attributes that they become. */
const fromEnvelope = [
  ['id', 'messaging.message.id'],
  ['correlationid', 'messaging.message.conversation_id'],
  ['id', 'cloudevents.event_id'],
  ['source', 'cloudevents.event_source'],
  ['type', 'cloudevents.event_type'],
  ['subject', 'cloudevents.event_subject'],
  ['specversion', 'cloudevents.event_spec_version'],
  ['plantid', 'millwright.plant'],
  ['ordernumber', 'millwright.order'],
  ['lotnumber', 'millwright.lot'],
  ['causationid', 'millwright.causation_id'],
] as const;

/**
 * What a span says of a message, by the semantic conventions for messaging and CloudEvents, and by `millwright.*` for the business
 * transaction. Order and lot are for spans only: each would be a time series of its own as a metric.
 */
export function messageAttributes(address: string, { attributes, data }: Message): Attributes {
  const named: Attributes = { 'messaging.destination.name': address, 'messaging.message.body.size': data.length };
  for (const [from, to] of fromEnvelope) {
    const value = attributes[from];
    if (typeof value === 'string') named[to] = value.slice(0, lengthMax);
  }
  return named;
}

/** Where the business object stands, by the `status` of the payload. */
export function stateAttributes(data: unknown): Attributes {
  const status = typeof data === 'object' && data !== null ? (data as { status?: unknown }).status : undefined;
  return typeof status === 'string' ? { 'millwright.state': status.slice(0, lengthMax) } : {};
}

/** What a contract says of a message: few values, so they are also attributes of metrics. */
export function contractAttributes(system: string, { address, type, governance }: MessageDescriptor): Attributes {
  return {
    'messaging.system': system,
    ...(address === null ? {} : { 'messaging.destination.template': address }),
    ...(type === undefined ? {} : { 'cloudevents.event_type': type }),
    ...(governance?.criticality === undefined ? {} : { 'millwright.criticality': governance.criticality }),
    ...(governance?.latency === undefined ? {} : { 'millwright.latency': governance.latency }),
  };
}
