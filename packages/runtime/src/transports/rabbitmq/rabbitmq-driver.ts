/** Properties of a message in AMQP 0-9-1, as far as they are read or written. */
export interface RabbitmqProperties {
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly contentType?: unknown;
  readonly messageId?: unknown;
}

export interface RabbitmqReturned {
  readonly properties: RabbitmqProperties;
}

/** A message as a consumer gets it. */
export interface RabbitmqMessage extends RabbitmqReturned {
  readonly content: Uint8Array;
  readonly fields: {
    readonly deliveryTag: number;
    readonly redelivered: boolean;
    readonly routingKey: string;
  };
}

export interface RabbitmqQueueOptions {
  readonly durable: true;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface RabbitmqPublishOptions {
  readonly persistent: true;
  readonly mandatory: boolean;
  readonly messageId: string;
  readonly contentType?: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface RabbitmqChannel {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close' | 'drain', listener: () => void): unknown;
  on(event: 'return', listener: (message: RabbitmqReturned) => void): unknown;
  assertExchange(name: string, type: 'topic', options: { durable: true }): Promise<unknown>;
  assertQueue(name: string, options: RabbitmqQueueOptions): Promise<unknown>;
  bindQueue(queue: string, exchange: string, key: string): Promise<unknown>;
  deleteQueue(queue: string): Promise<unknown>;
  prefetch(count: number): Promise<unknown>;
  consume(queue: string, receive: (message: RabbitmqMessage | null) => void): Promise<{ readonly consumerTag: string }>;
  cancel(consumerTag: string): Promise<unknown>;
  ack(message: RabbitmqMessage): void;
  reject(message: RabbitmqMessage, requeue: boolean): void;
  close(): Promise<unknown>;
}

export interface RabbitmqConfirmChannel extends RabbitmqChannel {
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: RabbitmqPublishOptions,
    confirmed: (error: unknown) => void,
  ): boolean;
}

/**
 * The slice of a connection of `amqplib` that the transport uses: what `connect(url, { recovery: true })` gives. It belongs to the
 * caller, who closes it after the transport. Without `recovery` it works until it breaks, and no longer.
 */
export interface RabbitmqConnection {
  createChannel(): Promise<RabbitmqChannel>;
  createConfirmChannel(): Promise<RabbitmqConfirmChannel>;
}
