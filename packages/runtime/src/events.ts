export type { Envelope, ProducerIdentity } from './envelope.ts';
export type { MessageViolation } from './event-errors.ts';
export { ContractViolation, Unauthorised } from './event-errors.ts';
export type { Bus, BusConfig, Consumer, ReceiveTask, SubscriptionOptions, ValidateMessage } from './events/bus.ts';
export { createEventBus } from './events/bus.ts';
export type { AddressParameter, MessageDescriptor, MessageGovernance } from './events/descriptor.ts';
export type { Cause, PublishInput } from './events/input.ts';
export { publishMessage } from './events/publish.ts';
export type { Handler, Received } from './events/subscribe.ts';
export { subscribeMessage } from './events/subscribe.ts';
export type {
  DeliveryFailure,
  DeliveryOutcome,
  Processing,
  ProcessReport,
  Publication,
  Publishing,
  Telemetry,
} from './events/telemetry.ts';
export type { Converters, EarlierVersion, UpcastStep } from './events/upcast.ts';
export { upcast } from './events/upcast.ts';
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
