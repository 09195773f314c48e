import { CommanderError } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { ScaffoldFailure, StoreFailure, UsageFailure } from './failure.ts';
import { commandGroups, commands } from './program/commands.ts';
import { createProgram } from './program/create-program.ts';
import { printable, processTerminal } from './terminal.ts';

/** Runs one command line and gives the exit code. Bad use and bad input never show a stack trace. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.clean;
  const program = createProgram(async (command, paths, flags) => {
    const run = await command.load();
    // The parser gives what the command declares; flags and interface stand side by side in program/ and commands/.
    exitCode = await run(paths, flags as never, processTerminal(flags['quiet'] === true));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return report(error, args);
  }
  return exitCode;
}

function report(error: unknown, args: readonly string[]): ExitCode {
  const terminal = processTerminal(false);
  if (error instanceof CommanderError) {
    if (error.code === 'commander.unknownCommand') terminal.complain(`Commands: ${namesBeside(args).join(', ')}.`);
    return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  }
  if (error instanceof UsageFailure) {
    const isCoded = error instanceof StoreFailure || error instanceof ScaffoldFailure;
    const code = isCoded ? `${terminal.colours('dim', error.code)} ` : '';
    terminal.complain(
      `${terminal.colours('red', 'error')} ${code}${printable(error.message)}\n  fix     ${printable(error.fix)}`,
    );
    return error.exitCode;
  }
  const system = error as { code?: unknown; message?: unknown };
  if (typeof system.code === 'string' && /^E[A-Z]+$/.test(system.code)) {
    terminal.complain(
      `${terminal.colours('red', 'error')} ${printable(String(system.message))}\n  fix     Check the path, the permissions and the free space.`,
    );
    return exitCodes.usage;
  }
  terminal.complain(
    `${terminal.colours('red', 'This is a bug of Millwright:')} ${printable(error instanceof Error ? error.message : String(error))}\nPlease report it with the command and the contract. MILLWRIGHT_DEBUG=1 shows where it happened.`,
  );
  if (process.env['MILLWRIGHT_DEBUG'] !== undefined && error instanceof Error) terminal.complain(error.stack ?? '');
  return exitCodes.internal;
}

/** What could have been meant: the commands of the group, or the first words of all. */
function namesBeside([first = '']: readonly string[]): readonly string[] {
  if (Object.hasOwn(commandGroups, first))
    return commands.map(({ name }) => name).filter((name) => name.startsWith(`${first} `));
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
}
