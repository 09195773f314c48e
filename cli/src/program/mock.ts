import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const mockCommand: CommandDeclaration = {
  name: 'mock',
  description: 'serve an OpenAPI contract as if it were there: keeps what it is given, checks requests, can misbehave',
  argument: { syntax: '[paths...]', description: 'files or folders (default: contracts of the config)' },
  flags: [
    { syntax: '--port <number>', description: 'port to listen on; 0 is any that is free', defaultValue: '4010' },
    { syntax: '--host <address>', description: 'address to listen on', defaultValue: '127.0.0.1' },
    {
      syntax: '--seed <text>',
      description: 'what is made up is the same for the same seed',
      defaultValue: 'millwright',
    },
    { syntax: '--delay <ms>', description: 'milliseconds before every answer', defaultValue: '0' },
    { syntax: '--fail <rate>', description: 'share of requests that get 503, from 0 to 1', defaultValue: '0' },
    {
      syntax: '--drop <rate>',
      description: 'share of connections that end without an answer, half of them after the work was done',
      defaultValue: '0',
    },
    ...contractFlags.filter(({ syntax }) => !syntax.startsWith('--format ')),
  ],
  examples: [
    { line: 'millwright mock openapi.yaml', purpose: 'serve it on port 4010' },
    { line: 'millwright mock contracts --port 0 --seed 7', purpose: 'on any free port, which is printed' },
    { line: 'millwright mock openapi.yaml --delay 200 --fail 0.1 --drop 0.05', purpose: 'as a bad day' },
  ],
  load: async () => (await import('../commands/mock.ts')).mock,
};
