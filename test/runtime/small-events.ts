import type { Delivery, Message, Transport } from '@millwright/runtime';

export const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
export const text = ({ message }: Delivery): string => new TextDecoder().decode(message.data);

export function event(data: string, attributes: Readonly<Record<string, unknown>> = {}): Message {
  const given = { specversion: '1.0', id: crypto.randomUUID(), source: '/test', type: 'test.happened.v1' };
  return { attributes: { ...given, ...attributes }, data: bytes(data) };
}

/** Subscribes and collects what comes; everything is acked. */
export async function collect(transport: Transport, pattern: string, group?: string): Promise<readonly Delivery[]> {
  const got: Delivery[] = [];
  const handler = async (delivery: Delivery): Promise<void> => {
    got.push(delivery);
    await delivery.ack();
  };
  await transport.subscribe(pattern, handler, { group });
  return got;
}
