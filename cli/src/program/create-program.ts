import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.ts';
import type { CommandDeclaration, CommandExample, Flag } from './command-declaration.ts';
import { commands, programDescription } from './commands.ts';
import { exitCodeMeanings } from './exit-code-meanings.ts';

/** Called with the command that was asked for, its arguments and its flags by name. */
export type Action = (
  declaration: CommandDeclaration,
  paths: readonly string[],
  flags: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** The parser of the command line, made from what the commands declare. */
export function createProgram(action: Action): Command {
  const program = new Command('millwright')
    .description(programDescription)
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText('after', `\n${examplesText(firstExamples())}\n\n${exitCodesText()}`);
  for (const declaration of commands) addCommand(program, declaration, action);
  return program;
}

function addCommand(program: Command, declaration: CommandDeclaration, action: Action): void {
  const { name, description, argument, flags, examples } = declaration;
  const command = program
    .command(name)
    .description(description)
    .argument(argument.syntax, argument.description)
    .addHelpText('after', `\n${examplesText(examples)}`)
    .action(async (paths: readonly string[], values: Readonly<Record<string, unknown>>) =>
      action(declaration, paths, values),
    );
  for (const flag of flags) command.addOption(optionOf(flag));
}

function optionOf({ syntax, description, choices, defaultValue, values }: Flag): Option {
  const option = new Option(syntax, description);
  if (choices !== undefined) option.choices(choices);
  if (defaultValue !== undefined) option.default(defaultValue);
  if (values === 'repeatable')
    option.argParser((value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]);
  if (values === 'comma-separated') option.argParser(namesOf);
  return option;
}

function namesOf(value: string): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give names separated by commas.');
  return names;
}

function firstExamples(): readonly CommandExample[] {
  return commands.flatMap(({ examples }) => examples.slice(0, 1));
}

function examplesText(examples: readonly CommandExample[]): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  return `Examples:\n${examples.map(({ line, purpose }) => `  ${line.padEnd(width)}  ${purpose}`).join('\n')}`;
}

function exitCodesText(): string {
  return `Exit codes: ${exitCodeMeanings.map(({ code, short }) => `${code} ${short}`).join(', ')}.`;
}
