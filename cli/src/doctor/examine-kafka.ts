import {
  diagnose,
  type KafkaDoctorAdmin,
  kafkaDoctorSettings,
  kafkaRules,
  readKafkaFacts,
} from '@millwright/runtime/doctor';
import { importDriver } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

/** The slice of `@platformatic/kafka` that is used here. */
interface Kafka {
  readonly Admin: new (settings: Readonly<Record<string, unknown>>) => KafkaDoctorAdmin & { close(): Promise<unknown> };
}

const portOfKafka = '9092';

export const examineKafka: Examine<'kafka'> = async ({ url, topic, topics, mechanism }, { timeoutMs, atEnd }) => {
  const { Admin } = await importDriver<Kafka>('@platformatic/kafka', 'A kafka:// address');
  const admin = new Admin({
    ...kafkaDoctorSettings(timeoutMs),
    clientId: 'millwright-doctor',
    ...accessOf(url, mechanism),
  });
  atEnd(() => admin.close());
  const facts = await readKafkaFacts(admin, {
    ...(topic === undefined ? {} : { topic }),
    ...(topics === undefined ? {} : { routed: topics.split(',') }),
  });
  return diagnose(kafkaRules, facts);
};

/** A user and password are SASL's, and `kafka-secure:` is TLS. */
function accessOf(url: string, mechanism = 'PLAIN'): Readonly<Record<string, unknown>> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    bootstrapBrokers: [`${hostname}:${port === '' ? portOfKafka : port}`],
    ...(protocol === 'kafka-secure:' ? { tls: {}, tlsServerName: true } : {}),
    ...(user === '' ? {} : { sasl: { mechanism, username: user, password: secret } }),
  };
}
