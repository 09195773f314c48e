/** CloudEvents 1.0 context attributes that the bus fills in, with the extensions that trace a business transaction. */
export interface Envelope {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  readonly datacontenttype: string;
  readonly subject?: string;
  readonly dataschema?: string;
  /** Shared by all messages of one business transaction. */
  readonly correlationid: string;
  /** Identifier of the message that caused this one. */
  readonly causationid?: string;
  readonly plantid?: string;
  readonly partitionkey?: string;
  readonly traceparent?: string;
  /** Version of the contract that the producer was generated from. */
  readonly contractversion?: string;
  /** Service identity of the producer. */
  readonly producer?: string;
}

/** What the bus knows of the system that publishes. */
export interface ProducerIdentity {
  /** URI reference of the system instance, such as `/plants/PL01/mes`. */
  readonly source: string;
  /** Service identity, such as `svc-mes-pl01`. */
  readonly producer?: string | undefined;
}

/** Where time and identifier of a new event come from, passed in so that a simulation can decide both. */
export interface EventClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** A UUID that nobody else gets. */
  uuid(): string;
}

/** Its UUIDs are of version 7 (RFC 9562): they begin with the time, so that an index over them grows at one end. */
export const systemEventClock: EventClock = {
  now: () => Date.now(),
  uuid: () => {
    const time = Date.now().toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
  },
};

/** What one message adds: the contract's constants and the attributes of the caller. */
export interface EnvelopeInput {
  readonly type: string;
  readonly datacontenttype: string;
  readonly dataschema?: string | undefined;
  readonly contractversion?: string | undefined;
  readonly partitionkey?: string | undefined;
  readonly traceparent?: string | undefined;
  /** Attributes of the message that this one reacts to. */
  readonly cause?: Readonly<Record<string, unknown>> | undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Attributes of a new event. What the caller gives wins over what is made here; a cause hands on its correlation id
 * and trace. Absent attributes are left out: CloudEvents knows no null.
 */
export function fillEnvelope(
  identity: ProducerIdentity & { readonly clock?: EventClock | undefined },
  input: EnvelopeInput,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { clock = systemEventClock } = identity;
  const id = clock.uuid();
  const { cause } = input;
  const filled: Record<string, unknown> = {
    specversion: '1.0',
    id,
    source: identity.source,
    type: input.type,
    time: new Date(clock.now()).toISOString(),
    datacontenttype: input.datacontenttype,
    correlationid: isText(cause?.['correlationid']) ? cause['correlationid'] : id,
  };
  const add = (name: string, value: unknown): void => {
    if (value !== undefined && value !== null) filled[name] = value;
  };
  add('dataschema', input.dataschema);
  if (isText(cause?.['id'])) filled['causationid'] = cause['id'];
  add('partitionkey', input.partitionkey ?? (isText(given['subject']) ? given['subject'] : undefined));
  add('traceparent', input.traceparent ?? (isText(cause?.['traceparent']) ? cause['traceparent'] : undefined));
  add('contractversion', input.contractversion);
  add('producer', identity.producer);
  for (const name of Object.keys(given)) add(name, given[name]);
  return filled;
}
