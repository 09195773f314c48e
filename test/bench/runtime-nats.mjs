// NATS JetStream: the transport of the runtime, and the same client without it.

import { createNatsTransport } from '@millwright/runtime/transports/nats';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { startNats } from '../services/nats.ts';

export const name = 'NATS JetStream';
export const peer = '@nats-io/jetstream';
export const start = () => startNats();

/** Connections of one run, which end together, with a stream of its own. */
export async function open({ url }, stream) {
  const connections = [];
  const connection = async () => {
    const opened = await connect({ servers: url });
    connections.push(opened);
    return opened;
  };
  return {
    connect: async () => {
      const opened = await connection();
      const driver = { connection: opened, jetstream: jetstream(opened), headers };
      return createNatsTransport(driver, { stream, prefix: stream, createStream: {} });
    },
    bare: async (heldMax) => bareOf(await connection(), await connection(), stream, heldMax),
    close: async () => {
      const manager = await jetstreamManager(await connection());
      await manager.streams.delete(stream);
      await Promise.all(connections.map((each) => each.close()));
    },
  };
}

/** Publishes with acks of the stream into a file, and consumes with an ack of each message. */
async function bareOf(producer, consumer, stream, heldMax) {
  const manager = await jetstreamManager(producer);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`], storage: 'file', discard: 'new' });
  await manager.consumers.add(stream, { durable_name: 'mes', ack_policy: AckPolicy.Explicit, max_ack_pending: 1_000 });
  const [sending, receiving] = [jetstream(producer), jetstream(consumer)];
  return {
    publish: ({ address, message: { attributes, data } }) => {
      const written = headers();
      for (const [key, value] of Object.entries(attributes)) written.append(`ce-${key}`, String(value));
      return sending.publish(`${stream}.${address.replaceAll('/', '.')}`, data, {
        headers: written,
        msgID: attributes.id,
      });
    },
    consume: async (onMessage) => {
      const messages = await (await receiving.consumers.get(stream, 'mes')).consume({ max_messages: heldMax });
      void (async () => {
        for await (const message of messages) {
          onMessage(message.headers?.get('ce-id'));
          message.ack();
        }
      })();
    },
  };
}
