import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.ts';
import type { CommandDeclaration, CommandExample, Flag } from './command-declaration.ts';
import { commandGroups, commands, programDescription } from './commands.ts';
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
  const words = name.split(' ');
  const [group = ''] = words;
  const parent = words.length === 1 ? program : groupOf(program, group);
  const command = parent
    .command(words.at(-1) ?? name)
    .description(description)
    .addHelpText('after', `\n${examplesText(examples)}`);
  if (argument === undefined) command.action(async (values: FlagValues) => action(declaration, [], values));
  else
    command
      .argument(argument.syntax, argument.description)
      .action(async (given: string | readonly string[] | undefined, values: FlagValues) =>
        action(declaration, [given ?? []].flat(), values),
      );
  for (const flag of flags) command.addOption(optionOf(flag));
}

type FlagValues = Readonly<Record<string, unknown>>;

/** The command that holds those of a group; made with the first of them. */
function groupOf(program: Command, name: string): Command {
  return (
    program.commands.find((command) => command.name() === name) ??
    program
      .command(name)
      .description(commandGroups[name] ?? '')
      .helpCommand('help [command]', 'show help for a command')
  );
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

/** One of each command, or of each group. */
function firstExamples(): readonly CommandExample[] {
  const first = new Map<string, CommandExample>();
  for (const { name, examples } of commands) {
    const [word = ''] = name.split(' ');
    const [example] = examples;
    if (!first.has(word) && example !== undefined) first.set(word, example);
  }
  return [...first.values()];
}

function examplesText(examples: readonly CommandExample[]): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  return `Examples:\n${examples.map(({ line, purpose }) => `  ${line.padEnd(width)}  ${purpose}`).join('\n')}`;
}

function exitCodesText(): string {
  return `Exit codes: ${exitCodeMeanings.map(({ code, short }) => `${code} ${short}`).join(', ')}.`;
}
