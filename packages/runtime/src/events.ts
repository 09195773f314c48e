import { addressFault, parametersOf } from './address.ts';
import { fillEnvelope, type ProducerIdentity } from './envelope.ts';
import { ContractViolation, type MessageViolation, Unauthorised } from './event-errors.ts';
import { authorise, checkPolicy, checkProducer, type PolicyConfig } from './policy.ts';
import type { Delivery, Message, SubscribeOptions, Subscription, Transport } from './transport.ts';

export type { Envelope, ProducerIdentity } from './envelope.ts';
export type { MessageViolation } from './event-errors.ts';
export { ContractViolation, Unauthorised } from './event-errors.ts';
export type {
  Delivery,
  Message,
  SubscribeOptions,
  Subscription,
  Transport,
  TransportFeatures,
} from './transport.ts';
export type { DeadLetter, MemoryTransport, MemoryTransportOptions } from './transports/memory/memory-transport.ts';
export { createMemoryTransport } from './transports/memory/memory-transport.ts';

/** Checks a value against a named schema: strictly at the producer, tolerantly (unknown members pass) at the consumer. */
export type ValidateMessage = (
  name: string,
  value: unknown,
  mode: 'strict' | 'tolerant',
) => readonly MessageViolation[] | Promise<readonly MessageViolation[]>;

/** What a generated function knows about its message: plain data. */
export interface MessageDescriptor {
  readonly name: string;
  /** Address template; null when the contract does not know it, then the caller gives the address. */
  readonly address: string | null;
  readonly parameters?: readonly AddressParameter[];
  readonly contentType: string;
  /** Set when the headers are CloudEvents attributes: value of `type`. */
  readonly type?: string;
  readonly dataschema?: string;
  readonly contractversion?: string;
  /** Set when its channel carries other messages that nothing but the schema tells apart: what does not fit is skipped. */
  readonly shared?: boolean;
  /** Names under which payload and headers are checked. */
  readonly payload?: string;
  readonly headers?: string;
  /** Where the request that a reply answers says to which address the reply goes, such as `$message.header#/replyTo`. */
  readonly replyTo?: string;
  /** What `x-governance` says of it. */
  readonly governance?: MessageGovernance;
  /** `x-partition-key`: pointer into the message, `$message.payload#/a/b` or `$message.header#/name`. */
  readonly partitionKey?: string;
}

/** Who may do what with a message, and how much hangs on it. */
export interface MessageGovernance {
  /** Roles that may publish it, and those that may receive it. */
  readonly publish?: readonly string[];
  readonly consume?: readonly string[];
  readonly latency?: 'rt' | 'nrt' | 'batch';
  /** Longest time from when it happened until it is applied, in milliseconds. */
  readonly delayMaxMs?: number;
  readonly criticality?: 'stops-production' | 'affects-quality' | 'affects-inventory' | 'informational';
  /** How long a second one is known as a duplicate, in milliseconds. */
  readonly retentionMs?: number;
}

export interface AddressParameter {
  readonly name: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  /** Where the message holds the value, such as `$message.header#/plantid`. */
  readonly location?: string;
}

export interface BusConfig extends ProducerIdentity, PolicyConfig {
  readonly transport: Transport;
  /** `false` switches validation off at both ends; a function replaces the generated validators. Default true. */
  readonly validate?: boolean | ValidateMessage | undefined;
  /** Source of the W3C traceparent for messages without a cause. */
  readonly traceparent?: (() => string | undefined) | undefined;
  /** What stands between deliveries and handlers; by default every delivery is handled at once, and again when it fails. */
  readonly consumer?: Consumer | undefined;
  /** Told of every message that a subscription rejected because it breaks the contract. */
  readonly onViolation?: ((error: ContractViolation) => void) | undefined;
}

/** Takes a delivery to its handler, and decides what becomes of it. */
export interface Consumer {
  receive(delivery: Delivery, task: ReceiveTask): Promise<void>;
}

/** What is to be done with a delivery. */
export interface ReceiveTask {
  readonly descriptor: MessageDescriptor;
  readonly options: SubscriptionOptions;
  /**
   * Decodes, checks and hands the message over, with the transaction in which its effect belongs. Throws
   * {@link ContractViolation}, or what the handler threw. `other`: the message is for another handler of the channel.
   */
  handle(transaction?: unknown): Promise<'handled' | 'other'>;
}

/** A transport with the identity of the system that uses it: plain data, made by `createBus`. */
export interface Bus {
  readonly config: BusConfig;
  readonly validate: ValidateMessage | undefined;
}

export interface PublishInput {
  readonly data?: unknown;
  readonly headers?: object | undefined;
  readonly parameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Overrides the address of the contract, such as the reply-to of a request. */
  readonly address?: string | undefined;
  /** The message that this one reacts to: hands on correlation and trace. */
  readonly cause?: Cause | undefined;
}

/** A received message as far as a message that reacts to it looks at it. */
export interface Cause {
  readonly headers: object;
  readonly data?: unknown;
}

/** A message as a handler sees it. */
export interface Received<Data, Headers> {
  readonly data: Data;
  readonly headers: Headers;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly attempt: number;
  /** The store's transaction in which the effect of the message belongs; absent without a store. */
  readonly transaction?: unknown;
}

export interface SubscriptionOptions extends SubscribeOptions {
  /** Values for parameters of the address; the others match everything. */
  readonly parameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Address pattern for a channel whose address the contract does not know. */
  readonly address?: string | undefined;
  /** Pause before a message comes again whose handler threw. */
  readonly redeliveryDelayMs?: number | undefined;
}

export type Handler<Data, Headers> = (message: Received<Data, Headers>, delivery: Delivery) => void | Promise<void>;

/** Urgency for queues: what stops production overtakes what informs, and batches come last. */
function priorityOf({ governance }: MessageDescriptor): number {
  const ranks = { 'stops-production': 0, 'affects-quality': 1, 'affects-inventory': 2, informational: 4 } as const;
  const rank = governance?.criticality === undefined ? 3 : ranks[governance.criticality];
  return governance?.latency === 'batch' ? 9 : governance?.latency === 'nrt' ? rank + 4 : rank;
}

/** Makes a bus. Generated code calls it with its own validators. Throws a RangeError for a role that there is not. */
export function createEventBus(
  config: BusConfig,
  loadValidators?: () => Promise<{ readonly validate: ValidateMessage }>,
): Bus {
  checkPolicy(config);
  const { validate = true } = config;
  const generated: ValidateMessage | undefined =
    loadValidators && (async (name, value, mode) => (await loadValidators()).validate(name, value, mode));
  return { config, validate: typeof validate === 'function' ? validate : validate ? generated : undefined };
}

function refuse(descriptor: MessageDescriptor, pointer: string, keyword: string, message: string): never {
  throw new ContractViolation(descriptor.name, 'address', [{ pointer, keyword, message }]);
}

/** Value at a runtime expression `$message.header#/a` or `$message.payload#/a/b` (AsyncAPI 3.0, runtime expressions). */
function valueAt(expression: string, data: unknown, headers: unknown): unknown {
  const match = /^\$message\.(header|payload)#(\/.*)?$/.exec(expression);
  if (match === null) return undefined;
  const tokens = match[2] === undefined ? [] : match[2].slice(1).split('/');
  return tokens
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, token) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, token)
          ? (value as Record<string, unknown>)[token]
          : undefined,
      match[1] === 'header' ? headers : data,
    );
}

function addressOf(descriptor: MessageDescriptor, input: PublishInput, headers: unknown): string {
  const replyTo =
    descriptor.replyTo === undefined ? undefined : valueAt(descriptor.replyTo, input.cause?.data, input.cause?.headers);
  const given = input.address ?? (typeof replyTo === 'string' && replyTo !== '' ? replyTo : undefined);
  if (given !== undefined) return given;
  if (descriptor.address === null) return refuse(descriptor, '', 'address', 'the contract knows no address: give one');
  const parameters = input.parameters ?? {};
  return descriptor.address.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const parameter = descriptor.parameters?.find((candidate) => candidate.name === name);
    const located = parameter?.location === undefined ? undefined : valueAt(parameter.location, input.data, headers);
    const value = (Object.hasOwn(parameters, name) ? parameters[name] : undefined) ?? located ?? parameter?.default;
    const fault = addressFault(value);
    if (fault !== undefined) return refuse(descriptor, `/${name}`, 'parameter', `address parameter ${fault}`);
    if (parameter?.enum !== undefined && !parameter.enum.includes(value as string)) {
      return refuse(descriptor, `/${name}`, 'enum', `address parameter must be one of ${parameter.enum.join(', ')}`);
    }
    return value as string;
  });
}

/** Pattern of a subscription: given parameters are literal, the others stay `{name}`. */
function patternOf(descriptor: MessageDescriptor, options: SubscriptionOptions): string {
  const template = options.address ?? descriptor.address;
  if (template === null) return refuse(descriptor, '', 'address', 'the contract knows no address: give one');
  const given = options.parameters ?? {};
  const unknown = Object.keys(given).find((name) => !parametersOf(template).includes(name));
  if (unknown !== undefined) return refuse(descriptor, `/${unknown}`, 'parameter', 'the address has no such parameter');
  return template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return placeholder;
    const fault = addressFault(value);
    return fault === undefined ? value : refuse(descriptor, `/${name}`, 'parameter', `address parameter ${fault}`);
  });
}

const isJson = (contentType: string): boolean => /^[^;]*[/+]json\s*(;|$)/i.test(contentType);

async function check(
  bus: Bus,
  descriptor: MessageDescriptor,
  parts: { data: unknown; headers: unknown },
  mode: 'strict' | 'tolerant',
): Promise<void> {
  const { validate } = bus;
  if (validate === undefined) return;
  for (const [part, name, value] of [
    ['headers', descriptor.headers, parts.headers],
    ['payload', descriptor.payload, parts.data],
  ] as const) {
    if (name === undefined) continue;
    const violations = await validate(name, value, mode);
    if (violations.length > 0) throw new ContractViolation(descriptor.name, part, violations);
  }
}

function encode(descriptor: MessageDescriptor, data: unknown): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return data.slice();
  return new TextEncoder().encode(
    isJson(descriptor.contentType) || typeof data !== 'string' ? (JSON.stringify(data) ?? '') : data,
  );
}

function decode(descriptor: MessageDescriptor, data: Uint8Array<ArrayBuffer>): unknown {
  if (!isJson(descriptor.contentType))
    return descriptor.contentType.startsWith('text/') ? new TextDecoder().decode(data) : data;
  if (data.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    throw new ContractViolation(descriptor.name, 'payload', [
      { pointer: '', keyword: 'format', message: 'is not JSON in UTF-8' },
    ]);
  }
}

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

function headersOf(bus: Bus, descriptor: MessageDescriptor, input: PublishInput): Readonly<Record<string, unknown>> {
  const given = { ...input.headers } as Readonly<Record<string, unknown>>;
  if (descriptor.type === undefined) return given;
  const { type, contentType: datacontenttype, dataschema, contractversion } = descriptor;
  const cause = input.cause?.headers as Readonly<Record<string, unknown>> | undefined;
  const partitionkey = partitionKeyOf(descriptor, input, given);
  const traceparent = cause === undefined ? bus.config.traceparent?.() : undefined;
  return fillEnvelope(
    bus.config,
    { type, datacontenttype, dataschema, contractversion, partitionkey, traceparent, cause },
    given,
  );
}

/**
 * Publishes a message: fills the envelope, checks headers and payload strictly, computes the address.
 * Returns the headers that were sent. Throws {@link ContractViolation} when the message breaks the contract, and {@link Unauthorised}
 * when the role may not publish it; then nothing was sent.
 */
export async function publishMessage(
  bus: Bus,
  descriptor: MessageDescriptor,
  input: PublishInput,
): Promise<Readonly<Record<string, unknown>>> {
  await authorise(bus.config, descriptor, 'publish');
  const headers = headersOf(bus, descriptor, input);
  const address = addressOf(descriptor, input, headers);
  await check(bus, descriptor, { data: input.data, headers }, 'strict');
  const partitionKey = partitionKeyOf(descriptor, input, headers);
  const message: Message = {
    attributes: headers,
    data: encode(descriptor, input.data),
    ...(descriptor.governance === undefined ? {} : { priority: priorityOf(descriptor) }),
    ...(partitionKey === undefined ? {} : { partitionKey }),
  };
  await bus.config.transport.publish(address, message);
  return headers;
}

/** A message of the channel that this handler is not for: CloudEvents say by their type. */
function isOther(descriptor: MessageDescriptor, attributes: Readonly<Record<string, unknown>>): boolean {
  return (
    descriptor.type !== undefined && typeof attributes['type'] === 'string' && attributes['type'] !== descriptor.type
  );
}

/** Without a store: handled at once; what returns is acked, what throws is nacked, what breaks the contract is rejected. */
const directConsumer = ({ onDenied }: BusConfig): Consumer => ({
  async receive(delivery, { descriptor, options, handle }) {
    try {
      await handle();
    } catch (error) {
      if (error instanceof ContractViolation)
        return descriptor.shared === true ? delivery.ack() : delivery.reject(error.message);
      if (error instanceof Unauthorised) {
        // Whoever refuses a publication of the handler has told already.
        if (error.producer !== undefined) await onDenied?.(error);
        return delivery.reject(error.message);
      }
      return delivery.nack(options.redeliveryDelayMs === undefined ? {} : { delayMs: options.redeliveryDelayMs });
    }
    return delivery.ack();
  },
});

/**
 * Subscribes to a message; rejects with {@link Unauthorised} when the role may not receive it. A message that breaks the contract is
 * rejected with the pointer as the reason and never reaches the handler, and so is one whose producer may not publish it; a handler
 * that returns acks, one that throws nacks, unless it has decided by `delivery` itself.
 */
export function subscribeMessage<Data, Headers>(
  bus: Bus,
  descriptor: MessageDescriptor,
  handler: Handler<Data, Headers>,
  options: SubscriptionOptions = {},
): Promise<Subscription> {
  const pattern = patternOf(descriptor, options);
  const { consumer = directConsumer(bus.config), transport, onViolation } = bus.config;
  const handle = async (delivery: Delivery, transaction: unknown): Promise<'handled' | 'other'> => {
    const { attributes } = delivery.message;
    if (isOther(descriptor, attributes)) return 'other';
    checkProducer(bus.config, descriptor, attributes);
    let data: unknown;
    try {
      data = decode(descriptor, delivery.message.data);
      await check(bus, descriptor, { data, headers: attributes }, 'tolerant');
    } catch (error) {
      if (error instanceof ContractViolation) onViolation?.(error);
      throw error;
    }
    const { address, parameters, attempt } = delivery;
    const received = { data: data as Data, headers: attributes as Headers, address, parameters, attempt };
    await handler(transaction === undefined ? received : { ...received, transaction }, delivery);
    return 'handled';
  };
  const receive = (delivery: Delivery): Promise<void> =>
    consumer.receive(delivery, { descriptor, options, handle: (transaction) => handle(delivery, transaction) });
  return authorise(bus.config, descriptor, 'consume').then(() => transport.subscribe(pattern, receive, options));
}
