import type { Transport } from '@millwright/runtime';
import { createKafkaTransport } from '@millwright/runtime/transports/kafka';
import { Admin, type Base, Consumer, Producer } from '@platformatic/kafka';
import type { Places } from '../points.ts';

export async function open({ broker, run }: Places): Promise<Transport> {
  const { host, hostname, port } = new URL(broker);
  const own = { clientId: run, bootstrapBrokers: [host], connectTimeout: 1_000 };
  return createKafkaTransport(
    {
      producer: (settings) => byWay(new Producer({ ...settings, ...own })),
      consumer: (settings) => byWay(new Consumer({ ...settings, ...own })),
      admin: (settings) => byWay(new Admin({ ...settings, ...own })),
    },
    {
      ...{ topic: run, createTopics: { partitions: 3 } },
      ...{ timeoutMs: 1_000, sessionTimeoutMs: 600, redeliveryDelayMs: 20 },
    },
  );

  /** A broker tells clients its own address, which does not lead over the proxy. */
  function byWay<Client extends Base>(client: Client): Client {
    const { connections } = client;
    const get = connections.get.bind(connections) as (broker: object, answer: () => void) => void;
    connections.get = ((_: object, answer: () => void) =>
      get({ host: hostname, port: Number(port) }, answer)) as typeof connections.get;
    return client;
  }
}
