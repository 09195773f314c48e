import type { Message } from '../../transport.ts';
import { writeProperties } from './binding.ts';
import { endClient, type MqttClient, type MqttConnack, type MqttConnect, type MqttProperties } from './mqtt-driver.ts';
import { byteLength } from './topics.ts';

interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: MqttProperties;
  readonly settle: (error?: Error | null) => void;
}

/** Fixed header, lengths of topic and properties, packet id (2.1 and 3.3.2 of MQTT 5): at most. */
const overheadBytesMax = 20;
/** Bytes of a property beside its texts. */
const propertyOverheadBytes = 5;

function sizeMaxOf({ topic, payload, properties }: Publication): number {
  const { contentType = '', userProperties = {} } = properties;
  const texts = Object.entries(userProperties).map(([name, value]) => byteLength(name) + byteLength(String(value)));
  const named = texts.reduce((sum, size) => sum + size + propertyOverheadBytes, byteLength(contentType));
  return overheadBytesMax + byteLength(topic) + named + payload.length;
}

/** Publishes with QoS 1 over one connection without a session of its own. */
export class Publisher {
  readonly #client: MqttClient;
  readonly #timeoutMs: number;
  /** Not handed to the client, which would send them whenever it can, long after their deadline. */
  readonly #waiting = new Set<Publication>();
  readonly #pending = new Set<Promise<void>>();
  #inFlight = 0;
  #limits: NonNullable<MqttConnack['properties']> = {};
  #trouble: unknown;

  constructor(connect: MqttConnect, timeoutMs: number, onError: (error: unknown) => void) {
    this.#timeoutMs = timeoutMs;
    this.#client = connect({
      ...{ protocolVersion: 5, clientId: `millwright-${crypto.randomUUID()}`, clean: true },
      ...{ resubscribe: true, reconnectOnConnackError: true },
      properties: { sessionExpiryInterval: 0, receiveMaximum: 1 },
    });
    this.#client.on('error', (error) => {
      this.#trouble = error;
      onError(error);
    });
    this.#client.on('connect', ({ properties = {} }) => {
      this.#limits = properties;
      this.#send();
    });
  }

  /** Resolves with the PUBACK. What was under way when its deadline passed may arrive all the same. */
  publish(topic: string, message: Message): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      const settle = (error?: Error | null): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      const publication = { topic, payload: message.data, properties: writeProperties(message), settle };
      const timer = setTimeout(() => {
        this.#waiting.delete(publication);
        reject(new Error(`no acknowledgement of the broker within ${this.#timeoutMs} ms`, { cause: this.#trouble }));
      }, this.#timeoutMs);
      this.#waiting.add(publication);
      this.#send();
    });
    const pending = sent.then(
      () => undefined,
      () => undefined,
    );
    this.#pending.add(pending);
    void pending.then(() => this.#pending.delete(pending));
    return sent;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all(this.#pending);
    await endClient(this.#client, this.#timeoutMs, false);
  }

  /** As many as the broker takes at once (4.9), each as large as it takes: it ends the connection of whoever exceeds either. */
  #send(): void {
    const { receiveMaximum = 65_535, maximumPacketSize = Number.POSITIVE_INFINITY } = this.#limits;
    for (const publication of this.#waiting) {
      if (!this.#client.connected || this.#inFlight >= receiveMaximum) return;
      this.#waiting.delete(publication);
      const { topic, payload, properties, settle } = publication;
      if (sizeMaxOf(publication) > maximumPacketSize) {
        settle(new Error(`the broker takes ${maximumPacketSize} bytes at most`));
        continue;
      }
      this.#inFlight += 1;
      this.#client.publish(topic, payload, { qos: 1, properties }, (error) => {
        this.#inFlight -= 1;
        settle(error);
        this.#send();
      });
    }
  }
}
