import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const validateCommand: CommandDeclaration = {
  name: 'validate',
  description: 'check contracts, or data against a schema',
  argument: {
    syntax: '[paths...]',
    description: 'files or folders; "-" reads one JSON value a line from stdin (default: contracts of the config)',
  },
  flags: [
    {
      syntax: '--schema <name or file>',
      description: 'schema of the data: a name of the contract (WorkOrder), or a file with an optional #/pointer',
    },
    {
      syntax: '--contract <path>',
      description: 'contract that holds the names; repeatable (default: contracts of the config)',
      values: 'repeatable',
    },
    {
      syntax: '--mode <mode>',
      description: 'strict: as the schema is written; tolerant: unknown properties are ignored',
      choices: ['strict', 'tolerant'],
      defaultValue: 'strict',
    },
    { syntax: '--deep', description: 'contracts: judged by the AsyncAPI parser as well' },
    ...contractFlags,
  ],
  examples: [
    {
      line: 'millwright validate order.json --schema WorkOrder',
      purpose: 'check data; the config names the contracts',
    },
    { line: 'millwright validate contracts --deep', purpose: 'check contracts; AsyncAPI by its own parser, too' },
    {
      line: 'tail -f orders.ndjson | millwright validate - --schema contracts/order.yaml',
      purpose: 'a stream, one value a line',
    },
    {
      line: 'millwright validate examples --contract contracts',
      purpose: 'folders <object>/valid and <object>/invalid tell schema and verdict',
    },
  ],
  load: async () => (await import('../commands/validate.ts')).validate,
};
