import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Diagnosis } from '@millwright/runtime/doctor';
import { entry, root } from '../cli/run-cli.ts';

export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Runs the command where the drivers are installed. Beside it this process can be the server. */
export const runDoctor = (...args: readonly string[]): Promise<Told> => runDoctorIn(join(root, 'test'), args);

export async function runDoctorIn(folder: string, args: readonly string[]): Promise<Told> {
  const started = performance.now();
  const child = spawn(process.execPath, [...entry, 'doctor', ...args], {
    cwd: folder,
    // The runner's own packages are no packages of the folder.
    env: { ...process.env, NO_COLOR: '1', NODE_PATH: '' },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr, tookMs: performance.now() - started };
}

export interface Examined extends Diagnosis {
  readonly address: string;
  readonly status: number | null;
}

/** What it says of one target. */
export async function examined(...args: readonly string[]): Promise<Examined> {
  const { status, stdout, stderr } = await runDoctor(...args, '--format', 'json');
  if (stdout === '') throw new Error(stderr);
  const { targets } = JSON.parse(stdout) as { targets: readonly Examined[] };
  return { ...(targets[0] as Examined), status };
}

/** Rules of a severity. */
export const idsOf = ({ checks }: Diagnosis, ...severities: readonly string[]): readonly string[] =>
  checks.filter(({ severity }) => severities.includes(severity)).map(({ id }) => id);
