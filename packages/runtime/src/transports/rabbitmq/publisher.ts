import { within } from '../deadline.ts';
import type { RabbitmqConfirmChannel, RabbitmqConnection, RabbitmqReturned } from './rabbitmq-driver.ts';
import { provideExchange } from './topology.ts';

/** No queue takes messages of that address, and the caller wants one that does. */
export class UnroutableMessage extends Error {
  override readonly name = 'UnroutableMessage';
  readonly code = 'unroutable-message';
}

export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Uint8Array;
  readonly contentType?: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** A message that no queue takes is a failure. */
  readonly mandatory: boolean;
}

interface OpenChannel {
  readonly channel: RabbitmqConfirmChannel;
  /** Ids of messages that came back: the server confirms those too, after it has returned them. */
  readonly returned: Set<string>;
  /** There while the socket has more to send than it should. */
  drained: Promise<void> | undefined;
  drain: () => void;
  isOpen: boolean;
  /** Why the server has closed it, such as a right that is missing. */
  trouble: unknown;
}

/** Publishes on one channel with confirms, which is opened when it is needed, and again when it has broken. */
export class RabbitmqPublisher {
  readonly #connection: RabbitmqConnection;
  readonly #exchange: string;
  readonly #timeoutMs: number;
  readonly #isProvided: boolean;
  readonly #onError: (error: unknown) => void;
  #opening: Promise<OpenChannel> | undefined;

  constructor(
    connection: RabbitmqConnection,
    exchange: string,
    options: { readonly timeoutMs: number; readonly isProvided: boolean; readonly onError: (error: unknown) => void },
  ) {
    this.#connection = connection;
    this.#exchange = exchange;
    this.#timeoutMs = options.timeoutMs;
    this.#isProvided = options.isProvided;
    this.#onError = options.onError;
  }

  /** Resolves when every queue that takes the message has it. After a rejection by the deadline it may have it too. */
  send(publication: Publication): Promise<void> {
    return within(this.#timeoutMs, 'publish', async (attempt) => {
      const open = await this.#open();
      while (open.drained !== undefined) await open.drained;
      // What waited for a connection that was away is not sent after its caller was told that it failed.
      if (!attempt.isOver) await this.#confirm(open, publication);
    });
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening === undefined) return;
    await within(this.#timeoutMs, 'close', async () => {
      const { channel, isOpen } = await opening;
      if (isOpen) await channel.close();
    }).catch(this.#onError);
  }

  #confirm(open: OpenChannel, publication: Publication): Promise<void> {
    const { exchange, routingKey, content, mandatory, contentType, headers } = publication;
    const messageId = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
      const options = { persistent: true, mandatory, messageId, headers } as const;
      const hasRoom = open.channel.publish(
        exchange,
        routingKey,
        bytes,
        contentType === undefined ? options : { ...options, contentType },
        (error) => {
          const isReturned = open.returned.delete(messageId);
          if (error) reject(open.trouble === undefined ? error : closedFor(open.trouble));
          else if (isReturned) reject(new UnroutableMessage(`no queue takes ${routingKey} of ${exchange}`));
          else resolve();
        },
      );
      if (!hasRoom) waitForDrain(open);
    });
  }

  async #open(): Promise<OpenChannel> {
    this.#opening ??= this.#create();
    const opening = this.#opening;
    try {
      return await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  async #create(): Promise<OpenChannel> {
    const channel = await this.#connection.createConfirmChannel();
    const open: OpenChannel = {
      ...{ channel, returned: new Set(), drained: undefined, drain: () => {}, isOpen: true, trouble: undefined },
    };
    channel.on('error', (error) => {
      open.trouble = error;
      this.#onError(error);
    });
    channel.on('drain', () => open.drain());
    channel.on('return', ({ properties: { messageId } }: RabbitmqReturned) => open.returned.add(String(messageId)));
    channel.on('close', () => {
      open.isOpen = false;
      open.drain();
      this.#opening = undefined;
    });
    if (!this.#isProvided) await provideExchange(channel, this.#exchange);
    return open;
  }
}

/** What was under way with the publication that the server refused has failed with it. */
const closedFor = (trouble: unknown): Error =>
  new Error(`the server has closed the channel: ${trouble instanceof Error ? trouble.message : String(trouble)}`, {
    cause: trouble,
  });

function waitForDrain(open: OpenChannel): void {
  open.drained ??= new Promise((resolve) => {
    open.drain = () => {
      open.drained = undefined;
      resolve();
    };
  });
}
