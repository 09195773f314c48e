import { fillEnvelope } from '../envelope.ts';
import type { Message } from '../transport.ts';
import { addressOf } from './address.ts';
import { authorise } from './authorise.ts';
import { type Bus, check, defaultBytesMax } from './bus.ts';
import { demandSize, encode } from './codec.ts';
import { type MessageDescriptor, priorityOf } from './descriptor.ts';
import { type PublishInput, valueAt } from './input.ts';
import type { Publication } from './telemetry.ts';

/** Text of the partition key that the contract points at, else the CloudEvents attribute. */
function partitionKeyOf(
  descriptor: MessageDescriptor,
  input: PublishInput,
  headers: Readonly<Record<string, unknown>>,
): string | undefined {
  const located =
    descriptor.partitionKey === undefined ? undefined : valueAt(descriptor.partitionKey, input.data, headers);
  const key = headers['partitionkey'] ?? located;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

function headersOf(
  bus: Bus,
  descriptor: MessageDescriptor,
  input: PublishInput,
  publication: Publication | undefined,
): Readonly<Record<string, unknown>> {
  const given = { ...input.headers } as Readonly<Record<string, unknown>>;
  if (descriptor.type === undefined) return given;
  const { type, contentType: datacontenttype, dataschema, contractversion } = descriptor;
  const cause = input.cause?.headers as Readonly<Record<string, unknown>> | undefined;
  const partitionkey = partitionKeyOf(descriptor, input, given);
  const traceparent = publication?.traceparent ?? (cause === undefined ? bus.config.traceparent?.() : undefined);
  return fillEnvelope(
    bus.config,
    { type, datacontenttype, dataschema, contractversion, partitionkey, traceparent, cause },
    given,
  );
}

/**
 * Publishes a message: fills the envelope, checks headers and payload strictly, computes the address.
 * Returns the headers that were sent. Throws {@link ContractViolation} when the message breaks the contract, and `Unauthorised` when
 * the role may not publish it; then nothing was sent.
 */
export function publishMessage(
  bus: Bus,
  descriptor: MessageDescriptor,
  input: PublishInput,
): Promise<Readonly<Record<string, unknown>>> {
  const { telemetry, transport } = bus.config;
  if (telemetry === undefined) return publish(bus, descriptor, input);
  return telemetry.publish({ descriptor, system: transport.features.name, cause: input.cause }, (publication) =>
    publish(bus, descriptor, input, publication),
  );
}

async function publish(
  bus: Bus,
  descriptor: MessageDescriptor,
  input: PublishInput,
  publication?: Publication,
): Promise<Readonly<Record<string, unknown>>> {
  await authorise(bus.config, descriptor, 'publish');
  const headers = headersOf(bus, descriptor, input, publication);
  const address = addressOf(descriptor, input, headers);
  await check(bus, descriptor, { data: input.data, headers }, 'strict');
  const partitionKey = partitionKeyOf(descriptor, input, headers);
  const data = encode(descriptor, input.data);
  demandSize(descriptor, data, bus.config.bytesMax ?? defaultBytesMax);
  const message: Message = {
    attributes: headers,
    data,
    ...(descriptor.governance === undefined ? {} : { priority: priorityOf(descriptor) }),
    ...(partitionKey === undefined ? {} : { partitionKey }),
  };
  publication?.describe(address, message, input.data);
  await bus.config.transport.publish(address, message);
  return headers;
}
