import { type DoctorRule, inWords } from '../../doctor/diagnosis.ts';
import { endClient, type MqttClient } from './mqtt-driver.ts';

interface MqttDoctorConnack {
  readonly sessionPresent: boolean;
  readonly properties?:
    | {
        readonly sessionExpiryInterval?: number | undefined;
        readonly maximumQoS?: number | undefined;
        readonly retainAvailable?: boolean | undefined;
        readonly receiveMaximum?: number | undefined;
        readonly sharedSubscriptionAvailable?: boolean | undefined;
      }
    | undefined;
}

/** The slice of a client of MQTT.js that is asked. */
export interface MqttDoctorClient extends Pick<MqttClient, 'connected' | 'stream' | 'end'> {
  on(event: 'connect', listener: (connack: MqttDoctorConnack) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'message', listener: (topic: string, payload: Uint8Array) => void): unknown;
  subscribe(filter: string, options: { qos: 0 }, callback: (error: Error | null) => void): unknown;
}

export interface MqttDoctorConnectOptions {
  protocolVersion: 5;
  clientId: string;
  clean: false;
  reconnectPeriod: 0;
  connectTimeout: number;
  properties: { sessionExpiryInterval: number };
}

/** Makes a client that connects by itself: `(options) => mqtt.connect(url, options)`. The doctor ends it. */
export type MqttDoctorConnect = (options: MqttDoctorConnectOptions) => MqttDoctorClient;

/** What a broker granted to a session of ours. */
export interface MqttFacts {
  /** What mosquitto calls itself; other brokers need not. */
  readonly product?: string;
  /** The session was there when its client came back. */
  readonly keepsSessions: boolean;
  readonly sessionExpiryS: number;
  readonly sessionExpiryAskedS: number;
  readonly maximumQos: number;
  readonly retains: boolean;
  readonly receiveMaximum: number;
  readonly sharesSubscriptions: boolean;
}

export interface MqttDoctorOptions {
  /** As of the transport. Default 7 days. */
  readonly sessionExpiryMs?: number;
  /** How long the broker may take to answer. Default 5,000. */
  readonly timeoutMs?: number;
}

/** How long a broker has to send its name, which not every broker has. */
const productMaxMs = 300;

/** Opens a session of its own, leaves it, comes back, and makes the broker forget it. Rejects where MQTT 5 is not spoken. */
export async function readMqttFacts(
  connect: MqttDoctorConnect,
  { sessionExpiryMs = 7 * 24 * 3_600_000, timeoutMs = 5_000 }: MqttDoctorOptions = {},
): Promise<MqttFacts> {
  const sessionExpiryAskedS = sessionExpiryMs / 1_000;
  const options: MqttDoctorConnectOptions = {
    ...{ protocolVersion: 5, clientId: `millwright-doctor-${crypto.randomUUID()}`, clean: false },
    ...{ reconnectPeriod: 0, connectTimeout: timeoutMs, properties: { sessionExpiryInterval: sessionExpiryAskedS } },
  };
  const first = connect(options);
  const product = productOf(first);
  const { properties = {} } = await connected(first, timeoutMs);
  const named = await product;
  await endClient(first, timeoutMs, false);
  const second = connect(options);
  const { sessionPresent } = await connected(second, timeoutMs);
  await endClient(second, timeoutMs, true);
  return {
    ...(named === undefined ? {} : { product: named }),
    keepsSessions: sessionPresent,
    sessionExpiryS: properties.sessionExpiryInterval ?? sessionExpiryAskedS,
    sessionExpiryAskedS,
    maximumQos: properties.maximumQoS ?? 2,
    retains: properties.retainAvailable ?? true,
    receiveMaximum: properties.receiveMaximum ?? 65_535,
    sharesSubscriptions: properties.sharedSubscriptionAvailable ?? true,
  };
}

async function connected(client: MqttDoctorClient, timeoutMs: number): Promise<MqttDoctorConnack> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the broker does not answer as MQTT 5 does')), timeoutMs);
      client.on('connect', resolve);
      client.on('error', reject);
      client.on('close', () => reject(new Error('the broker closed the connection: it may not speak MQTT 5')));
    });
  } catch (error) {
    await endClient(client, timeoutMs, false);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The session has to have a subscription before it is left: mosquitto keeps no empty one on its disk. */
function productOf(client: MqttDoctorClient): Promise<string | undefined> {
  return new Promise((resolve) => {
    client.on('message', (_topic, payload) => resolve(new TextDecoder().decode(payload)));
    client.on('close', () => resolve(undefined));
    client.on('connect', () => {
      client.subscribe('$SYS/broker/version', { qos: 0 }, () => {});
      setTimeout(() => resolve(undefined), productMaxMs);
    });
  });
}

/** What the transport needs of an MQTT broker, in the order in which it is told. */
export const mqttRules: readonly DoctorRule<MqttFacts>[] = [
  {
    id: 'doctor/mqtt-receipts',
    why: 'A PUBACK says that the broker has the message, not that it has written it: mosquitto writes every 30 minutes by default, and never syncs.',
    judge: ({ product }) => ({
      severity: 'warning',
      found: `when ${product ?? 'the broker'} writes what it acknowledges cannot be read`,
      fix: 'Publish with receipts (withReceipts of @millwright/runtime/transports/receipts), and set autosave_on_changes.',
      atMost: product?.startsWith('mosquitto') === true ? 'not durable' : 'unknown',
    }),
  },
  {
    id: 'doctor/mqtt-session',
    why: 'What comes while a subscriber is away waits in its session.',
    judge: ({ keepsSessions }) =>
      keepsSessions
        ? { severity: 'ok', found: 'the broker speaks MQTT 5 and keeps sessions' }
        : {
            severity: 'error',
            found: 'the broker forgot the session of a client that came back',
            fix: 'Let the broker keep persistent sessions.',
            atMost: 'not durable',
          },
  },
  {
    id: 'doctor/mqtt-session-expiry',
    why: 'A session that ends takes with it what waits for its subscriber.',
    judge: ({ sessionExpiryS, sessionExpiryAskedS }) => {
      const found = `the broker grants a session ${inWords(sessionExpiryS * 1_000)}`;
      if (sessionExpiryS >= sessionExpiryAskedS) return { severity: 'ok', found };
      return {
        severity: 'warning',
        found: `${found} of ${inWords(sessionExpiryAskedS * 1_000)}`,
        fix: 'Raise the limit of the broker, or let no subscriber be away for longer.',
      };
    },
  },
  {
    id: 'doctor/mqtt-qos',
    why: 'At QoS 0 a message is lost with the connection.',
    judge: ({ maximumQos }) => {
      const found = `the broker takes QoS ${maximumQos} at most`;
      if (maximumQos >= 1) return { severity: 'ok', found };
      return { severity: 'error', found, fix: 'Let the broker take QoS 1.', atMost: 'not durable' };
    },
  },
  {
    id: 'doctor/mqtt-retain',
    why: 'Devices that publish their last state rely on retained messages; the transport does not.',
    judge: ({ retains }) => ({
      severity: retains ? 'ok' : 'info',
      found: retains ? 'the broker retains messages' : 'the broker retains no messages',
    }),
  },
  {
    id: 'doctor/mqtt-receive-maximum',
    why: 'So many publications can be under way at once; more wait at the sender.',
    judge: ({ receiveMaximum }) => ({
      severity: receiveMaximum >= 20 ? 'ok' : 'info',
      found: `the broker takes ${receiveMaximum} publications at once`,
    }),
  },
  {
    id: 'doctor/mqtt-shared-subscriptions',
    why: 'Groups with several members need shared subscriptions.',
    judge: ({ sharesSubscriptions }) => ({
      severity: sharesSubscriptions ? 'ok' : 'info',
      found: sharesSubscriptions ? 'subscriptions can be shared' : 'subscriptions cannot be shared: one member a group',
    }),
  },
];
