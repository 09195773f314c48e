import { commands, programDescription } from '../../cli/src/program/commands.ts';
import { createProgram } from '../../cli/src/program/create-program.ts';
import { exitCodeMeanings } from '../../cli/src/program/exit-code-meanings.ts';
import { code, codes, fence, link, table } from './markdown.ts';

type Command = ReturnType<typeof createProgram>;
type Option = Command['options'][number];

/** commands.md: what the parser knows, so that a flag that is not here does not exist. */
export function commandsPage(): string {
  const program = createProgram(async () => {});
  const parsers = new Map(program.commands.flatMap((command) => parsersOf(command)));
  return `# Commands

${programDescription}

${table(
  ['command', 'does'],
  commands.map(({ name, description }) => [link(`millwright ${name}`, ''), description]),
)}
The result goes to stdout, progress and complaints to stderr. \`millwright <command> --help\` shows the same as this page.

${commands.map(({ name, examples }) => section(name, parsers.get(name) as Command, examples)).join('\n')}
## Exit codes

${table(
  ['code', 'means'],
  exitCodeMeanings.map(({ code: exit, meaning }) => [code(String(exit)), meaning]),
)}
## Environment

${table(
  ['variable', 'does'],
  [
    [code('NO_COLOR'), 'any value: no colours, whatever else is set'],
    [code('FORCE_COLOR'), 'any value but 0: colours also where no terminal is'],
    [code('MILLWRIGHT_DEBUG'), 'any value: a bug of Millwright is shown with its stack'],
  ],
)}`;
}

/** A group is no command itself; its commands are found by both words. */
function parsersOf(command: Command): readonly (readonly [name: string, parser: Command])[] {
  if (command.commands.length === 0) return [[command.name(), command]];
  return command.commands.map((inner) => [`${command.name()} ${inner.name()}`, inner]);
}

function section(
  name: string,
  command: Command,
  examples: readonly { readonly line: string; readonly purpose: string }[],
): string {
  const [argument] = command.registeredArguments;
  const width = Math.max(...examples.map(({ line }) => line.length));
  return `## millwright ${name}

${sentenceOf(command.description())}

${fence('', `millwright ${name} ${command.usage()}`)}
${argument === undefined ? '' : `${code(command.usage().split(' ').at(-1) ?? '')}: ${argument.description}\n\n`}${table(['flag', 'does', 'values', 'default'], command.options.map(flagRow))}
${fence('sh', examples.map(({ line, purpose }) => `${line.padEnd(width)}  # ${purpose}`).join('\n'))}`;
}

function flagRow({ flags, description, argChoices, defaultValue }: Option): readonly string[] {
  return [code(flags), description, codes(argChoices), defaultValue === undefined ? '' : code(String(defaultValue))];
}

function sentenceOf(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
