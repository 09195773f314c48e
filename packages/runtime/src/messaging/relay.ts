import { type Lease, LeaseLost, type OutboxRow, type Store } from '../store.ts';
import type { Transport } from '../transport.ts';
import type { Clock, Probe } from './clock.ts';
import { backoffMs, type RetryPolicy } from './failure.ts';
import type { MessagingTelemetry } from './messaging-telemetry.ts';

export interface RelayOptions {
  readonly store: Store;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Names this relay; two of one name would take each other's lease for their own. */
  readonly holder: string;
  /** How long a relay that died keeps others waiting. Default 10,000. */
  readonly leaseMs?: number;
  /** Messages taken at once. Default 200. */
  readonly batchMax?: number;
  /** Pause when nothing is due and nobody wakes it. Default 200. */
  readonly pollMs?: number;
  /** Pauses of a message that the transport did not take; it is tried until it goes. */
  readonly retry?: RetryPolicy;
  readonly probe?: Probe;
  /** Told what went wrong; the relay goes on. */
  readonly onError?: (error: unknown) => void;
  readonly telemetry?: MessagingTelemetry | undefined;
}

/** How a relay of this process is doing. */
export interface RelayStatus {
  readonly holder: string;
  /** When all went well last; after a message that could not be sent, only when one was. */
  readonly succeededAt?: number;
  readonly failure?: { readonly at: number; readonly step: 'look' | 'send'; readonly reason: string };
}

/**
 * Moves messages from the outbox to the transport. A row is marked only after the transport has taken the message, so a crash in
 * between sends it twice, never not at all; the inbox at the other end knows the second one. One relay of a store is at work at a
 * time: the others wait for its lease. One that was paused past its lease and wakes again may still send what it holds, but
 * marks nothing.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #lease: Lease | undefined;
  #status: Omit<RelayStatus, 'holder'> = {};

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  get status(): RelayStatus {
    return { holder: this.#options.holder, ...this.#status };
  }

  /** Something is due: look now. */
  wake(): void {
    // Every abort makes an error with a stack, also the second one.
    if (!this.#wake.signal.aborted) this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease !== undefined) await this.#options.store.outbox.release(lease).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { clock, pollMs = 200 } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      try {
        if ((await this.pass()) > 0) continue;
      } catch (error) {
        this.#failed('look', error);
      }
      if (!this.#stop.signal.aborted) await clock.sleep(pollMs, this.#wake.signal);
    }
  }

  #failed(step: 'look' | 'send', error: unknown): void {
    const { clock, onError } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    this.#status = { ...this.#status, failure: { at: clock.now(), step, reason } };
    onError?.(error);
  }

  #succeeded(step: 'look' | 'send'): void {
    // While a message waits for its next try there is nothing to do, and nothing has become better.
    if (step === 'look' && this.#status.failure?.step === 'send') return;
    this.#status = { succeededAt: this.#options.clock.now() };
  }

  /** One look: sends what is due and returns how many went. */
  async pass(): Promise<number> {
    const { store, clock, holder, leaseMs = 10_000, batchMax = 200, probe } = this.#options;
    const lease = await store.outbox.lease(holder, clock.now(), leaseMs);
    this.#lease = lease;
    if (lease === undefined) {
      this.#succeeded('look');
      return 0;
    }
    const rows = await store.outbox.claim(lease, { now: clock.now(), limit: batchMax });
    if (rows.length === 0) {
      this.#succeeded('look');
      return 0;
    }
    probe?.('relay:claimed');
    const lanes = Map.groupBy(rows, ({ lane }) => lane);
    const sent = (await Promise.all([...lanes.values()].map((lane) => this.#send(lane, lease)))).flat();
    probe?.('relay:published');
    if (sent.length > 0) await store.outbox.sent(lease, sent, clock.now());
    probe?.('relay:marked');
    if (sent.length === rows.length) this.#succeeded('send');
    return sent.length;
  }

  /** A lane in its order, up to the first message that does not go. */
  async #send(lane: readonly OutboxRow[], lease: Lease): Promise<readonly number[]> {
    const { store, transport, clock, retry = {}, onError, probe, telemetry } = this.#options;
    const system = transport.features.name;
    const sent: number[] = [];
    for (const { position, address, message, attempts } of lane) {
      // Whoever has the lease by now sends the rest.
      if (clock.now() >= lease.expiresAt) break;
      try {
        const publish = (): Promise<void> => transport.publish(address, message);
        await (telemetry === undefined ? publish() : telemetry.send({ address, message, system }, publish));
        probe?.('relay:published-one');
        sent.push(position);
      } catch (error) {
        this.#failed('send', error);
        const reason = error instanceof Error ? error.message : String(error);
        const dueAt = clock.now() + backoffMs(attempts + 1, retry, clock);
        await store.outbox.failed(lease, position, { reason, dueAt }).catch((failure: unknown) => {
          if (!(failure instanceof LeaseLost)) onError?.(failure);
        });
        break;
      }
    }
    return sent;
  }
}
