import type { Delivery, Transport } from '@millwright/runtime';
import { createKafkaTransport, type KafkaRoute } from '@millwright/runtime/transports/kafka';
import { eventually } from '@millwright/testing';
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  Consumer,
  Producer,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { examined, idsOf } from '../doctor/run-doctor.ts';
import { event, text } from '../runtime/small-events.ts';
import { startKafka } from '../services/kafka.ts';
import { freePort } from '../services/own-server.ts';
import type { Service } from '../services/service.ts';
import { canonical, type Event, eventsOf, fileOf, type Identity, identities, names } from './register.ts';

interface Generated {
  readonly routes: readonly KafkaRoute[];
  readonly acls: readonly Readonly<
    Record<
      'principal' | 'host' | 'operation' | 'permissionType' | 'resourceType' | 'resourceName' | 'patternType',
      string
    >
  >[];
}

const generated = JSON.parse(await fileOf('kafka.json')) as Generated;
const port = await freePort();
const everything = {
  ...{ resourceType: ResourceTypes.ANY, resourceName: null, resourcePatternType: ResourcePatternTypes.ANY },
  ...{ principal: null, host: null, operation: AclOperations.ANY, permissionType: AclPermissionTypes.ANY },
};

const started = await startKafka({ port, passwords: identities }).catch((error: unknown) => String(error));
if (typeof started !== 'string') await grant(started);
const open: Transport[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});
afterAll(async () => {
  if (typeof started !== 'string') await started.stop();
}, 60_000);

/** A value of the driver by the name that Kafka's own client has for it. */
function numberOf<Value extends number>(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = values[name.toUpperCase()];
  if (value === undefined) throw new Error(`${name} is nothing that Kafka knows`);
  return value;
}

/** Makes the topics of the routes, and lets the identities do what the generated file says, and no more. */
async function grant(service: Service): Promise<void> {
  const operator = new Admin({ clientId: 'operator', bootstrapBrokers: [new URL(service.url).host] });
  const topics = [...generated.routes.map(({ topic }) => topic), 'millwright', 'millwright.dead-letters'];
  await operator.createTopics({ topics, partitions: 1, replicas: 1 });
  const creations = generated.acls.map(({ principal, host, resourceName, ...acl }) => ({
    ...{ principal, host, resourceName },
    operation: numberOf(AclOperations, acl.operation),
    permissionType: numberOf(AclPermissionTypes, acl.permissionType),
    resourceType: numberOf(ResourceTypes, acl.resourceType),
    resourcePatternType: numberOf(ResourcePatternTypes, acl.patternType),
  }));
  await operator.createAcls({ creations });
  // The broker hears of them after the controller has answered.
  await eventually('the rights', async () => {
    const resources = await operator.describeAcls({ filter: everything });
    return resources.reduce((count, { acls }) => count + acls.length, 0) >= creations.length;
  });
  await operator.close();
}

function transportOf(user: Identity): Transport {
  const sasl = { mechanism: 'PLAIN', username: user, password: identities[user] } as const;
  const own = { clientId: user, bootstrapBrokers: [`127.0.0.1:${port}`], sasl };
  const transport = createKafkaTransport(
    {
      producer: (settings) => new Producer({ ...settings, ...own }),
      consumer: (settings) => new Consumer({ ...settings, ...own }),
      admin: (settings) => new Admin({ ...settings, ...own }),
    },
    { routes: generated.routes, timeoutMs: 4_000, sessionTimeoutMs: 6_000, redeliveryDelayMs: 20 },
  );
  open.push(transport);
  return transport;
}

/** What the driver tells of a refusal is deep in what it throws; a topic that may not be seen is not there. */
function refusalOf(error: unknown): string {
  const { errors = [], cause } = (error ?? {}) as { readonly errors?: readonly unknown[]; readonly cause?: unknown };
  return [String(error), ...errors.map(refusalOf), ...(cause === undefined ? [] : [refusalOf(cause)])].join(' ');
}

if (typeof started === 'string') {
  it.skip(`permissions of kafka: no server (${started})`, () => {});
} else {
  const address = 'PL01/production/work-order/released/v1';
  const eventHere = async (): Promise<Event> =>
    (await eventsOf(await canonical())).find((one) => one.address === address) as Event;

  describe(address, () => {
    it('is published by whom it may, and by nobody else', async () => {
      const { publishers } = await eventHere();
      expect(publishers.length).toBeGreaterThan(0);
      expect(publishers.length).toBeLessThan(names.length);
      for (const name of names) {
        const outcome = await transportOf(name)
          .publish(address, event('x'))
          .then(() => '', refusalOf);
        expect([name, outcome === '', outcome]).toEqual([name, publishers.includes(name), outcome]);
        if (outcome !== '') expect(outcome).toMatch(/there is no topic|not authorized|authorization/i);
      }
    }, 60_000);

    it('is received by whom it may, again after a nack and after a restart, and by nobody else', async () => {
      const { publishers, consumers } = await eventHere();
      const from = transportOf(publishers[0] as Identity);
      expect(consumers.length).toBeGreaterThan(0);
      expect(consumers.length).toBeLessThan(names.length);
      for (const name of names) {
        const got: string[] = [];
        const handle = async (delivery: Delivery): Promise<void> => {
          got.push(text(delivery));
          await (got.length === 1 ? delivery.nack() : delivery.ack());
        };
        const first = transportOf(name);
        const outcome = await first.subscribe(address, handle, { group: name }).then(() => '', refusalOf);
        expect([name, outcome === '', outcome]).toEqual([name, consumers.includes(name), outcome]);
        if (outcome !== '') expect(outcome).toMatch(/there is no topic|not authorized|authorization/i);
        if (outcome !== '') continue;
        await from.publish(address, event(`${name} 1`));
        await eventually('the second delivery', () => got.length === 2);
        await first.close();
        await from.publish(address, event(`${name} 2`));
        await transportOf(name).subscribe(address, handle, { group: name });
        await eventually('what came meanwhile', () => got.length === 3);
        expect(got).toEqual([`${name} 1`, `${name} 1`, `${name} 2`]);
      }
    }, 120_000);

    it('is received under no name of a group that was not granted', async () => {
      const { consumers } = await eventHere();
      const transport = transportOf(consumers[0] as Identity);
      const outcome = transport.subscribe(address, async (delivery) => delivery.ack(), { group: 'somebody-else' });
      expect(await outcome.then(() => '', refusalOf)).toMatch(/authoriz/i);
    }, 30_000);
  });

  it('the doctor says what an identity may not read, and shows no password', async () => {
    const { topic } = generated.routes.find((route) => route.address.endsWith('work-order/released/v1')) as KafkaRoute;
    const at = (secret: string) => `kafka://svc-mes-pl01:${secret}@127.0.0.1:${port}?topics=${topic}`;
    const found = await examined('--transport', at(identities['svc-mes-pl01']));
    expect(found.verdict).toBe('unknown');
    expect(idsOf(found, 'unknown')).toEqual(['doctor/kafka-settings', 'doctor/kafka-offsets']);
    const wrong = await examined('--transport', at('hush-hush'));
    expect([wrong.status, wrong.checks.map(({ id }) => id)]).toEqual([1, ['doctor/reachable']]);
    expect(wrong.reasons[0]?.found).toMatch(/authentication/i);
    expect(JSON.stringify(wrong)).not.toContain('hush');
  }, 60_000);
}
