import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { UsageFailure } from './failure.ts';
import { formats } from './format/report.ts';
import { printable, processTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

const roleNames = ['erp', 'mes', 'quality', 'warehouse', 'laboratory', 'supplier', 'analytics', 'middleware'];

type Run = (paths: readonly string[], flags: never, terminal: Terminal) => Promise<ExitCode>;

/** Runs one command line and gives the exit code. Bad use and bad input never show a stack trace. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.clean;
  const program = createProgram((load) => async (paths: readonly string[], flags: { quiet?: boolean }) => {
    const run = await load();
    exitCode = await run(paths, flags as never, processTerminal(flags.quiet === true));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return report(error);
  }
  return exitCode;
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  const terminal = processTerminal(false);
  if (error instanceof UsageFailure) {
    terminal.complain(
      `${terminal.colours('red', 'error')} ${printable(error.message)}\n  fix     ${printable(error.fix)}`,
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

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function list(value: string): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give names separated by commas.');
  return names;
}

function withContractOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'form of the result on stdout').choices(formats).default('text'))
    .option('--config <file>', 'config file (default: millwright.config.ts in the working directory)')
    .option('--root <folder>', 'folder that $ref may not leave')
    .option('--allow-remote <uri>', 'beginning of a URI that $ref may fetch; repeatable', collect)
    .option('--allow-duplicate-keys', 'let the last of two JSON members with one name win')
    .option('--quiet', 'no progress on stderr');
}

/** The commands, their flags and their help; each command's code is loaded when it runs. */
export function createProgram(action: (load: () => Promise<Run>) => (...args: never[]) => Promise<void>): Command {
  const program = new Command('millwright')
    .description(
      'Contracts for manufacturing connectivity: lint them, generate an SDK from them, validate data against them.',
    )
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  millwright init                                     start a project in this folder
  millwright generate openapi.yaml --out src/sdk      types and a client from any contract
  millwright lint contracts                           check contracts against the rules
  millwright validate order.json --schema WorkOrder   check data
  millwright explain lint/operation-owner-declared    what a code means and what to do

Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 invalid contract, 70 bug of Millwright.`,
    );
  const run = (load: () => Promise<Run>) => action(load) as unknown as (...args: unknown[]) => Promise<void>;

  program
    .command('init')
    .description('write a config and a first contract into this folder; nothing is overwritten')
    .argument('[paths...]', 'contracts that exist already')
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      '\nExample:\n  millwright init openapi.yaml      a config for a contract that is already here',
    )
    .action(run(async () => (await import('./commands/init.ts')).init as Run));

  withContractOptions(program.command('lint'))
    .description('check contracts against the rules')
    .argument('[paths...]', 'files or folders (default: contracts of the config)')
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that fails the command')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .option('--rule <rule=severity>', 'severity of a rule: error, warning, info or off; repeatable', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  millwright lint schemas --fail-on warning\n  millwright lint openapi.yaml --rule property-example=off --format sarif > lint.sarif',
    )
    .action(run(async () => (await import('./commands/lint.ts')).lint as Run));

  withContractOptions(program.command('validate'))
    .description('check contracts, or data against a schema; "-" reads one JSON value a line from stdin')
    .argument('[paths...]', 'files or folders; "-" for stdin')
    .option(
      '--schema <name or file>',
      'schema of the data: a name of the contract (WorkOrder), or a file with an optional #/pointer',
    )
    .option(
      '--contract <path>',
      'contract that holds the names; repeatable (default: contracts of the config)',
      collect,
    )
    .addOption(
      new Option('--mode <mode>', 'strict: as the schema is written; tolerant: unknown properties are ignored')
        .choices(['strict', 'tolerant'])
        .default('strict'),
    )
    .option('--deep', 'contracts: judged by the AsyncAPI parser and the official meta-schemas as well')
    .addHelpText(
      'after',
      `
Examples:
  millwright validate contracts --deep
  millwright validate order.json --schema WorkOrder --contract schemas
  tail -f events.ndjson | millwright validate - --schema schemas/objects/work-order.yaml
  millwright validate schemas/examples --contract schemas      folders <object>/valid and <object>/invalid tell schema and verdict`,
    )
    .action(run(async () => (await import('./commands/validate.ts')).validate as Run));

  withContractOptions(program.command('generate'))
    .description('generate types, a client and event functions from contracts')
    .argument('[paths...]', 'files or folders (default: contracts of the config)')
    .option('--out <folder>', 'folder for the generated files')
    .option('--generators <names>', 'types, client, events (default: all)', list)
    .addOption(
      new Option('--as <role>', 'least privilege: only what x-governance lets this role use').choices(roleNames),
    )
    .option('--check', 'write nothing; exit 1 when the folder is out of date')
    .option('--watch', 'generate again whenever the contract changes')
    .addOption(
      new Option(
        '--import-extension <extension>',
        'ending of relative imports (default: told by the nearest tsconfig.json)',
      ).choices(['js', 'ts']),
    )
    .addOption(
      new Option('--runtime <runtime>', 'where the small run-time comes from').choices([
        'inline',
        '@millwright/runtime',
      ]),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  millwright generate openapi.yaml --out src/sdk\n  millwright generate schemas --as mes --out src/mes-sdk\n  millwright generate --check          in CI: is the committed output up to date?',
    )
    .action(run(async () => (await import('./commands/generate.ts')).generate as Run));

  program
    .command('explain')
    .description('what a code means, why it matters and what to do; without a code, all of them')
    .argument('[codes...]', 'codes such as lint/operation-owner-declared')
    .addOption(
      new Option('--format <format>', 'form of the result on stdout').choices(['text', 'json']).default('text'),
    )
    .option('--quiet', 'no progress on stderr')
    .action(run(async () => (await import('./commands/explain.ts')).explain as Run));
  return program;
}
