import type { Transport } from '@millwright/runtime';
import type { Store } from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import { withReceipts } from '@millwright/runtime/transports/receipts';
import { type Application, messagingOf } from './application.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';
import { faultyStore, type StoreWatch } from './faulty-store.ts';
import { faultyTransport } from './faulty-transport.ts';
import type { Conditions } from './plan.ts';
import { SimulatedProcess } from './process.ts';
import { type Mutation, sabotagedDatabase, sabotagedSettings, sabotagedStore, sabotagedTransport } from './sabotage.ts';
import type { Scheduler } from './scheduler.ts';

/** What all systems of a run have in common. */
export interface World {
  readonly plan: Conditions;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly broker: SimulatedBroker;
  readonly mutation: Mutation | undefined;
}

export interface SystemOptions {
  readonly name: string;
  /** Processes at once. */
  readonly size: number;
  /** The database: what is in it survives every process. */
  readonly store: Store<MemoryConnection>;
  readonly watch: StoreWatch;
  /** Subscribes. */
  readonly open: (instance: Instance) => Promise<void>;
  /** Ends what was opened. */
  readonly close?: (instance: Instance) => Promise<void>;
  /** Groups that have to confirm a message, where the broker forgets. */
  readonly confirming: (address: string) => readonly string[];
}

/** One life of a process of a system. */
export interface Instance extends Application {
  readonly process: SimulatedProcess;
  readonly store: Store<MemoryConnection>;
  readonly probe: (point: string) => void;
}

const retryMs = 50;

/** Several processes of one database. One that dies is started again. */
export class System {
  readonly #world: World;
  readonly #options: SystemOptions;
  readonly #instances: (Instance | undefined)[];
  deaths = 0;
  #lives = 0;
  #storeDownUntil = 0;

  constructor(world: World, options: SystemOptions) {
    this.#world = world;
    this.#options = { ...options, store: sabotagedDatabase(options.store, world.mutation) };
    this.#instances = Array.from({ length: options.size }, () => undefined);
  }

  start(): void {
    for (const slot of this.#instances.keys()) this.#begin(slot);
  }

  get living(): readonly Instance[] {
    return this.#instances.filter((instance) => instance !== undefined);
  }

  /** The database is away for a while; what is open in it is rolled back. */
  loseStore(durationMs: number): void {
    this.#storeDownUntil = this.#world.scheduler.now + durationMs;
  }

  /** Ends as it should, and comes back. */
  async restart(instance: Instance): Promise<void> {
    await this.#options.close?.(instance);
    await instance.messaging.close();
    instance.process.kill('it was closed');
  }

  #begin(slot: number): void {
    const { scheduler, faults, plan, broker, mutation } = this.#world;
    const { name, store, watch } = this.#options;
    this.#lives += 1;
    const process = new SimulatedProcess(`${name}-${this.#lives}`, scheduler, () => faults.pace);
    process.skewMs = scheduler.chance.between(-plan.skewMaxMs, plan.skewMaxMs);
    const transport = receiptsOf(this.#world, faultyTransport(broker, process, faults), { process, ...this.#options });
    const isDown = (): boolean => scheduler.now < this.#storeDownUntil;
    const ports = {
      store: sabotagedStore(faultyStore(store, process, { faults, watch, isDown }), mutation),
      transport: sabotagedTransport(transport, mutation),
      probe: (point: string) => {
        if (faults.hits('deathAtPoint')) process.kill(`at ${point}`);
      },
    };
    const settings = sabotagedSettings(plan.settings, mutation);
    const messaging = messagingOf(process, ports, { settings, name });
    const { probe } = ports;
    const instance: Instance = { process, clock: process.clock, messaging, transport, store: ports.store, probe };
    this.#instances[slot] = instance;
    process.onDeath(() => {
      this.deaths += 1;
      this.#instances[slot] = undefined;
      scheduler.after(scheduler.chance.pick([10, 200, 1_500]), `${name} is started again`, () => this.#begin(slot));
    });
    void this.#open(instance);
  }

  async #open(instance: Instance): Promise<void> {
    const { messaging, clock } = instance;
    const patiently = async (work: () => Promise<void>): Promise<void> => {
      for (;;) {
        try {
          return await work();
        } catch {
          await clock.sleep(retryMs);
        }
      }
    };
    await patiently(() => messaging.start());
    await patiently(() => this.#options.open(instance));
  }
}

interface Waiting extends Pick<SystemOptions, 'name' | 'confirming'> {
  readonly process: SimulatedProcess;
}

/** Where the broker forgets, each end waits for the other's receipts. */
function receiptsOf(
  { plan, mutation }: World,
  transport: Transport,
  { name, confirming, process }: Waiting,
): Transport {
  if (!plan.isLossy || mutation === 'no-receipts') return transport;
  // Less than a lease, or what was published could not be marked.
  const timeoutMs = Math.ceil(plan.settings.leaseMs / 2);
  return withReceipts(transport, { name, from: confirming, timeoutMs, clock: process.clock });
}
