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

/** Of a terminal whose width is not known; the parser takes the same for what it lays out. */
const columns = 80;

/** The parser of the command line, made from what the commands declare. */
export function createProgram(action: Action): Command {
  const program = new Command('millwright')
    .description(programDescription)
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText('after', `\n${examplesText(firstExamples(isFirstOfItsGroup))}\n\n${exitCodesText()}`);
  for (const declaration of commands) addCommand(program, declaration, action);
  program
    .command('help [command...]')
    .description('show help for a command')
    .action((names: readonly string[]) => helpOf(program, names));
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

/** The parser's own command for this takes one word, so it would show the group instead of a command in it. */
function helpOf(program: Command, names: readonly string[]): void {
  let found = program;
  for (const name of names)
    found =
      found.commands.find((command) => command.name() === name) ??
      program.error(`error: unknown command '${names.join(' ')}'`, { code: 'commander.unknownCommand' });
  found.help();
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
      .addHelpText('after', `\n${examplesText(firstExamples(({ name: own }) => own.startsWith(`${name} `)))}`)
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

function isFirstOfItsGroup({ name }: CommandDeclaration): boolean {
  const [word] = name.split(' ');
  return commands.find((command) => command.name.split(' ')[0] === word)?.name === name;
}

/** The first of each command. */
function firstExamples(isMeant: (command: CommandDeclaration) => boolean): readonly CommandExample[] {
  return commands.filter(isMeant).flatMap(({ examples }) => examples.slice(0, 1));
}

function examplesText(examples: readonly CommandExample[]): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  const besides = examples.map(({ line, purpose }) => `  ${line.padEnd(width)}  ${purpose}`);
  // A line that can be copied is not broken, so what it is for goes below where there is no room beside it.
  const lines = besides.every(({ length }) => length <= columns)
    ? besides
    : examples.map(({ line, purpose }) => `  ${line}\n${wrapped(purpose, '      ')}`);
  return `Examples:\n${lines.join('\n')}`;
}

function exitCodesText(): string {
  return wrapped(`Exit codes: ${exitCodeMeanings.map(({ code, short }) => `${code} ${short}`).join(', ')}.`, '');
}

function wrapped(text: string, indent: string): string {
  const lines = text.match(new RegExp(`.{1,${columns - indent.length}}(?:\\s|$)`, 'g')) ?? [text];
  return lines.map((line) => `${indent}${line.trimEnd()}`).join('\n');
}
