import { type CommandDeclaration, contractFlags } from './command-declaration.ts';
import { commonFlags, severalStores } from './store-flags.ts';

export const traceCommand: CommandDeclaration = {
  name: 'trace',
  description: 'what happened to an order, across the stores of all its systems',
  argument: { syntax: '[order]', description: 'number of the order' },
  flags: [
    severalStores,
    { syntax: '--lot <number>', description: 'of this lot, instead of or besides the order' },
    { syntax: '--correlation <id>', description: 'of this business transaction, instead of or besides the order' },
    {
      syntax: '--contract <path>',
      description: 'contract that says how late each type may be; repeatable (default: contracts of the config)',
      values: 'repeatable',
    },
    {
      syntax: '--format <format>',
      description: 'form of the result on stdout; mermaid is a sequence diagram',
      choices: ['text', 'json', 'mermaid'],
      defaultValue: 'text',
    },
    ...contractFlags.filter(({ syntax }) => /^--(root|allow)/.test(syntax)),
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright trace WO-1001', purpose: 'in the stores of the config' },
    {
      line: 'millwright trace WO-1001 --store sqlite:erp.db --store mes=env:MES_URL --contract contracts',
      purpose: 'two systems, and what is late by the contract',
    },
    { line: 'millwright trace --lot L-42 --format mermaid > lot.mmd', purpose: 'a lot, as a diagram' },
  ],
  load: async () => (await import('../commands/trace.ts')).trace,
};
