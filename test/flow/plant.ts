import * as sdk from '@millwright/sdk/events';
import type { Wire } from './wire.ts';

type Body = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Resource {
  body: Body;
  version: number;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Body | undefined;
}

/** Answers in place of the plant; undefined lets it answer. `'lost'`: it acts, and the answer does not arrive. */
export type Interference = (call: Call, count: number) => Answer | 'lost' | 'away' | undefined;

const functions: Readonly<Record<string, unknown>> = { ...sdk };

type Publish = (bus: sdk.Bus, input: object) => Promise<unknown>;

/** The systems around a flow: they keep resources with versions, know idempotency keys, and tell what happened. */
export class Plant {
  readonly calls: Call[] = [];
  /** What was done, once each, in order: method, path and key. */
  readonly effects: string[] = [];
  /** Keys that came again with another body: never allowed. */
  readonly conflicts: string[] = [];
  /** What happens after it has acted and before its answer arrives. */
  meanwhile: (call: Call) => Promise<void> = async () => undefined;
  /** It does again what comes again. */
  isForgetful = false;
  interfere: Interference = () => undefined;
  /** Events that are lost, by their function. */
  readonly mute = new Set<string>();
  readonly #answers = new Map<string, { readonly text: string; readonly answer: Answer }>();
  readonly #resources = new Map<string, Resource>();
  readonly #counts = new Map<string, number>();
  readonly #bus: sdk.Bus;
  readonly #correlationid: string;

  constructor(wire: Pick<Wire, 'transport'>, correlationid: string, clock?: sdk.BusConfig['clock']) {
    this.#correlationid = correlationid;
    const identity = { source: '/plants/PL01/test', producer: 'svc-test' };
    this.#bus = sdk.createBus({ ...identity, transport: wire.transport(), clock, validate: false });
  }

  put(path: string, body: Body): void {
    this.#resources.set(path, { body, version: 1 });
  }

  get(path: string): Body | undefined {
    return this.#resources.get(path)?.body;
  }

  readonly fetch = async (input: URL | string | Request, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? 'GET';
    const path = decodeURIComponent(new URL(String(input)).pathname);
    const headers = new Headers(init.headers);
    const key = headers.get('idempotency-key') ?? undefined;
    const text = typeof init.body === 'string' ? init.body : '';
    const call: Call = { method, path, key, body: text === '' ? undefined : JSON.parse(text) };
    this.calls.push(call);
    const name = `${method} ${path}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const interference = this.interfere(call, count);
    if (interference === 'away') throw new TypeError('connection refused');
    const answer = typeof interference === 'object' ? interference : await this.#once(call, text, headers);
    await this.meanwhile(call);
    if (interference === 'lost') throw new TypeError('socket closed');
    const { status, body, etag, headers: more } = answer;
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    const shown = { 'content-type': type, ...more, ...(etag === undefined ? {} : { etag }) };
    return new Response(JSON.stringify(body), { status, headers: shown });
  };

  /** The same key gives the same answer and no second effect. */
  async #once(call: Call, text: string, headers: Headers): Promise<Answer> {
    const { key, method, path } = call;
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (known !== undefined && !this.isForgetful) {
      if (known.text !== text) this.conflicts.push(`${key}`);
      return known.answer;
    }
    const answer = await this.#act(call, headers);
    if (key !== undefined && answer.status < 400) {
      this.effects.push(`${method} ${path} ${key}`);
      this.#answers.set(key, { text, answer });
    }
    return answer;
  }

  async #act({ method, path, body = {} }: Call, headers: Headers): Promise<Answer> {
    const known = readings.find(([pattern]) => method === 'GET' && pattern.test(path));
    if (known !== undefined) return { status: 200, body: known[1] };
    if (path.endsWith('/release-status')) {
      const lot = this.get(path.replace('/release-status', ''));
      return { status: 200, body: { mayShip: lot?.['status'] === 'released' } };
    }
    const change = changes.find((one) => one.method === method && one.pattern.test(path));
    const place = (change?.place ?? ((at: string) => at))(path, body);
    const resource = this.#resources.get(place);
    if (method === 'GET') return answerOf(resource, 200);
    if (change === undefined) return { status: 404, body: { title: `no ${method} ${path}` } };
    const match = headers.get('if-match');
    if (match !== null && match !== etagOf(resource)) return { status: 412, body: { title: 'changed meanwhile' } };
    const after: Resource = { body: change.after(resource?.body ?? {}, body), version: (resource?.version ?? 0) + 1 };
    this.#resources.set(place, after);
    for (const [event, data] of change.events?.(after.body) ?? []) await this.tell(event, data);
    return answerOf(after, change.status);
  }

  /** Publishes an event about a body. */
  async tell(event: keyof typeof sdk, data: object, correlationid = this.#correlationid): Promise<void> {
    if (this.mute.has(event)) return;
    const headers = { plantid: 'PL01', correlationid, ordernumber: 'WO-1001' };
    const { recordId = '', status = '' } = data as Body;
    const id = `${event}-${String(recordId)}-${String(status)}-${JSON.stringify(data).length}`;
    const subject = { subject: `PL01/${event}`, recordedtime: '2026-04-15T14:05:02Z' };
    const publish = functions[event] as Publish;
    await publish(this.#bus, { ...headers, ...subject, id, data, parameters: { plantId: 'PL01' } });
  }
}

const etagOf = (resource: Resource | undefined): string | undefined => resource && `"${resource.version}"`;

function answerOf(resource: Resource | undefined, status: number): Answer {
  const etag = etagOf(resource);
  return resource === undefined || etag === undefined
    ? { status: 404, body: { title: 'not found' } }
    : { status, body: resource.body, etag };
}

const readings: readonly (readonly [RegExp, Body])[] = [
  [/\/validation$/, { valid: true }],
  [/\/effective-bill-of-materials$/, { status: 'active', billOfMaterialsId: 'BOM-1', revision: 'B' }],
  [/\/effective-routing$/, { status: 'active', routingId: 'RT-1', revision: 'C' }],
  [/^\/availability\//, { available: true }],
  [/^\/inspection-plans\//, { status: 'active', revision: 'A' }],
];

type Told = readonly [event: keyof typeof sdk, data: Body];

interface Change {
  readonly method: string;
  readonly pattern: RegExp;
  readonly status: number;
  /** Path of the resource that changes. */
  readonly place?: (path: string, body: Body) => string;
  readonly after: (before: Body, body: Body) => Body;
  readonly events?: (after: Body) => readonly Told[];
}

const text = (value: unknown): string => String(value);
const merged = (before: Body, body: Body): Body => ({ ...before, ...body });
const upTo = (last: string) => (path: string) => path.slice(0, path.lastIndexOf(last));
const created = (number: string) => (path: string, body: Body) => `${path}/PL01/${text(body[number])}`;
const told =
  (events: Readonly<Record<string, keyof typeof sdk>>) =>
  (after: Body): readonly Told[] => {
    const event = events[text(after['status'])];
    return event === undefined ? [] : [[event, after]];
  };
const always =
  (event: keyof typeof sdk) =>
  (after: Body): readonly Told[] => [[event, after]];

const changes: readonly Change[] = [
  {
    method: 'POST',
    pattern: /^\/work-orders$/,
    status: 201,
    place: created('workOrderNumber'),
    after: (_, body) => body,
  },
  {
    ...{ method: 'PATCH', pattern: /^\/work-orders\/[^/]+\/[^/]+$/, status: 200, after: merged },
    events: told({ released: 'publishWorkOrderReleased' }),
  },
  {
    ...{ method: 'POST', pattern: /\/cancellation$/, status: 200, place: upTo('/cancellation') },
    ...{ after: (before: Body) => ({ ...before, status: 'cancelled' }) },
    events: always('publishWorkOrderCancelled'),
  },
  {
    ...{ method: 'PATCH', pattern: /\/operations\//, status: 200, after: merged },
    events: told({ running: 'publishOperationStatusChanged' }),
  },
  {
    ...{ method: 'POST', pattern: /^\/production-confirmations$/, status: 201, place: created('recordId') },
    after: (_, body) => body,
    events: (after) => [
      ['publishProductionConfirmed', after],
      ...(after['final'] === false && after['correctsRecordId'] === undefined
        ? ([['publishLotCreated', { lotNumber: 'L-2026-0415', status: 'quarantine' }]] as const)
        : []),
    ],
  },
  {
    ...{ method: 'POST', pattern: /^\/inspection-orders$/, status: 201, place: created('inspectionOrderNumber') },
    after: (_, body) => body,
    events: always('publishInspectionRequested'),
  },
  {
    ...{ method: 'PUT', pattern: /^\/lots\/.*\/status$/, status: 200, place: upTo('/status') },
    after: (before, { status }) => ({ ...before, status }),
  },
  {
    ...{ method: 'POST', pattern: /^\/inspection-results$/, status: 201, place: created('recordId') },
    after: (_, body) => body,
    events: always('publishInspectionCompleted'),
  },
  {
    ...{ method: 'POST', pattern: /^\/release-decisions$/, status: 201, place: created('releaseDecisionNumber') },
    after: (_, body) => body,
    events: always('publishReleaseDecided'),
  },
  {
    ...{
      method: 'POST',
      pattern: /^\/holds$/,
      status: 201,
      place: created('holdNumber'),
      after: (_: Body, body: Body) => body,
    },
    events: always('publishHoldPlaced'),
  },
  {
    ...{ method: 'POST', pattern: /^\/holds\/.*\/release$/, status: 200, place: upTo('/release') },
    after: (before, body) => ({ ...before, ...body, status: 'released' }),
    events: always('publishHoldReleased'),
  },
  {
    ...{ method: 'POST', pattern: /^\/nonconformances$/, status: 201, place: created('nonconformanceNumber') },
    after: (_, body) => body,
    events: always('publishNonconformanceRaised'),
  },
  { method: 'PATCH', pattern: /^\/nonconformances\//, status: 200, after: merged },
  {
    ...{ method: 'POST', pattern: /\/dispositions$/, status: 200, place: upTo('/dispositions') },
    after: (before, body) => ({ ...before, status: 'dispositioned', dispositions: [body] }),
    events: always('publishNonconformanceDispositioned'),
  },
  {
    ...{ method: 'POST', pattern: /\/closure$/, status: 200, place: upTo('/closure') },
    after: (before) => ({ ...before, status: 'closed' }),
    events: always('publishNonconformanceClosed'),
  },
  {
    ...{ method: 'POST', pattern: /^\/corrective-actions$/, status: 201, place: created('correctiveActionNumber') },
    after: (_, body) => body,
    events: always('publishCorrectiveActionOpened'),
  },
  {
    ...{ method: 'PUT', pattern: /^\/corrective-actions\//, status: 200, after: (_: Body, body: Body) => body },
    events: told({ closed: 'publishCorrectiveActionClosed' }),
  },
];
