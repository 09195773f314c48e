import { type BoundFlow, createFlows, type FlowHost, type FlowPlan, type FlowView } from '@millwright/runtime/flow';
import {
  AmbiguousCommit,
  type Clock,
  createMessaging,
  type Messaging,
  type Probe,
  type Store,
} from '@millwright/runtime/messaging';
import { createClient } from '@millwright/sdk/client/production';
import { createBus } from '@millwright/sdk/events';
import { correlationId, standing } from './inputs.ts';
import { Plant } from './plant.ts';
import { Wire } from './wire.ts';

/** The process has died here. */
class Crash extends Error {}

export class FakeClock implements Clock {
  /** After everything that the inputs of the flows tell. */
  at = Date.parse('2026-11-01T08:00:00Z');
  now = (): number => this.at;
  random = (): number => 0.5;
  uuid = (): string => crypto.randomUUID();
  sleep = (_delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}

interface Process {
  readonly flows: FlowHost;
  readonly messaging: Messaging<unknown>;
}

/** A flow's process in a world that outlives it. The test decides when a message comes, what time it is and where it dies. */
export class World {
  readonly clock = new FakeClock();
  readonly wire = new Wire();
  readonly plant: Plant;
  readonly store: Store;
  /** Points that were passed. */
  readonly points: string[] = [];
  /** Dies at this point of all that are passed, counted from 0. */
  crashAt: readonly number[] = [];
  process: Process | undefined;
  /** Makes the host of a process. */
  create: typeof createFlows = createFlows;
  #bind: (clients: Clients) => BoundFlow[];

  constructor(store: Store, bind: (clients: Clients) => BoundFlow[]) {
    this.store = store;
    this.#bind = bind;
    this.plant = new Plant(this.wire, correlationId, this.clock);
    for (const [path, body] of Object.entries(standing)) this.plant.put(path, body);
  }

  readonly #probe: Probe = (point) => {
    this.points.push(point);
    if (this.crashAt.includes(this.points.length - 1)) throw new Crash(point);
  };

  get flows(): FlowHost {
    if (this.process === undefined) throw new Error('no process runs');
    return this.process.flows;
  }

  /** Starts a process; one that ran is gone without a word. */
  async boot(flows?: (clients: Clients) => BoundFlow[]): Promise<void> {
    this.wire.cut();
    const { store, clock } = this;
    const identity = { source: '/plants/PL01/mes', producer: 'svc-mes-pl01' };
    const messaging = createMessaging({
      ...identity,
      store,
      clock,
      transport: this.wire.transport(),
      probe: this.#probe,
    });
    await store.migrate();
    const client = createClient({
      baseUrl: 'http://plant.test',
      fetch: this.plant.fetch,
      validate: false,
      retry: false,
    });
    const clients = { production: client, inventory: client, masterData: client, quality: client };
    const host = this.create({
      ...{ store, messaging, clock, flows: (flows ?? this.#bind)(clients), probe: this.#probe },
      bus: createBus({ ...messaging.config, validate: false }),
      retry: { initialMs: 100, attemptsMax: 4 },
    });
    await host.listen();
    this.process = { flows: host, messaging };
  }

  /** Does what may die, and starts the process again when it has. False then: what it did is unknown. */
  async survive(work: () => Promise<unknown>): Promise<boolean> {
    const before = this.#crashes();
    try {
      await work();
    } catch (error) {
      if (error instanceof AmbiguousCommit) return false;
      if (!(error instanceof Crash)) throw error;
    }
    if (this.#crashes() === before) return true;
    await this.boot();
    return false;
  }

  #crashes(): number {
    return this.crashAt.filter((at) => at < this.points.length).length;
  }

  /** Takes what the outbox holds to the wire, as the relay does. */
  async relay(): Promise<void> {
    const { outbox } = this.store;
    const lease = await outbox.lease('test', this.clock.now(), 1);
    if (lease === undefined) throw new Error('no lease');
    const rows = await outbox.claim(lease, { now: this.clock.now(), limit: 100 });
    for (const { address, message } of rows) this.wire.publish(address, message);
    if (rows.length > 0)
      await outbox.sent(
        lease,
        rows.map(({ position }) => position),
        this.clock.now(),
      );
    await outbox.release(lease);
  }

  /** Time goes on to when something is due; false when nothing is. */
  async pass(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    const rows = await this.store.processes.due(Number.MAX_SAFE_INTEGER, 100);
    const next = Math.min(...rows.flatMap(({ dueAt }) => dueAt ?? []));
    if (!Number.isFinite(next) || next > until) return false;
    this.clock.at = Math.max(this.clock.at, next);
    return true;
  }
}

type Client = ReturnType<typeof createClient>;

export interface Clients {
  readonly production: Client;
  readonly inventory: Client;
  readonly masterData: Client;
  readonly quality: Client;
}

export interface Course {
  /** Which of the letters comes next. Default: the first. */
  readonly pick?: (count: number) => number;
  /** What a person says to a step. Default: yes. */
  readonly decide?: (step: string) => 'approve' | 'reject' | 'nothing';
  /** Whether the letter that was delivered comes once more. */
  readonly repeats?: (delivery: number) => boolean;
  /** Time does not go on beyond that. */
  readonly until?: number;
}

/** Starts a run and takes it to its end, or to where only a person helps; whatever dies on the way is started again. */
export async function course<Inputs, Outputs, Bindings>(
  world: World,
  plan: FlowPlan<Inputs, Outputs, Bindings>,
  inputs: NoInfer<Inputs>,
  { pick = () => 0, decide = () => 'approve', repeats = () => false, until = Number.POSITIVE_INFINITY }: Course = {},
): Promise<FlowView> {
  const key = 'run-1';
  for (let isStarted = false; !isStarted; ) isStarted = await world.survive(() => world.flows.start(plan, key, inputs));
  for (let round = 0; round < 5_000; round += 1) {
    if (!(await world.survive(() => world.flows.poll()))) continue;
    await world.relay();
    const view = await world.flows.find(plan.name, key);
    if (view === undefined) throw new Error('the run is lost');
    const count = world.wire.letters.length;
    if (count > 0) {
      const index = pick(count);
      if (repeats(round)) world.wire.copy(index);
      await world.survive(() => world.wire.deliver(index));
      continue;
    }
    if (view.status !== 'running' && view.status !== 'waiting') return view;
    const { decision } = view;
    const said = decision === undefined ? 'nothing' : decide(decision.step);
    if (decision !== undefined && said !== 'nothing') {
      const person = { by: 'W-11C0', roles: decision.roles.slice(0, 1) };
      await world.survive(() => world.flows.decide(plan.name, key, { ...person, step: decision.step, decision: said }));
      continue;
    }
    if (!(await world.pass(until))) return view;
  }
  throw new Error('the run does not end');
}
