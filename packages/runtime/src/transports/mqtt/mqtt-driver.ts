/** Properties of a publication that the binding uses (MQTT 5, section 3.3.2.3). */
export interface MqttProperties {
  contentType?: string;
  userProperties?: Record<string, string | string[]>;
}

/** A publication as a client gets it. */
export interface MqttPacket {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: number;
  readonly dup: boolean;
  /** Absent at QoS 0. */
  readonly messageId?: number | undefined;
  readonly properties?: MqttProperties | undefined;
}

/** What the broker says when it takes a connection. */
export interface MqttConnack {
  readonly sessionPresent: boolean;
  readonly properties?:
    | { readonly receiveMaximum?: number | undefined; readonly maximumPacketSize?: number | undefined }
    | undefined;
}

/** The bytes of one connection. */
export interface MqttStream {
  write(bytes: Uint8Array): unknown;
  destroy(): unknown;
}

/** The slice of a client of MQTT.js (`mqtt`) that the transport uses. */
export interface MqttClient {
  readonly connected: boolean;
  /** Of the newest connection. */
  readonly stream: MqttStream;
  /** Called with every publication; the next one comes when it has called back, and is acknowledged unless that names an error. */
  handleMessage(packet: MqttPacket, callback: (error?: Error) => void): void;
  on(event: 'connect', listener: (connack: MqttConnack) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: { qos: 1; properties: MqttProperties },
    callback: (error?: Error | null) => void,
  ): unknown;
  subscribe(
    filter: string,
    options: { qos: 1; rh: number },
    callback: (error: Error | null, granted?: { readonly qos: number }[]) => void,
  ): unknown;
  end(force: boolean, options: { properties?: { sessionExpiryInterval: number } }, callback: () => void): unknown;
}

/** What the transport demands of a connection; addresses, credentials and certificates are the caller's. */
export interface MqttConnectOptions {
  protocolVersion: 5;
  clientId: string;
  clean: boolean;
  /** Subscribes again where the broker has forgotten the session. */
  resubscribe: true;
  /** A broker that refuses, since it is just starting, is tried again. */
  reconnectOnConnackError: true;
  properties: { sessionExpiryInterval: number; receiveMaximum: number };
}

/**
 * Makes a client that connects by itself: `(options) => mqtt.connect(url, { username, password, ...options })`. The transport
 * ends the clients that it has asked for.
 */
export type MqttConnect = (options: MqttConnectOptions) => MqttClient;

/** Says goodbye where there is a connection, and cuts it where that takes too long. */
export function endClient(
  client: Pick<MqttClient, 'connected' | 'stream' | 'end'>,
  timeoutMs: number,
  forgetSession: boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      client.stream.destroy();
      resolve();
    }, timeoutMs);
    const ended = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.end(!client.connected, forgetSession ? { properties: { sessionExpiryInterval: 0 } } : {}, ended);
  });
}
