// Starts a program that is no Node process and notes the peak of its resident memory, which Linux tells while it runs.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pollMs = 2;
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '' } });
let peakBytes = 0;
const timer = setInterval(() => {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    if (found !== null) peakBytes = Number(found[1]) * 1024;
  } catch {
    // It has just ended.
  }
}, pollMs);
child.on('error', (error) => {
  throw error;
});
child.on('exit', (code) => {
  clearInterval(timer);
  writeFileSync(join(process.env['MILLWRIGHT_BENCH_PEAKS'], String(child.pid)), String(peakBytes));
  process.exitCode = code ?? 1;
});
