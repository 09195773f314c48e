// How long a message takes from the commit of its transaction to its handler, at 1,000 a second over NATS.
import { start } from './runtime-nats.mjs';
import { quantile, runPaced } from './runtime-pace.mjs';
import { withScratch } from './scratch.mjs';

const [seconds, rate] = [10, 1_000];

export function measureLatency() {
  return withScratch(async (_, fresh) => {
    const service = await start();
    try {
      const rows = [];
      for (const [kind, label] of [
        ['memory', 'stores in memory'],
        ['sqlite', 'stores of SQLite'],
      ]) {
        const { latencies } = await runPaced({ service, kind, fresh, phases: [[seconds, rate]] });
        const [middle, high] = [0.5, 0.99].map((part) => quantile(latencies, part).toFixed(1));
        rows.push({
          question: `NATS JetStream: commit to handler at ${rate} messages a second, ${label}`,
          ours: `p50 ${middle} ms, p99 ${high} ms`,
          goal: 'p99 below 20 ms',
          versions: `${latencies.length} messages`,
        });
      }
      return rows;
    } finally {
      await service.stop();
    }
  });
}
