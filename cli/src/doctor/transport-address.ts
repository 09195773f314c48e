import { UsageFailure } from '../failure.ts';
import { fromEnvironment, parseUrl } from '../input/server-url.ts';

/** Where a transport is, with what of it is ours. */
export type TransportAddress =
  | { readonly kind: 'nats'; readonly url: string; readonly stream?: string; readonly monitor?: string }
  | { readonly kind: 'rabbitmq'; readonly url: string; readonly exchange?: string }
  | { readonly kind: 'mqtt'; readonly url: string }
  | {
      readonly kind: 'kafka';
      readonly url: string;
      readonly topic?: string;
      /** Of routes, parted by commas. */
      readonly topics?: string;
      readonly mechanism?: string;
    };

/** By the scheme of their addresses, with the parameters that are ours. */
const kinds: Readonly<Record<string, { readonly kind: TransportAddress['kind']; readonly own: readonly string[] }>> = {
  nats: { kind: 'nats', own: ['stream', 'monitor'] },
  amqp: { kind: 'rabbitmq', own: ['exchange'] },
  amqps: { kind: 'rabbitmq', own: ['exchange'] },
  mqtt: { kind: 'mqtt', own: [] },
  mqtts: { kind: 'mqtt', own: [] },
  kafka: { kind: 'kafka', own: ['topic', 'topics', 'mechanism'] },
  'kafka-secure': { kind: 'kafka', own: ['topic', 'topics', 'mechanism'] },
};

/** `nats://host?stream=name`, `amqp://user:password@host/vhost?exchange=name`, `mqtt://host`, `kafka://host:port?topic=name`, or `env:NAME`. */
export function parseTransportAddress(given: string): TransportAddress {
  const text = fromEnvironment(given);
  const [scheme = ''] = text.split(':', 1);
  const known = Object.hasOwn(kinds, scheme) ? kinds[scheme] : undefined;
  // What was given can hold a password, so it is not repeated.
  if (known === undefined)
    throw new UsageFailure(
      'A transport has an address of no kind that is known',
      `Its address begins with ${Object.keys(kinds).join('://, ')}://.`,
    );
  const { url, own } = parseUrl(text, known.own);
  if (own['monitor'] !== undefined && !URL.canParse(own['monitor']))
    throw new UsageFailure('?monitor= is no address', 'Write ?monitor=http://host:8222, percent-encoded if need be.');
  return { ...own, kind: known.kind, url };
}
