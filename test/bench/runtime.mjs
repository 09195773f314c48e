// What the runtime's guarantees cost, against the bare engine that they stand on.
import { measureBrokers } from './runtime-brokers.mjs';
import { measureCost } from './runtime-cost.mjs';
import { measureLatency } from './runtime-latency.mjs';
import { measureOutbox } from './runtime-outbox.mjs';

export async function measure() {
  return [
    ...(await measureOutbox()),
    ...(await measureCost()),
    ...(await measureBrokers()),
    ...(await measureLatency()),
  ];
}
