import { systemClock } from '../messaging/clock.ts';
import type { FlowHost } from './host.ts';
import { type FlowsConfig, StoreFlowHost } from './store-host.ts';

/** The part of `DBOS` of `@dbos-inc/dbos-sdk` that is used. Launching and shutting it down stays the application's. */
export interface DbosEngine {
  registerWorkflow(work: DriveRun, config: { readonly name: string }): DriveRun;
  startWorkflow(
    work: DriveRun,
    options: { readonly workflowID: string; readonly queueName?: string },
  ): (flow: string, key: string) => Promise<unknown>;
  /** Null when it has not ended by then. */
  getResult(
    workflowID: string,
    options: { readonly timeoutSeconds: number; readonly pollingIntervalMs: number },
  ): Promise<unknown>;
  runStep(work: () => Promise<void>, options: { readonly name: string }): Promise<void>;
}

type DriveRun = (flow: string, key: string) => Promise<void>;

export interface DbosFlowsConfig<Connection> extends FlowsConfig<Connection> {
  readonly dbos: DbosEngine;
  /** Queue of DBOS that spreads the runs over its executors, with its limits. Without one, who finds a run due drives it. */
  readonly queueName?: string;
  /** When a run that is still due is given to another executor, because the first has died. Default 60,000. */
  readonly redispatchMs?: number;
}

/**
 * Hosts flows on DBOS: it drives the runs, on all its executors, within the limits of its queue, and shows them in its console. Their
 * state stays in the store, each transition one transaction of it, so what a {@link FlowHost} promises is kept by the store, and an
 * executor that never comes back holds up its runs for `redispatchMs` and no longer. Make it before `DBOS.launch()`, `run()` it after.
 */
export function createDbosFlows<Connection>(config: DbosFlowsConfig<Connection>): FlowHost {
  const { dbos, queueName, redispatchMs = 60_000, pollMs = 200, clock = systemClock } = config;
  const drive = dbos.registerWorkflow(
    (flow, key) => dbos.runStep(() => host.drive(flow, key), { name: `${flow} ${key}` }),
    { name: 'millwright-flow' },
  );
  const queue = queueName === undefined ? {} : { queueName };
  const host: StoreFlowHost<Connection> = new StoreFlowHost(config, async ({ process: flow, key, version }) => {
    // One execution for each version of a run, whoever finds it due, and another one when the first has come to nothing.
    const workflowID = `${flow}/${key}/${version}/${Math.floor(clock.now() / redispatchMs)}`;
    await dbos.startWorkflow(drive, { workflowID, ...queue })(flow, key);
    // Whoever has it may have died: then it is due still, and the next turn is another execution.
    await dbos.getResult(workflowID, { timeoutSeconds: redispatchMs / 1000, pollingIntervalMs: pollMs });
  });
  return host;
}
