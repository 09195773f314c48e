import {
  BrokenCircuitError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import type { MessageDescriptor } from '../events.ts';
import { failureKindOf } from '../messaging/failure.ts';
import { type Guard, type GuardFor, TargetAway } from '../messaging/guard.ts';

export interface GuardOptions {
  /** Handlers at work at once. Default 16. */
  readonly concurrencyMax?: number;
  /**
   * Transient failures in a row after which the target counts as away. Keep it below `attemptsMax` of the retries, or a message is
   * given up before anybody knows. Default 5.
   */
  readonly failureCountMax?: number;
  /** Pause before a target that is away is tried again; doubled each time it still is. Default: by the latency class. */
  readonly pauseMs?: number;
  readonly pauseMaxMs?: number;
  /** After that long the handler's `signal` is aborted. Default: by the latency class, at most `delayMaxMs` of the contract. */
  readonly timeoutMs?: number;
}

export interface GuardsOptions extends GuardOptions {
  /** Name of what the handlers of a message call: those with the same one share its limits. Default: each message has its own. */
  readonly targetOf?: (descriptor: MessageDescriptor) => string;
  /** Options of single targets, over the general ones. */
  readonly targets?: Readonly<Record<string, GuardOptions>>;
}

type Pauses = Required<Pick<GuardOptions, 'pauseMs' | 'pauseMaxMs' | 'timeoutMs'>>;

/** What must be there within seconds is tried again within seconds; a batch of the night can wait. */
const pausesOf: Readonly<Record<'rt' | 'nrt' | 'batch', Pauses>> = {
  rt: { pauseMs: 2_000, pauseMaxMs: 10_000, timeoutMs: 10_000 },
  nrt: { pauseMs: 10_000, pauseMaxMs: 60_000, timeoutMs: 30_000 },
  batch: { pauseMs: 60_000, pauseMaxMs: 300_000, timeoutMs: 120_000 },
};

/**
 * A guard for each target: a limit of handlers at work (bulkhead), a circuit breaker that opens after transient failures in a row, and
 * a timeout that aborts the handler's `signal`; a handler that does not heed it keeps its place. Contract, permanent and other
 * failures that say nothing of the target count as an answer of it. One message at a time tries a target that was away.
 *
 * By `cockatiel`, which reads the system's clock.
 */
export function createGuards(options: GuardsOptions = {}): GuardFor {
  const { targetOf = ({ name }) => name, targets = {} } = options;
  const known = new Map<string, Target>();
  const guards = new Map<MessageDescriptor, Guard>();
  return (descriptor) => {
    const made = guards.get(descriptor);
    if (made !== undefined) return made;
    const name = targetOf(descriptor);
    const chosen: GuardOptions = { ...options, ...(Object.hasOwn(targets, name) ? targets[name] : {}) };
    const target = known.get(name) ?? new Target(name, chosen);
    known.set(name, target);
    const byContract = pausesOf[descriptor.governance?.latency ?? 'nrt'];
    const guard = target.guard({
      pauseMs: chosen.pauseMs ?? byContract.pauseMs,
      pauseMaxMs: chosen.pauseMaxMs ?? byContract.pauseMaxMs,
      timeoutMs:
        chosen.timeoutMs ??
        Math.min(byContract.timeoutMs, descriptor.governance?.delayMaxMs ?? Number.POSITIVE_INFINITY),
    });
    guards.set(descriptor, guard);
    return guard;
  };
}

class Target {
  readonly #name: string;
  readonly #places;
  readonly #breaker;
  /** The shortest of those that share the target. */
  #pauseMs = Number.POSITIVE_INFINITY;
  #pauseMaxMs = Number.POSITIVE_INFINITY;
  #awayUntil = 0;
  #isTrying = false;

  constructor(name: string, { concurrencyMax = 16, failureCountMax = 5 }: GuardOptions) {
    this.#name = name;
    // What waits here was handed out by the transport, which limits it.
    this.#places = bulkhead(concurrencyMax, Number.POSITIVE_INFINITY);
    this.#breaker = circuitBreaker(
      handleWhen((error) => failureKindOf(error) === 'transient'),
      {
        halfOpenAfter: new DelegateBackoff(({ attempt }) => this.#opened(attempt)),
        breaker: new ConsecutiveBreaker(failureCountMax),
      },
    );
  }

  guard({ pauseMs, pauseMaxMs, timeoutMs }: Pauses): Guard {
    this.#pauseMs = Math.min(this.#pauseMs, pauseMs);
    this.#pauseMaxMs = Math.min(this.#pauseMaxMs, pauseMaxMs);
    const limit = timeout(timeoutMs, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false });
    return {
      admit: (work) => this.#places.execute(() => this.#enter(work)),
      execute: async (work) => {
        try {
          return await this.#breaker.execute(() => limit.execute(({ signal }) => work(signal)));
        } catch (error) {
          // It opened between the entrance and here.
          throw error instanceof BrokenCircuitError ? this.#away() : error;
        }
      },
      awayMs: () => this.#awayMs(),
    };
  }

  async #enter<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#breaker.state === CircuitState.Closed) return work();
    if (this.#isTrying || this.#awayMs() > 0) throw this.#away();
    this.#isTrying = true;
    try {
      return await work();
    } finally {
      this.#isTrying = false;
    }
  }

  #away(): TargetAway {
    return new TargetAway(`${this.#name} is away`);
  }

  #opened(attempt: number): number {
    const pauseMs = Math.min(this.#pauseMaxMs, this.#pauseMs * 2 ** Math.min(30, attempt - 1));
    this.#awayUntil = Date.now() + pauseMs;
    return pauseMs;
  }

  /** While one message tries, the others keep away as long as the shortest pause. */
  #awayMs(): number {
    if (this.#breaker.state === CircuitState.Closed) return 0;
    return this.#isTrying ? this.#pauseMs : Math.max(0, this.#awayUntil - Date.now());
  }
}
