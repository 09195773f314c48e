import type { Bus } from '../events.ts';
import type { OutboxFigures, Store, Transaction } from '../store.ts';
import type { Message, Transport } from '../transport.ts';
import type { Clock } from './clock.ts';

/** How much may wait while the way out is blocked. */
export interface OutboxLimits {
  /** Messages. Default 1,000,000. */
  readonly countMax?: number;
  /** Bytes of their data. Default 1 GiB. */
  readonly bytesMax?: number;
  /** Age of the oldest. Default: no limit. */
  readonly ageMaxMs?: number;
}

/** The limits with their defaults. */
export function outboxLimitsOf({
  countMax = 1_000_000,
  bytesMax = 2 ** 30,
  ageMaxMs = Number.POSITIVE_INFINITY,
}: OutboxLimits): Required<OutboxLimits> {
  return { countMax, bytesMax, ageMaxMs };
}

/** Nothing was accepted: too much waits already. Told to the caller before any row is written. */
export class OutboxFull extends Error {
  override readonly name = 'OutboxFull';
  readonly code = 'outbox-full';
}

/** Telemetry may fill this part; the rest is kept for what is more urgent. */
const telemetryShare = 0.8;
const telemetryPriority = 8;

/**
 * Watches how much waits. Counting an outbox at every message would cost more than the message, so figures are read once an
 * interval and counted on in between: what other processes write in that time can overshoot the limit.
 */
export class OutboxGauge {
  readonly #limits: Required<OutboxLimits>;
  #figures: OutboxFigures = { count: 0, bytes: 0 };

  constructor(limits: OutboxLimits) {
    this.#limits = outboxLimitsOf(limits);
  }

  get figures(): OutboxFigures {
    return this.#figures;
  }

  read(figures: OutboxFigures): void {
    this.#figures = figures;
  }

  /** Throws {@link OutboxFull} when one more message does not fit. */
  admit({ data, priority = 3 }: Message, now: number): void {
    const { countMax, bytesMax, ageMaxMs } = this.#limits;
    const share = priority >= telemetryPriority ? telemetryShare : 1;
    const { count, bytes, oldestAt = now } = this.#figures;
    if (count + 1 > countMax * share) throw new OutboxFull(`${count} messages wait, ${countMax} may`);
    if (bytes + data.length > bytesMax * share) throw new OutboxFull(`${bytes} bytes wait, ${bytesMax} may`);
    if (now - oldestAt > ageMaxMs * share)
      throw new OutboxFull(`the oldest message waits for ${now - oldestAt} ms, ${ageMaxMs} ms are allowed`);
    this.#figures = { count: count + 1, bytes: bytes + data.length, oldestAt };
  }
}

interface OutboxParts {
  readonly gauge: OutboxGauge;
  readonly clock: Clock;
  /** Told when something was put in. */
  readonly wake: () => void;
}

/** What publishing means inside a transaction: the message is sent when, and only when, the transaction commits. */
export function outboxTransport(transport: Transport, transaction: Transaction, parts: OutboxParts): Transport {
  const { gauge, clock, wake } = parts;
  return {
    ...transport,
    publish: async (address, message) => {
      const now = clock.now();
      gauge.admit(message, now);
      await transaction.enqueue({ address, message, priority: message.priority ?? 3, now });
      wake();
    },
  };
}

/** Publishing outside of any transaction: one of its own. */
export function storingTransport(transport: Transport, store: Store, parts: OutboxParts): Transport {
  return {
    ...transport,
    publish: (address, message) =>
      store.transaction((transaction) => outboxTransport(transport, transaction, parts).publish(address, message)),
  };
}

/** The same bus, publishing inside a transaction. */
export function busWithin(bus: Bus, transport: Transport): Bus {
  return { ...bus, config: { ...bus.config, transport } };
}
