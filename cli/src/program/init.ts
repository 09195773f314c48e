import { type CommandDeclaration, quietFlag } from './command-declaration.ts';

export const initCommand: CommandDeclaration = {
  name: 'init',
  description: 'write a config and a first contract into this folder; nothing is overwritten',
  argument: {
    syntax: '[paths...]',
    description: 'contracts that exist already (default: one to start from is written)',
  },
  flags: [quietFlag],
  examples: [
    { line: 'millwright init', purpose: 'start a project in this folder' },
    { line: 'millwright init openapi.yaml', purpose: 'a config for a contract that is already here' },
  ],
  load: async () => (await import('../commands/init.ts')).init,
};
