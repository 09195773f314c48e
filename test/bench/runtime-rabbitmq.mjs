// RabbitMQ: the transport of the runtime, and the same client without it.
import { createRabbitmqTransport } from '@millwright/runtime/transports/rabbitmq';
import { connect } from 'amqplib';
import { startRabbitmq } from '../services/rabbitmq.ts';

export const name = 'RabbitMQ';
export const peer = 'amqplib';
export const start = () => startRabbitmq();

/** Connections of one run, which end together, with an exchange of its own. */
export async function open({ url }, exchange) {
  const connections = [];
  const connection = async () => {
    const opened = await connect(url, { recovery: { initialDelay: 50, maxDelay: 200 } });
    opened.on('error', () => undefined);
    connections.push(opened);
    return opened;
  };
  return {
    connect: async () => createRabbitmqTransport(await connection(), { exchange }),
    bare: async (heldMax) => bareOf(await connection(), await connection(), exchange, heldMax),
    close: () => Promise.all(connections.map((each) => each.close())),
  };
}

/** A quorum queue on a topic exchange; publishes persistent messages with confirms, and consumes with an ack of each. */
async function bareOf(producer, consumer, exchange, heldMax) {
  const [sending, receiving] = [await producer.createConfirmChannel(), await consumer.createChannel()];
  const queue = `${exchange}.mes`;
  await sending.assertExchange(exchange, 'topic', { durable: true });
  await receiving.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await receiving.bindQueue(queue, exchange, '#');
  await receiving.prefetch(heldMax);
  return {
    publish: ({ address, message: { attributes, data } }) => {
      const headers = Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [`cloudEvents:${key}`, value]),
      );
      return new Promise((resolve, reject) => {
        sending.publish(
          exchange,
          address.replaceAll('/', '.'),
          Buffer.from(data),
          { persistent: true, headers },
          (error) => (error ? reject(error) : resolve()),
        );
      });
    },
    consume: (onMessage) =>
      receiving.consume(queue, (message) => {
        onMessage(message.properties.headers['cloudEvents:id']);
        receiving.ack(message);
      }),
  };
}
