import { ContractViolation, Unauthorised } from '../event-errors.ts';
import type { Delivery, Message, Subscription } from '../transport.ts';
import { patternOf } from './address.ts';
import { authorise, checkProducer } from './authorise.ts';
import { type Bus, type BusConfig, type Consumer, check, defaultBytesMax, type SubscriptionOptions } from './bus.ts';
import { decode, demandContentType, demandSize } from './codec.ts';
import type { MessageDescriptor } from './descriptor.ts';
import type { ProcessReport } from './telemetry.ts';
import { type Converters, type Version, versionsOf } from './upcast.ts';

/** A message as a handler sees it. */
export interface Received<Data, Headers> {
  readonly data: Data;
  readonly headers: Headers;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly attempt: number;
  /** The store's transaction in which the effect of the message belongs; absent without a store. */
  readonly transaction?: unknown;
  /** Aborted when the handler takes longer than it may; pass it on to what can be cancelled. */
  readonly signal?: AbortSignal;
}

export type Handler<Data, Headers> = (message: Received<Data, Headers>, delivery: Delivery) => void | Promise<void>;

/**
 * The version of a message that has come, by its CloudEvents type; undefined when it is another message of the channel. Throws
 * {@link ContractViolation} for a type that the contract does not know there.
 */
function versionOf(
  descriptor: MessageDescriptor,
  versions: readonly [Version, ...Version[]],
  { type }: Readonly<Record<string, unknown>>,
): Version | undefined {
  // A foreign producer may leave the type out, or the contract has none: the schema decides.
  if (descriptor.type === undefined || typeof type !== 'string') return versions[0];
  const version = versions.find((candidate) => candidate.descriptor.type === type);
  if (version !== undefined || descriptor.others?.includes(type) === true) return version;
  const message = `is unknown here: ${JSON.stringify(type.slice(0, 200))}`;
  throw new ContractViolation(descriptor.name, 'headers', [{ pointer: '/type', keyword: 'const', message }]);
}

/** Members of the envelope that name the version are those of the version that the handler gets. */
function headersAs({ type, dataschema, contractversion }: MessageDescriptor, headers: Message['attributes']) {
  const named = { type, dataschema, contractversion };
  return { ...headers, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) };
}

/** Without a store: handled at once; what returns is acked, what throws is nacked, what breaks the contract is rejected. */
const directConsumer = ({ onDenied }: BusConfig): Consumer => ({
  async receive(delivery, { descriptor, options, handle, report }) {
    try {
      const handled = await handle();
      report?.(handled === 'other' ? 'other' : 'applied');
    } catch (error) {
      if (error instanceof ContractViolation && descriptor.shared === true) {
        report?.('other');
        return delivery.ack();
      }
      if (error instanceof ContractViolation || error instanceof Unauthorised) {
        // Whoever refuses a publication of the handler has told already.
        if (error instanceof Unauthorised && error.producer !== undefined) await onDenied?.(error);
        report?.('rejected', { kind: error instanceof Unauthorised ? 'unauthorised' : 'contract', error });
        return delivery.reject(error.message);
      }
      report?.('retried', { kind: 'transient', error });
      return delivery.nack(options.redeliveryDelayMs === undefined ? {} : { delayMs: options.redeliveryDelayMs });
    }
    return delivery.ack();
  },
});

/**
 * Subscribes to a message, and to earlier versions of it; rejects with {@link Unauthorised} when the role may not receive it. A message
 * that breaks the contract is rejected with the pointer as the reason and never reaches the handler, and so is one whose producer may
 * not publish it; a handler that returns acks, one that throws nacks, unless it has decided by `delivery` itself.
 */
export async function subscribeMessage<Data, Headers>(
  bus: Bus,
  descriptor: MessageDescriptor,
  handler: Handler<Data, Headers>,
  options: SubscriptionOptions = {},
): Promise<Subscription> {
  await authorise(bus.config, descriptor, 'consume');
  const { consumer = directConsumer(bus.config), transport } = bus.config;
  const versions = versionsOf(descriptor);
  const handle = async (
    delivery: Delivery,
    process: ProcessReport | undefined,
    inside: Pick<Received<Data, Headers>, 'transaction' | 'signal'>,
  ): Promise<'handled' | 'other'> => {
    const opened = await open(bus, versions, delivery.message, options.upcast).catch((error: unknown) => {
      if (error instanceof ContractViolation) bus.config.onViolation?.(error);
      throw error;
    });
    if (opened === undefined) return 'other';
    process?.received(opened.data);
    const { address, parameters, attempt } = delivery;
    const received = { data: opened.data as Data, headers: opened.headers as Headers, address, parameters, attempt };
    await handler({ ...received, ...inside }, delivery);
    return 'handled';
  };
  const receive = (delivery: Delivery, process?: ProcessReport): Promise<void> =>
    consumer.receive(delivery, {
      ...{ descriptor, options, report: process?.report },
      handle: (transaction, signal) =>
        handle(delivery, process, {
          ...(transaction === undefined ? {} : { transaction }),
          ...(signal === undefined ? {} : { signal }),
        }),
    });
  const patterns = new Set(versions.map((version) => patternOf(version.descriptor, options)));
  // Handlers of one channel would take each other's messages from a group that they share.
  const isAlone = descriptor.others === undefined && descriptor.shared !== true;
  const group = options.group === undefined || isAlone ? options.group : `${options.group}.${descriptor.name}`;
  const followed = follow(bus, descriptor, group, receive);
  const subscriptions: Subscription[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  };
  for (const pattern of patterns)
    try {
      subscriptions.push(await transport.subscribe(pattern, followed, { ...options, group }));
    } catch (error) {
      await close();
      throw error;
    }
  return { close };
}

/** Has telemetry follow what is received, where there is one; messages for other handlers of the channel are none of its business. */
function follow(
  { config: { telemetry, transport } }: Bus,
  descriptor: MessageDescriptor,
  group: string | undefined,
  receive: (delivery: Delivery, process?: ProcessReport) => Promise<void>,
): (delivery: Delivery) => Promise<void> {
  if (telemetry === undefined) return (delivery) => receive(delivery);
  const isForOthers = ({ type }: Message['attributes']): boolean =>
    typeof type === 'string' && descriptor.others?.includes(type) === true;
  return (delivery) =>
    isForOthers(delivery.message.attributes)
      ? receive(delivery)
      : telemetry.process({ descriptor, delivery, system: transport.features.name, group }, (process) =>
          receive(delivery, process),
        );
}

/** Decodes and checks a message in its own version, then as the newest one; undefined when it is another message of the channel. */
async function open(
  bus: Bus,
  versions: readonly [Version, ...Version[]],
  { attributes, data: bytes }: Message,
  own: Converters = {},
): Promise<{ readonly data: unknown; readonly headers: Message['attributes'] } | undefined> {
  const [{ descriptor }] = versions;
  const version = versionOf(descriptor, versions, attributes);
  if (version === undefined) return undefined;
  const governance = version.descriptor.governance ?? descriptor.governance;
  checkProducer(bus.config, { ...version.descriptor, ...(governance === undefined ? {} : { governance }) }, attributes);
  demandSize(descriptor, bytes, bus.config.bytesMax ?? defaultBytesMax);
  demandContentType(version.descriptor, attributes['datacontenttype']);
  const data = decode(version.descriptor, bytes);
  await check(bus, version.descriptor, { data, headers: attributes }, 'tolerant');
  if (version.descriptor === descriptor) return { data, headers: attributes };
  const converted = { data: version.convert(data, own), headers: headersAs(descriptor, attributes) };
  await check(bus, descriptor, converted, 'tolerant');
  return converted;
}
