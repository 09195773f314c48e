import type { Bus } from '../events.ts';
import { type Clock, type Probe, systemClock } from '../messaging/clock.ts';
import type { Inside, Messaging } from '../messaging/create-messaging.ts';
import { attemptsWorth, backoffMs, failureKindOf, HandlingFailure, type RetryPolicy } from '../messaging/failure.ts';
import type { ProcessState, Store, Transaction } from '../store.ts';
import { type CallOutcome, callStep } from './call.ts';
import { complete, fail } from './course.ts';
import { deliver } from './delivery.ts';
import { FlowRefused } from './errors.ts';
import { type AnyPlan, begin, failureAt, reasonOf, scopeOf, stepOf, type Turn, topOf, visitOf } from './frames.ts';
import type { BoundFlow, Decision, FlowHost, FlowQuery, FlowView, StartOptions } from './host.ts';
import { checkInputs } from './inputs.ts';
import { answer, enter, repeat, resume, settle } from './machine.ts';
import type { Keeping } from './mailbox.ts';
import type { FlowPlan, FlowValues, ReceivedEvent } from './plan.ts';
import type { FlowState, Phase } from './state.ts';
import { Overtaken, purely, runOf, save, versionFits } from './transition.ts';
import { FlowFault } from './values.ts';
import { approvalOf, viewOf } from './view.ts';
import { Worker } from './worker.ts';

export interface FlowsConfig<Connection> {
  readonly store: Store<Connection>;
  /** Of the same store. */
  readonly messaging: Messaging<Connection>;
  readonly flows: readonly BoundFlow[];
  /** Made by the generated `createBus` with the configuration of `messaging`. Needed where a step sends or receives. */
  readonly bus?: Bus;
  /** Repetitions of a call that had no answer. What was answered is repeated only where the description says so. */
  readonly retry?: RetryPolicy;
  /** Whether a person may decide, besides the roles of the step. Default: one of the person's roles must be one of the step's. */
  readonly mayDecide?: (question: DecisionQuestion) => boolean | Promise<boolean>;
  /** Time for a call whose step gives none. Default 30,000. */
  readonly callTimeoutMs?: number;
  /** How much longer than its time a call that somebody else has begun is left alone. Default 5,000. */
  readonly leaseMs?: number;
  /** How long a message waits for a run that begins later. Default 7 days. */
  readonly earlyMs?: number;
  readonly pollMs?: number;
  readonly batchMax?: number;
  /** Runs that are worked on at once. Default 8. */
  readonly concurrencyMax?: number;
  readonly clock?: Clock;
  readonly probe?: Probe;
  readonly onError?: (error: unknown) => void;
}

export interface DecisionQuestion {
  readonly flow: string;
  readonly key: string;
  readonly workflow: string;
  readonly step: string;
  /** Roles of the step. */
  readonly allowed: readonly string[];
  readonly by: string;
  readonly roles: readonly string[];
}

const dayMs = 86_400_000;
/** How often somebody else may be faster before a request gives up. */
const triesMax = 8;

/** The step's message could not be put into the outbox; its transaction was rolled back. */
class NotSent extends Error {}

type Change<Connection> = (turn: Turn, inside: Inside<Connection>) => void | Promise<void>;

/** Runs flows on the store: each transition is one transaction, and only `dueAt` of a row says that there is something to do. */
export class StoreFlowHost<Connection> implements FlowHost {
  readonly #config: FlowsConfig<Connection>;
  readonly #clock: Clock;
  readonly #worker: Worker;
  readonly #subscriptions: { close(): Promise<void> }[] = [];

  /** `dispatch` brings a run that is due to whoever drives it; by default this process does. */
  constructor(config: FlowsConfig<Connection>, dispatch?: (row: ProcessState) => Promise<void>) {
    const talkative = config.bus === undefined ? config.flows.find(needsBus) : undefined;
    if (talkative !== undefined) throw new TypeError(`flow ${talkative.plan.name} sends or receives: give a bus`);
    this.#config = config;
    this.#clock = config.clock ?? systemClock;
    const isOurs = ({ process }: ProcessState): boolean => config.flows.some(({ plan }) => plan.name === process);
    this.#worker = new Worker({
      ...config,
      clock: this.#clock,
      isOurs,
      drive: dispatch ?? ((row) => this.#drive(row)),
    });
  }

  async start<Inputs, Outputs, Bindings>(
    plan: FlowPlan<Inputs, Outputs, Bindings>,
    key: string,
    inputs: NoInfer<Inputs>,
    { transaction }: StartOptions = {},
  ): Promise<boolean> {
    const flow = this.#flowOf(plan.name);
    await checkInputs(flow.plan, inputs);
    const now = this.#clock.now();
    const work = async (inside: Pick<Inside<Connection>, 'transaction'>): Promise<boolean> => {
      if ((await inside.transaction.findProcess(plan.name, key)) !== undefined) return false;
      const turn: Turn = { plan: flow.plan, now, run: begin(flow.plan, inputs as FlowValues, now) };
      return (await save(inside.transaction, turn, { key, version: 0 }, this.#keep(now))) !== undefined;
    };
    const isNew =
      transaction === undefined
        ? await this.#config.messaging.transaction(work).catch((error: unknown) => {
            if (error instanceof Overtaken) return false;
            throw error;
          })
        : await work({ transaction: transaction as Transaction<Connection> });
    this.#config.probe?.('flow:started');
    this.#worker.wake();
    return isNew;
  }

  async decide(flowName: string, key: string, decision: Decision): Promise<void> {
    const flow = this.#flowOf(flowName);
    for (let tries = 0; tries < triesMax; tries += 1) {
      const row = await this.#find(flow, key);
      if (row === undefined) throw new FlowRefused('unknown-run', `no run ${key} of ${flowName} was started`);
      const asked = approvalOf(flow.plan, runOf(row));
      if (asked === undefined || asked.step !== decision.step)
        throw new FlowRefused('not-waiting', `run ${key} does not wait for a decision about ${decision.step}`);
      const entry = auditEntry(flowName, key, { ...asked, plan: flow.plan.version }, decision, this.#clock.now());
      const { by, roles } = decision;
      const { mayDecide = ({ allowed }: DecisionQuestion) => roles.some((role) => allowed.includes(role)) } =
        this.#config;
      const { roles: allowed, workflow, step } = asked;
      if (!(await mayDecide({ flow: flowName, key, workflow, step, allowed, by, roles }))) {
        await this.#config.store.transaction((inside) => inside.record({ ...entry, action: 'denied' }));
        throw new FlowRefused('unauthorised', `${by} may not decide about ${step}`);
      }
      const reason = decision.reason ?? `${by} has rejected it`;
      const saved = await this.#transition(flow, row, async (turn, { transaction }) => {
        purely(turn, row, (pure) => settle(pure, decision.decision === 'approve', reason));
        await transaction.record(entry);
        this.#config.probe?.('flow:decided');
      });
      if (saved !== undefined) return this.#worker.wake();
    }
    throw new HandlingFailure('transient', `run ${key} of ${flowName} is in use`);
  }

  async find(flow: string, key: string): Promise<FlowView | undefined> {
    const row = await this.#config.store.processes.find(flow, key);
    return row && viewOf(this.#flowOf(flow).plan, row);
  }

  async list({ flow, ...query }: FlowQuery): Promise<readonly FlowView[]> {
    const { plan } = this.#flowOf(flow);
    const rows = await this.#config.store.processes.list({ process: flow, ...query });
    return rows.map((row) => viewOf(plan, row));
  }

  async run(): Promise<void> {
    await this.listen();
    this.#worker.start();
  }

  async listen(): Promise<void> {
    for (const flow of this.#config.flows)
      for (const [name, event] of Object.entries(flow.plan.events)) {
        const handle = (received: ReceivedEvent): Promise<void> => this.#receive(flow.plan, name, received);
        const options = { group: `flow-${flow.plan.name}` };
        this.#subscriptions.push(await event.subscribe(flow.bindings, this.#config.bus as never, handle, options));
      }
  }

  async poll(): Promise<void> {
    await this.#worker.once();
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.close()));
    await this.#worker.stop();
  }

  #flowOf(name: string): BoundFlow {
    const flow = this.#config.flows.find(({ plan }) => plan.name === name);
    if (flow === undefined) throw new FlowRefused('unknown-flow', `this host has no flow ${name}`);
    return flow;
  }

  #keep(now: number): Keeping {
    return { now, keepMs: this.#config.earlyMs ?? 7 * dayMs };
  }

  async #find({ plan }: BoundFlow, key: string): Promise<ProcessState | undefined> {
    const row = await this.#config.store.processes.find(plan.name, key);
    if (row !== undefined) versionFits(plan, row);
    return row;
  }

  /** One transition in one transaction; undefined when somebody else was faster, and then nothing has happened. */
  async #transition(
    { plan }: BoundFlow,
    row: ProcessState,
    change: Change<Connection>,
  ): Promise<ProcessState | undefined> {
    const { messaging, probe } = this.#config;
    try {
      const saved = await messaging.transaction(async (inside) => {
        const now = this.#clock.now();
        const turn: Turn = { plan, now, run: runOf(row) };
        probe?.('flow:begun');
        await change(turn, inside);
        const done = await save(inside.transaction, turn, row, this.#keep(now));
        probe?.('flow:saved');
        return done;
      });
      probe?.('flow:committed');
      return saved;
    } catch (error) {
      if (error instanceof Overtaken) return undefined;
      throw error;
    }
  }

  /** Takes a run as far as it goes without waiting; does nothing with one that is not due. */
  async drive(flow: string, key: string): Promise<void> {
    const row = await this.#find(this.#flowOf(flow), key);
    if (row?.dueAt !== undefined && row.dueAt <= this.#clock.now()) await this.#drive(row);
  }

  async #drive(found: ProcessState): Promise<void> {
    const flow = this.#flowOf(found.process);
    versionFits(flow.plan, found);
    let row: ProcessState | undefined = found;
    let isCaller = false;
    while (row !== undefined && row.dueAt !== undefined && (isCaller || row.dueAt <= this.#clock.now())) {
      const phase = phaseOf(row);
      if (phase === 'ready') row = await this.#enter(flow, row);
      else if (phase === 'calling' && isCaller) row = await this.#call(flow, row);
      else row = await this.#wake(flow, row);
      isCaller = row !== undefined && row.status === 'running' && phaseOf(row) === 'calling';
    }
  }

  /** A message and the state of the runs that it is for are one transaction: that of the inbox, where there is one. */
  async #receive(plan: AnyPlan, name: string, received: ReceivedEvent): Promise<void> {
    const { messaging, probe, store } = this.#config;
    const now = this.#clock.now();
    const work = (inside: Transaction): Promise<void> => deliver(inside, plan, { name, received }, this.#keep(now));
    const { transaction } = received;
    await (transaction === undefined ? store.transaction(work) : work(messaging.inside(transaction).transaction));
    probe?.('flow:received');
    this.#worker.wake();
  }

  #leaseMs({ plan }: BoundFlow, turn: Turn): number {
    const { callTimeoutMs = 30_000, leaseMs = 5_000 } = this.#config;
    return (stepOf(plan, topOf(turn.run)).timeoutMs ?? callTimeoutMs) + leaseMs;
  }

  /** Begins a step; what it sends is sent when this transition commits. */
  async #enter(flow: BoundFlow, row: ProcessState): Promise<ProcessState | undefined> {
    try {
      return await this.#transition(flow, row, async (turn, inside) => {
        const before = visitOf(topOf(turn.run));
        purely(turn, row, (pure) => enter(pure, this.#leaseMs(flow, pure)));
        const frame = turn.run.state.frames.at(-1);
        if (turn.run.status !== 'running' || frame?.phase !== 'ready' || visitOf(frame) !== before) return;
        const step = stepOf(flow.plan, frame);
        if (step.kind !== 'send') return;
        const event = { id: `${row.key}/${before}` };
        const bus = inside.within(this.#config.bus as Bus);
        await step.send(flow.bindings, bus as never, scopeOf(frame), event).catch((cause: unknown) => {
          throw new NotSent(reasonOf(cause), { cause });
        });
        this.#config.probe?.('flow:sent');
        purely(turn, row, (pure) => complete(pure, scopeOf(topOf(pure.run))));
      });
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      return this.#transition(flow, row, (turn) => purely(turn, row, (pure) => this.#unanswered(pure, error.cause)));
    }
  }

  async #call(flow: BoundFlow, row: ProcessState): Promise<ProcessState | undefined> {
    const { probe, callTimeoutMs = 30_000 } = this.#config;
    const frame = topOf(runOf(row));
    const step = stepOf(flow.plan, frame);
    if (step.kind !== 'call') throw new TypeError(`step ${step.id} calls nothing`);
    probe?.('flow:calling');
    const outcome = await callStep(flow.bindings, step, frame, {
      workflow: frame.workflow,
      key: `${row.key}/${visitOf(frame)}`,
      timeoutMs: step.timeoutMs ?? callTimeoutMs,
      now: this.#clock.now(),
    });
    probe?.('flow:called');
    return this.#record(flow, row, outcome);
  }

  /**
   * Records how a call ended. A message that came meanwhile has saved the run as well: then the outcome is recorded upon that, as long
   * as the same visit of the step calls. Whoever calls in its place has used the same key.
   */
  async #record(flow: BoundFlow, called: ProcessState, outcome: CallOutcome): Promise<ProcessState | undefined> {
    const visit = visitOf(topOf(runOf(called)));
    let row: ProcessState | undefined = called;
    while (row !== undefined && phaseOf(row) === 'calling' && visitOf(topOf(runOf(row))) === visit) {
      const current: ProcessState = row;
      const saved = await this.#transition(flow, current, (turn) =>
        purely(turn, current, (pure) => {
          if (outcome.kind === 'unanswered') return this.#unanswered(pure, outcome.error);
          if (outcome.kind === 'answer') return answer(pure, outcome.response, outcome.retryAfterMs);
          const at = topOf(pure.run);
          fail(pure, failureAt(at, outcome.failure, outcome.reason), scopeOf(at));
        }),
      );
      if (saved !== undefined) return saved;
      row = await this.#find(flow, called.key);
    }
    return undefined;
  }

  #unanswered(turn: Turn, error: unknown): void {
    const { retry = {} } = this.#config;
    const frame = topOf(turn.run);
    const attempt = frame.attempts + 1;
    const kind = error instanceof FlowFault ? 'poison' : failureKindOf(error);
    if (attempt < attemptsWorth(kind, retry)) repeat(turn, backoffMs(attempt, retry, this.#clock));
    else fail(turn, failureAt(frame, kind, reasonOf(error)));
  }

  /** Its time has come: a message did not, a pause is over, or whoever began a call has not come back. */
  #wake(flow: BoundFlow, row: ProcessState): Promise<ProcessState | undefined> {
    return this.#transition(flow, row, (turn) =>
      purely(turn, row, (pure) => {
        const frame = topOf(pure.run);
        if (frame.phase === 'pausing') return resume(pure);
        if (frame.phase === 'receiving')
          return fail(pure, failureAt(frame, 'timeout', 'the message did not come in time'));
        pure.run.dueAt = pure.now + this.#leaseMs(flow, pure);
      }),
    );
  }
}

const phaseOf = ({ state }: ProcessState): Phase | undefined => (state as FlowState).frames.at(-1)?.phase;

function auditEntry(
  flow: string,
  key: string,
  asked: { readonly workflow: string; readonly step: string; readonly plan: string },
  { decision, by, roles, reason, signature = {} }: Decision,
  at: number,
) {
  const signed = Object.entries(signature).map(([name, value]) => [`signature.${name}`, value] as const);
  return {
    ...{ at, action: 'decided', actor: by, subject: `${flow} ${key}` },
    details: {
      ...Object.fromEntries(signed),
      ...{ workflow: asked.workflow, step: asked.step, plan: asked.plan, decision, roles: roles.join(' ') },
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

const needsBus = ({ plan }: BoundFlow): boolean =>
  Object.values(plan.workflows).some(({ steps }) => steps.some(({ kind }) => kind === 'send' || kind === 'receive'));

/** Runs flows on the store of the application. Throws a TypeError where a flow has messages and there is no bus. */
export function createFlows<Connection>(config: FlowsConfig<Connection>): FlowHost {
  return new StoreFlowHost(config);
}
