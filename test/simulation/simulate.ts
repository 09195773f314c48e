import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore, type MemoryConnection } from '@millwright/runtime/stores/memory';
import {
  type Application,
  consume,
  consumerName,
  hearConfirmations,
  orderConfirmed,
  orderWritten,
  producerName,
  write,
} from './application.ts';
import { SimulatedBroker } from './broker.ts';
import { Faults } from './faults.ts';
import { flowScenarioOf, hasFlow } from './flow-plan.ts';
import { FlowRun } from './flow-run.ts';
import { withoutHiddenSources } from './hidden-sources.ts';
import { strike } from './incidents.ts';
import { Laws } from './laws.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { drainMaxMs, lookMs, neighbourMaxMs, type Outcome, type SimulationOptions } from './outcome.ts';
import { type Incident, type Plan, type PlannedWrite, planOf } from './plan.ts';
import { type Mutation, sabotagedConsumer } from './sabotage.ts';
import { Scheduler } from './scheduler.ts';
import { type Instance, System, type World } from './system.ts';

/** Runs one seed from the first write until everything has arrived, and holds it against the laws. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const run = hasFlow(seed) ? new FlowRun(flowScenarioOf(seed), options) : new Run(planOf(seed), options);
  const restore = withoutHiddenSources((name) => run.laws.broken(`hidden source: ${name}`));
  try {
    return await run.outcome();
  } finally {
    restore();
  }
}

class Run {
  readonly laws: Laws;
  readonly #plan: Plan;
  readonly #mutation: Mutation | undefined;
  readonly #world: World;
  readonly #stores = { producer: createMemoryStore(), consumer: createMemoryStore() };
  readonly #producers: System;
  readonly #consumers: System;
  readonly #committedAt = new Map<number, number>();
  readonly #handledAt = new Map<number, number>();
  #writing = 0;
  /** When everything had arrived, and what it was then. */
  #drained: { readonly at: number; readonly ledger: Ledger } | undefined;

  constructor(plan: Plan, { mutation, onEvent }: SimulationOptions) {
    this.#plan = plan;
    this.#mutation = mutation;
    const scheduler = new Scheduler({ seed: plan.seed, ...(onEvent === undefined ? {} : { onEvent }) });
    const faults = new Faults(scheduler, plan.rates, plan.pace);
    this.laws = new Laws(plan.settings.attemptsMax);
    const { ackWaitMs } = plan.settings;
    const broker = new SimulatedBroker(scheduler, { faults, ackWaitMs, isLossy: plan.isLossy, watch: this.laws });
    broker.declare(consumerName, orderWritten.address as string);
    broker.declare(producerName, orderConfirmed.address as string);
    this.#world = { plan, scheduler, faults, broker, mutation };
    this.#producers = this.#system(producerName, this.#stores.producer, plan.producers, ({ messaging }) =>
      plan.isConfirmed ? hearConfirmations(messaging) : Promise.resolve(),
    );
    this.#consumers = this.#system(consumerName, this.#stores.consumer, plan.consumers, this.#consumer());
  }

  async outcome(): Promise<Outcome> {
    const { scheduler } = this.#world;
    const { seed, kind, faultsMs } = this.#plan;
    this.#producers.start();
    this.#consumers.start();
    for (const planned of this.#plan.writes) this.#plannedWrite(planned);
    for (const incident of this.#plan.incidents)
      scheduler.after(incident.atMs, incident.kind, () => this.#happen(incident));
    scheduler.after(faultsMs, 'faults stop', () => this.#calmDown());
    await scheduler.run();
    const drainMs = (this.#drained?.at ?? scheduler.now) - faultsMs;
    const { faults } = this.#world;
    const deaths = this.#producers.deaths + this.#consumers.deaths;
    const base = {
      seed,
      kind,
      hash: scheduler.trace.hash,
      events: scheduler.count,
      faults: faults.count,
      deaths,
      drainMs,
      ...{ completed: 0, compensated: 0, failed: 0 },
    };
    if (this.#drained === undefined) {
      if (this.laws.problems.length === 0)
        this.laws.broken(`liveness: not everything had arrived ${drainMaxMs} ms after the last fault`);
      return { ...base, problems: this.laws.problems, neighbourMs: 0, rows: 0, effects: 0, letters: 0 };
    }
    const { rows, effects, letters, problems } = this.#drained.ledger;
    const neighbourMs = kind === 'calm' ? this.#neighbourMs(new Set(rows)) : 0;
    if (neighbourMs > neighbourMaxMs)
      this.laws.broken(`neighbours: a message of a sound lane took ${neighbourMs} ms, ${neighbourMaxMs} are allowed`);
    return {
      ...base,
      ...{ problems: [...this.laws.problems, ...problems], neighbourMs },
      ...{ rows: rows.length, effects: effects.length, letters: letters.length },
    };
  }

  #system(
    name: string,
    store: Store<MemoryConnection>,
    size: number,
    open: (app: Application) => Promise<void>,
  ): System {
    // By address, not by system: what a consumer replays comes out of its own outbox, to itself.
    const confirming = (address: string): readonly string[] =>
      address === orderWritten.address ? [consumerName] : address === orderConfirmed.address ? [producerName] : [];
    return new System(this.#world, { name, size, store, open, confirming, watch: this.laws.watch() });
  }

  #consumer(): (application: Application) => Promise<void> {
    const { scheduler } = this.#world;
    const troubles = new Map<number, number>();
    for (const { number, trouble } of this.#plan.writes.flatMap(({ messages }) => messages))
      if (trouble.kind === 'transient') troubles.set(number, trouble.times);
    const around = {
      plan: this.#plan,
      troubles,
      onHandled: (number: number) => this.#handledAt.set(number, scheduler.now),
    };
    return ({ messaging, clock }) =>
      consume(messaging, sabotagedConsumer(messaging.config, this.#mutation, clock), around);
  }

  #plannedWrite(planned: PlannedWrite): void {
    this.#writing += 1;
    this.#world.scheduler.after(planned.atMs, 'an order is written', () => this.#write(planned));
  }

  /** Somebody writes, and tries again until it is known to have worked; who dies may not come back to it. */
  #write(planned: PlannedWrite): void {
    const { scheduler } = this.#world;
    const { living } = this.#producers;
    const again = (delayMs: number): void => {
      scheduler.after(delayMs, 'an order is written again', () => this.#write(planned));
    };
    if (living.length === 0) {
      again(100);
      return;
    }
    const instance = scheduler.chance.pick(living);
    let isOver = false;
    const over = (): boolean => {
      const isFirst = !isOver;
      isOver = true;
      return isFirst;
    };
    instance.process.onDeath(() => {
      if (!over()) return;
      if (scheduler.chance.hits(0.5)) again(300);
      else this.#writing -= 1;
    });
    write(instance, planned, this.#mutation).then(
      () => {
        if (!over()) return;
        this.#writing -= 1;
        for (const { number } of planned.messages) this.#committedAt.set(number, scheduler.now);
      },
      () => {
        if (!over()) return;
        if (planned.isUndone) this.#writing -= 1;
        else again(100);
      },
    );
  }

  #happen(incident: Incident): void {
    const { chance } = this.#world.scheduler;
    const { kind } = incident;
    const isOperator = kind === 'replay' || kind === 'discard';
    const instance = strike(this.#world, incident, () =>
      isOperator || chance.hits(0.5) ? this.#consumers : this.#producers,
    );
    if (isOperator && instance !== undefined) void this.#decide(kind, instance).catch(() => undefined);
  }

  /** An operator looks at a dead letter. */
  async #decide(kind: 'replay' | 'discard', { process, store }: Instance): Promise<void> {
    const letters = await store.deadLetters.list({ state: 'buried', limit: 100 });
    if (letters.length === 0) return;
    const { number } = this.#world.scheduler.chance.pick(letters);
    await store.deadLetters[kind](number, { now: process.clock.now(), actor: 'operator' });
  }

  /** From here on nothing goes wrong any more. */
  #calmDown(): void {
    const { faults, scheduler } = this.#world;
    faults.areOn = false;
    const endAt = scheduler.now + drainMaxMs;
    const look = (): void => {
      if (this.laws.problems.length > 0 || scheduler.now >= endAt) scheduler.stop();
      void this.#settle();
      scheduler.after(lookMs, 'has everything arrived?', look);
    };
    look();
  }

  /** Ends the run when nothing is on its way any more. Whoever is in a transaction is waited for by the stores. */
  async #settle(): Promise<void> {
    const { broker, scheduler } = this.#world;
    if (this.#writing > 0 || broker.waiting > 0) return;
    const { producer, consumer } = this.#stores;
    const waiting = [await producer.outbox.figures(), await consumer.outbox.figures()];
    if (waiting.some(({ count }) => count > 0) || broker.waiting > 0) return;
    const ledger = await readLedger(this.#plan, this.#stores, this.laws.decisions);
    this.#drained ??= { at: scheduler.now, ledger };
    scheduler.stop();
  }

  #neighbourMs(rows: ReadonlySet<number>): number {
    const messages = this.#plan.writes.flatMap((planned) => planned.messages).filter(({ number }) => rows.has(number));
    const sick = new Set(messages.filter(({ trouble }) => trouble.kind !== 'none').map(({ key }) => key));
    if (sick.size === 0) return 0;
    return messages
      .filter(({ key }) => !sick.has(key))
      .map(({ number }) => (this.#handledAt.get(number) ?? 0) - (this.#committedAt.get(number) ?? 0))
      .reduce((most, delay) => Math.max(most, delay), 0);
  }
}
