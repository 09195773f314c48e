// Preloaded into every measured process, ours or a peer's: at its end it writes the peak of its resident memory, in bytes, into
// the folder that the environment names.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const folder = process.env['MILLWRIGHT_BENCH_PEAKS'];
// Worker threads run this as well; what they use is part of their process.
if (isMainThread && folder !== undefined)
  process.on('exit', () =>
    writeFileSync(join(folder, String(process.pid)), String(process.resourceUsage().maxRSS * 1024)),
  );
