import { diagnose, type MqttDoctorClient, mqttRules, readMqttFacts } from '@millwright/runtime/doctor';
import { importDriver } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

/** The slice of `mqtt` that is used here. */
interface Mqtt {
  connect(url: string, options: object): MqttDoctorClient & { end(force: true): unknown };
}

export const examineMqtt: Examine<'mqtt'> = async ({ url }, { timeoutMs, atEnd }) => {
  const { connect } = await importDriver<Mqtt>('mqtt', 'An mqtt:// address');
  const facts = await readMqttFacts(
    (options) => {
      const client = connect(url, options);
      atEnd(() => client.end(true));
      return client;
    },
    { timeoutMs },
  );
  return diagnose(mqttRules, facts);
};
