import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const simulateCommand: CommandDeclaration = {
  name: 'simulate',
  description:
    'print the events of a plant by an AsyncAPI contract: valid, with shifts and bursts, the same for the same seed',
  argument: { syntax: '[paths...]', description: 'files or folders (default: contracts of the config)' },
  flags: [
    { syntax: '--rate <number>', description: 'events a second in an ordinary day shift', defaultValue: '10' },
    { syntax: '--for <seconds>', description: 'how much plant time', defaultValue: '60' },
    { syntax: '--from <time>', description: 'plant time of the beginning, RFC 3339 (default: now)' },
    {
      syntax: '--speed <factor>',
      description: 'plant time in real time: 1 as it passes, 60 a minute a second, 0 without waiting',
      defaultValue: '0',
    },
    { syntax: '--seed <text>', description: 'what happens is the same for the same seed', defaultValue: 'millwright' },
    ...contractFlags.filter(({ syntax }) => !syntax.startsWith('--format ')),
  ],
  examples: [
    { line: 'millwright simulate contracts > events.ndjson', purpose: 'a minute of a plant, one event a line' },
    {
      line: 'millwright simulate contracts --from 2026-01-31T13:55:00Z --for 600 --rate 100',
      purpose: 'the shift change at a month end',
    },
    {
      line: 'millwright simulate contracts --speed 1 --rate 1000 --for 3600',
      purpose: 'an hour of load, as it happens',
    },
  ],
  load: async () => (await import('../commands/simulate.ts')).simulate,
};
