import { diagnose, type RabbitmqDoctorConnection, rabbitmqRules, readRabbitmqFacts } from '@millwright/runtime/doctor';
import { importDriver } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

interface Connection extends Omit<RabbitmqDoctorConnection, 'connection'> {
  readonly connection: RabbitmqDoctorConnection['connection'] & { readonly stream: { destroy(): unknown } };
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'blocked', listener: (reason: string) => void): unknown;
}

/** The slice of `amqplib` that is used here. */
interface Amqplib {
  connect(url: string, options: Readonly<Record<string, unknown>>): Promise<Connection>;
}

export const examineRabbitmq: Examine<'rabbitmq'> = async ({ url, exchange }, { timeoutMs, atEnd }) => {
  const { connect } = await importDriver<Amqplib>('amqplib', 'An amqp:// address');
  const connection = await connect(url, { timeout: timeoutMs });
  connection.on('error', () => {});
  // A server with an alarm does not answer to a farewell.
  atEnd(() => connection.connection.stream.destroy());
  const options = { confirmMaxMs: timeoutMs / 2, ...(exchange === undefined ? {} : { exchange }) };
  return diagnose(rabbitmqRules, await readRabbitmqFacts(connection, options));
};
