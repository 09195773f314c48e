import { roles } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../cli/src/exit-codes.ts';
import { commandGroups, commands } from '../../cli/src/program/commands.ts';
import { createProgram } from '../../cli/src/program/create-program.ts';
import { exitCodeMeanings } from '../../cli/src/program/exit-code-meanings.ts';
import { generators } from '../../generators/src/index.ts';

/** Words of a shell line up to the first redirection; of a pipe the part that starts with millwright. */
function wordsOf(line: string): readonly string[] {
  const own = line.split('|').find((part) => part.trim().startsWith('millwright')) ?? '';
  return (own.split('>')[0] ?? '').trim().split(/\s+/).slice(1);
}

describe('the declared commands', () => {
  it('offer --as for every role of the contracts, though they do not load them', () => {
    const flag = commands
      .find(({ name }) => name === 'generate')
      ?.flags.find(({ syntax }) => syntax.startsWith('--as'));
    expect(flag?.choices).toEqual(roles);
  });

  it('name every generator, though they do not load them', () => {
    const flag = commands
      .find(({ name }) => name === 'generate')
      ?.flags.find(({ syntax }) => syntax.startsWith('--generators'));
    for (const { name } of generators) expect(flag?.description).toContain(name);
  });

  it('have a meaning for every exit code', () => {
    expect(exitCodeMeanings.map(({ code }) => code)).toEqual(Object.values(exitCodes));
  });

  it('say what each group is, and none that is no group', () => {
    const groups = commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]] : []));
    expect([...new Set(groups)].sort()).toEqual(Object.keys(commandGroups).sort());
  });

  it('are shown on a terminal of 80 columns, but for lines that are to be copied', () => {
    const program = createProgram(async () => {});
    const shown = [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)].map(
      (command) => {
        let text = '';
        command.configureOutput({
          writeOut: (part) => {
            text += part;
          },
          getOutHelpWidth: () => 80,
        });
        command.outputHelp();
        return text;
      },
    );
    const lines = shown.flatMap((text) => text.split('\n'));
    for (const { name, examples } of commands)
      for (const { line, purpose } of examples) {
        expect(
          lines.some((shownLine) => shownLine.startsWith(`  ${line}`)),
          name,
        ).toBe(true);
        expect(shown.join('').replace(/\s+/g, ' ')).toContain(purpose);
      }
    const copied = new Set(commands.flatMap(({ examples }) => examples.map(({ line }) => `  ${line}`)));
    expect(lines.filter((line) => line.length > 80 && !copied.has(line))).toEqual([]);
  });

  it('are found by help, those of a group by both words', async () => {
    for (const { name, description } of commands) {
      const program = createProgram(async () => {});
      let text = '';
      for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)])
        command.configureOutput({
          writeOut: (part) => {
            text += part;
          },
        });
      await expect(program.parseAsync(['help', ...name.split(' ')], { from: 'user' })).rejects.toMatchObject({
        code: 'commander.help',
        exitCode: 0,
      });
      expect(text).toContain(`Usage: millwright ${name} [options]`);
      expect(text.replace(/\s+/g, ' ')).toContain(description);
    }
  });

  for (const command of commands) {
    describe(command.name, () => {
      it('loads a function when it runs', async () => {
        expect(typeof (await command.load())).toBe('function');
      });

      it('declares no flag twice', () => {
        const names = command.flags.map(({ syntax }) => syntax.split(' ')[0]);
        expect(names).toEqual([...new Set(names)]);
      });

      for (const { line } of command.examples)
        it(`takes its example: ${line}`, async () => {
          const called: string[] = [];
          const program = createProgram(async ({ name }) => void called.push(name));
          await program.parseAsync([...wordsOf(line)], { from: 'user' });
          expect(called).toEqual([command.name]);
        });
    });
  }
});
