import { type CommandDeclaration, quietFlag } from './command-declaration.ts';

export const explainCommand: CommandDeclaration = {
  name: 'explain',
  description: 'what a code means, why it matters and what to do; without a code, all of them',
  argument: { syntax: '[codes...]', description: 'codes as findings show them' },
  flags: [
    {
      syntax: '--format <format>',
      description: 'form of the result on stdout',
      choices: ['text', 'json'],
      defaultValue: 'text',
    },
    quietFlag,
  ],
  examples: [
    { line: 'millwright explain lint/owner-declared', purpose: 'what a code means and what to do' },
    { line: 'millwright explain', purpose: 'all codes' },
  ],
  load: async () => (await import('../commands/explain.ts')).explain,
};
