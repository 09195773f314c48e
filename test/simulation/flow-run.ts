import { type FlowHost, FlowRefused } from '@millwright/runtime/flow';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { SimulatedBroker } from './broker.ts';
import { Faults } from './faults.ts';
import {
  type Bindings,
  closed,
  flowGroup,
  flowName,
  flowSystem,
  hostOf,
  makePlan,
  partnerSystem,
  replied,
  requested,
  signalled,
} from './flow.ts';
import { type Attempt, FlowLaws, intruder } from './flow-laws.ts';
import { type FlowLedger, readFlowLedger } from './flow-ledger.ts';
import type { FlowScenario, PlannedRun } from './flow-plan.ts';
import { strike } from './incidents.ts';
import { Laws } from './laws.ts';
import { drainMaxMs, lookMs, type Outcome, type SimulationOptions } from './outcome.ts';
import { answer, signal } from './partner.ts';
import type { SimulatedProcess } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedService } from './service.ts';
import { type Instance, System, type World } from './system.ts';

const fromFlow = [requested.address, closed.address];
const toFlow = [replied.address, signalled.address];

/** Flows of several hosts against a service, a partner and people, from the first start until every run has ended. */
export class FlowRun {
  readonly laws: Laws;
  readonly #scenario: FlowScenario;
  readonly #mutation: SimulationOptions['mutation'];
  readonly #world: World;
  readonly #stores = { host: createMemoryStore(), partner: createMemoryStore() };
  readonly #flowLaws: FlowLaws;
  readonly #service: SimulatedService;
  readonly #hosts: System;
  readonly #partners: System;
  readonly #hostOf = new WeakMap<SimulatedProcess, FlowHost>();
  readonly #attempts: Attempt[] = [];
  /** Whoever still has something to do: starters, signals and people. */
  #busy = 0;
  #drained: { readonly at: number; readonly ledger: FlowLedger } | undefined;

  constructor(scenario: FlowScenario, { mutation, onEvent }: SimulationOptions) {
    this.#scenario = scenario;
    this.#mutation = mutation;
    const { seed, rates, pace, settings, isLossy, runs } = scenario;
    const scheduler = new Scheduler({ seed, ...(onEvent === undefined ? {} : { onEvent }) });
    const faults = new Faults(scheduler, rates, pace);
    this.laws = new Laws(settings.attemptsMax);
    this.#flowLaws = new FlowLaws(this.laws);
    this.#service = new SimulatedService(runs);
    const { ackWaitMs } = settings;
    const broker = new SimulatedBroker(scheduler, { faults, ackWaitMs, isLossy, watch: this.laws });
    for (const address of fromFlow) broker.declare(partnerSystem, address as string);
    for (const address of toFlow) broker.declare(flowGroup, address as string);
    this.#world = { plan: scenario, scheduler, faults, broker, mutation };
    const confirming = (address: string): readonly string[] =>
      fromFlow.includes(address) ? [partnerSystem] : toFlow.includes(address) ? [flowGroup] : [];
    this.#hosts = new System(this.#world, {
      ...{ name: flowSystem, size: scenario.hosts, store: this.#stores.host, confirming },
      watch: this.#flowLaws.watch(),
      open: (instance) => this.#open(instance),
      close: async ({ process }) => this.#hostOf.get(process)?.close(),
    });
    this.#partners = new System(this.#world, {
      ...{ name: partnerSystem, size: scenario.partners, store: this.#stores.partner, confirming },
      watch: this.laws.watch(),
      open: (instance) => answer(instance, runs),
    });
  }

  async outcome(): Promise<Outcome> {
    const { scheduler, faults } = this.#world;
    const { seed, kind, faultsMs, runs, incidents } = this.#scenario;
    this.#hosts.start();
    this.#partners.start();
    for (const run of runs) this.#plan(run);
    for (const incident of incidents)
      scheduler.after(incident.atMs, incident.kind, () => {
        strike(this.#world, incident, () => (scheduler.chance.hits(0.7) ? this.#hosts : this.#partners));
      });
    scheduler.after(faultsMs, 'faults stop', () => this.#calmDown());
    await scheduler.run();
    if (this.#drained === undefined && this.laws.problems.length === 0) await this.#tellWhoWaits();
    const ended = (status: string): number => this.#drained?.ledger.ends.filter((end) => end === status).length ?? 0;
    return {
      ...{ seed, kind, hash: scheduler.trace.hash, events: scheduler.count, faults: faults.count },
      deaths: this.#hosts.deaths + this.#partners.deaths,
      drainMs: (this.#drained?.at ?? scheduler.now) - faultsMs,
      problems: [...this.laws.problems, ...(this.#drained?.ledger.problems ?? [])],
      ...{ completed: ended('completed'), compensated: ended('compensated'), failed: ended('failed') },
      ...{ neighbourMs: 0, rows: 0, effects: 0, letters: 0 },
    };
  }

  async #open(instance: Instance): Promise<void> {
    const { process, clock } = instance;
    const client = this.#service.clientOf(process, this.#world.faults);
    const call: Bindings['call'] = (operation, body, how) =>
      client(operation, body, this.#mutation === 'call-without-key' ? { ...how, idempotencyKey: clock.uuid() } : how);
    const host = hostOf(instance, this.#scenario, { call });
    await host.run();
    this.#hostOf.set(process, host);
  }

  #plan(run: PlannedRun): void {
    const { key, atMs, signalsAtMs, wish, rival, hasIntruder, lookMs: pauseMs } = run;
    void this.#patiently(this.#hosts, { label: 'starts a run', atMs, pauseMs: 100 }, (one) => this.#start(one, key));
    for (const [index, at] of signalsAtMs.entries())
      void this.#patiently(this.#partners, { label: 'signals', atMs: at, pauseMs: 100 }, async (one) => {
        await signal(one, key, `signal ${key} ${index}`);
        return true;
      });
    const people = [['person', wish] as const, ...(rival === undefined ? [] : [['rival', rival] as const])];
    if (hasIntruder) people.push([intruder, 'approve'] as never);
    for (const [by, decision] of people)
      void this.#patiently(this.#hosts, { label: `${by} looks`, atMs, pauseMs }, (one) =>
        this.#decide(one, { run: key, by, decision }),
      );
  }

  /** Somebody tries until it is known to have worked, each time with a process that lives. */
  async #patiently(
    system: System,
    { label, atMs, pauseMs }: { readonly label: string; readonly atMs: number; readonly pauseMs: number },
    attempt: (instance: Instance) => Promise<boolean>,
  ): Promise<void> {
    const { scheduler } = this.#world;
    const pause = (delayMs: number): Promise<void> =>
      new Promise((resolve) => void scheduler.after(delayMs, label, resolve));
    this.#busy += 1;
    for (let delayMs = atMs, isDone = false; !isDone; delayMs = pauseMs) {
      await pause(delayMs);
      if (system.living.length === 0) continue;
      const instance = scheduler.chance.pick(system.living);
      isDone = await Promise.race([attempt(instance), instance.process.death]).catch(() => false);
    }
    this.#busy -= 1;
  }

  async #start({ process, messaging }: Instance, key: string): Promise<boolean> {
    const host = this.#hostOf.get(process);
    if (host === undefined) return false;
    const plan = makePlan(this.#scenario);
    if (this.#world.scheduler.chance.hits(0.5)) await host.start(plan, key, { run: key });
    else await messaging.transaction(({ transaction }) => host.start(plan, key, { run: key }, { transaction }));
    return true;
  }

  /** A person looks whether a run waits for him, until it has ended or he has decided. */
  async #decide({ process }: Instance, said: Pick<Attempt, 'run' | 'by' | 'decision'>): Promise<boolean> {
    const { run, by, decision } = said;
    const host = this.#hostOf.get(process);
    const view = await host?.find(flowName, run);
    if (host === undefined || view === undefined) return false;
    if (view.status !== 'running' && view.status !== 'waiting') return true;
    if (view.decision === undefined) return false;
    const attempt: Attempt = { ...said, number: this.#attempts.length + 1, outcome: 'unknown' };
    this.#attempts.push(attempt);
    const { step, roles } = view.decision;
    const person = { by, roles: by === intruder ? ['visitor'] : roles, signature: { attempt: attempt.number } };
    try {
      await host.decide(flowName, run, { step, decision, ...person });
      attempt.outcome = 'taken';
      return true;
    } catch (error) {
      if (!(error instanceof FlowRefused)) throw error;
      attempt.outcome = error.code === 'unauthorised' ? 'unauthorised' : 'refused';
      return attempt.outcome === 'unauthorised';
    }
  }

  /** From here on nothing goes wrong any more. */
  #calmDown(): void {
    const { faults, scheduler } = this.#world;
    faults.areOn = false;
    const endAt = scheduler.now + drainMaxMs;
    const look = (): void => {
      if (this.laws.problems.length > 0 || scheduler.now >= endAt) scheduler.stop();
      void this.#settle();
      scheduler.after(lookMs, 'has everything ended?', look);
    };
    look();
  }

  async #settle(): Promise<void> {
    const { broker, scheduler } = this.#world;
    if (this.#busy > 0 || this.#service.lateCount > 0) return;
    const { host, partner } = this.#stores;
    // In the order in which things go on: what has left one place must be seen in the next.
    for (const { key } of this.#scenario.runs) {
      const row = await host.processes.find(flowName, key);
      if (row === undefined || row.status === 'running' || row.status === 'waiting') return;
    }
    const waiting = [await host.outbox.figures(), await partner.outbox.figures()];
    if (waiting.some(({ count }) => count > 0) || broker.waiting > 0) return;
    const traces = { scenario: this.#scenario, service: this.#service, attempts: this.#attempts };
    const ledger = await readFlowLedger({ ...traces, ...this.#stores, sent: this.#flowLaws.sent.keys() });
    this.#drained ??= { at: scheduler.now, ledger };
    scheduler.stop();
  }

  async #tellWhoWaits(): Promise<void> {
    for (const { key } of this.#scenario.runs) {
      const row = await this.#stores.host.processes.find(flowName, key);
      const { frames = [] } = (row?.state ?? {}) as { frames?: readonly { step: string; phase: string }[] };
      const places = frames.map(({ step, phase }) => `${step} ${phase}`).join(' in ');
      this.laws.broken(
        `liveness: ${drainMaxMs} ms after the last fault run ${key} is ${row?.status ?? 'unknown'} ${places}`,
      );
    }
  }
}
