import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import { type ContractFlags, contractPaths, count, openContract } from '../input/open-contract.ts';
import { createMockServer } from '../mock/mock-server.ts';
import type { Terminal } from '../terminal.ts';

export interface MockFlags extends ContractFlags {
  readonly port: string;
  readonly host: string;
  readonly seed: string;
  readonly delay: string;
  readonly fail: string;
  readonly drop: string;
  readonly config?: string;
}

const bodyMax = 2 ** 20;

/** `millwright mock`: answers as the contract says until it is stopped. The address is the result, so it goes to stdout. */
export async function mock(paths: readonly string[], flags: MockFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const [port, delayMs] = [numberOf('--port', flags.port, 65_535), numberOf('--delay', flags.delay, 600_000)];
  const [failRate, dropRate] = [numberOf('--fail', flags.fail, 1), numberOf('--drop', flags.drop, 1)];
  const [contract, diagnostics] = await openContract(contractPaths(paths, loaded, 'mock'), flags, loaded, terminal);
  if (contract === undefined) {
    const summary = `Nothing is served: ${count(diagnostics.length, 'error')} in the contract.`;
    await writeReport({ command: 'mock', diagnostics, summary }, 'text', terminal);
    return exitCodes.invalidContract;
  }
  if (contract.operations.length === 0)
    throw new UsageFailure('The contract has no HTTP operation', 'Name an OpenAPI document with paths.');
  const behaviour = { delayMs, failRate, dropRate };
  const server = createMockServer(contract, { ...behaviour, seed: flags.seed, bodyMax, onAnswer: terminal.progress });
  const failed = once(server, 'error').then(([error]) => error as NodeJS.ErrnoException);
  server.listen(port, flags.host);
  const error = await Promise.race([failed, once(server, 'listening').then(() => undefined)]);
  if (error !== undefined)
    throw new UsageFailure(
      `${flags.host}:${port} cannot be listened on (${error.code ?? error.message})`,
      'Take another --port; 0 is any that is free.',
    );
  const { port: taken } = server.address() as AddressInfo;
  terminal.write(`http://${flags.host.includes(':') ? `[${flags.host}]` : flags.host}:${taken}\n`);
  terminal.progress(`${count(contract.operations.length, 'operation')} of the contract; Ctrl-C ends`);
  await ended();
  server.closeAllConnections();
  server.close();
  return exitCodes.clean;
}

function numberOf(flag: string, text: string, max: number): number {
  const value = Number(text);
  const isRate = max === 1;
  if (text.trim() !== '' && value >= 0 && value <= max && (isRate || Number.isInteger(value))) return value;
  throw new UsageFailure(
    `${flag} ${text} is no ${isRate ? 'rate' : 'number that it takes'}`,
    isRate ? `Write a number from 0 to 1, such as ${flag} 0.1.` : `Write a whole number from 0 to ${max}.`,
  );
}

async function ended(): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  controller.abort();
}
