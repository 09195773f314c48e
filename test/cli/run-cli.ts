import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Arguments for Node that start the command line from its sources. */
export const entry: readonly string[] = ['--conditions=@millwright/source', join(root, 'cli/src/bin.ts')];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for every test, and the command line run in it. */
export interface Workplace {
  readonly path: (name: string) => string;
  /** Writes files below the folder. */
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly run: (args: readonly string[], options?: RunOptions) => Ended;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Makes the folder before each test of the file and takes it away after. */
export function workplace(): Workplace {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'millwright-cli-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const path = (name: string): string => join(home, name);
  return {
    path,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(path(name)), { recursive: true });
        writeFileSync(path(name), content);
      }
    },
    run: (args, { input = '', environment = { NO_COLOR: '1' } } = {}) =>
      spawnSync(process.execPath, [...entry, ...args], {
        cwd: home,
        encoding: 'utf8',
        input,
        env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment },
        maxBuffer: 2 ** 26,
        // A command that hangs must fail its test, not the run.
        timeout: 50_000,
      }),
  };
}

/** One operation, enough for types and a client. */
export const smallApi = `openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}
components:
  schemas:
    Order: {type: object, properties: {id: {type: string}}}
`;
