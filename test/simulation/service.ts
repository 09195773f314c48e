import type { FlowAnswer, FlowCall, FlowValues } from '@millwright/runtime/flow';
import { ConnectionBroke, type Faults } from './faults.ts';
import type { Operation } from './flow.ts';
import type { PlannedRun } from './flow-plan.ts';
import type { SimulatedProcess } from './process.ts';

/** What a call has done. */
export interface ServiceEffect {
  readonly run: string;
  readonly operation: Operation;
  readonly key: string;
}

interface Known {
  readonly body: string;
  readonly answer: FlowAnswer;
}

const headers = { get: (): null => null };

/** A service that keeps the first answer to each idempotency key. Like the store it outlives every process. */
export class SimulatedService {
  readonly effects: ServiceEffect[] = [];
  /** Keys under which something else was asked for. */
  readonly conflicts: string[] = [];
  /** Calls that are still on their way. */
  lateCount = 0;
  readonly #runs: ReadonlyMap<string, PlannedRun>;
  readonly #known = new Map<string, Known>();

  constructor(runs: readonly PlannedRun[]) {
    this.#runs = new Map(runs.map((run) => [run.key, run]));
  }

  /** How one process calls it: it may not come through, come through when nobody waits any more, or its answer gets lost. */
  clientOf(process: SimulatedProcess, faults: Faults) {
    const { scheduler } = process;
    return async (operation: Operation, body: FlowValues, call: FlowCall): Promise<FlowAnswer> => {
      await process.step(`calls ${operation}`);
      if (faults.hits('callLost')) throw new ConnectionBroke(`before ${operation}`);
      if (faults.hits('serviceBusy')) return { ok: false, status: 503, headers, error: {} };
      const text = JSON.stringify(body);
      if (faults.hits('callLate')) {
        const lateMs = call.timeoutMs + scheduler.chance.pick([1, 300, 3_000]);
        this.lateCount += 1;
        scheduler.after(lateMs, `${operation} comes late`, () => {
          this.lateCount -= 1;
          this.#apply(operation, text, call);
        });
        await process.step('waits for an answer', call.timeoutMs);
        throw new ConnectionBroke(`no answer to ${operation} in time`);
      }
      const answer = this.#apply(operation, text, call);
      await process.step(`${operation} answered`);
      if (faults.hits('callAnswerLost')) throw new ConnectionBroke(`after ${operation}`);
      return answer;
    };
  }

  #apply(operation: Operation, body: string, { idempotencyKey: key }: FlowCall): FlowAnswer {
    const known = this.#known.get(key);
    if (known !== undefined && known.body !== body) this.conflicts.push(`${key}: ${known.body}, then ${body}`);
    if (known !== undefined) return known.answer;
    const { run } = JSON.parse(body) as { readonly run: string };
    const isRefused = this.#runs.get(run)?.refuses === operation;
    const receipt = `${operation} ${this.#known.size + 1}`;
    const answer: FlowAnswer = isRefused
      ? { ok: false, status: 422, headers, error: {} }
      : { ok: true, status: 200, headers, data: { receipt } };
    this.#known.set(key, { body, answer });
    if (!isRefused) this.effects.push({ run, operation, key });
    return answer;
  }
}
