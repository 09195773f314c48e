import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const lintCommand: CommandDeclaration = {
  name: 'lint',
  description: 'check contracts against the rules',
  argument: { syntax: '[paths...]', description: 'files or folders (default: contracts of the config)' },
  flags: [
    {
      syntax: '--fail-on <severity>',
      description: 'lowest severity that fails the command',
      choices: ['error', 'warning', 'info', 'never'],
      defaultValue: 'error',
    },
    {
      syntax: '--rule <rule=severity>',
      description: 'severity of a rule: error, warning, info or off; repeatable',
      values: 'repeatable',
    },
    ...contractFlags,
  ],
  examples: [
    { line: 'millwright lint contracts', purpose: 'check contracts against the rules' },
    { line: 'millwright lint contracts --fail-on warning', purpose: 'warnings fail, too' },
    { line: 'millwright lint openapi.yaml --rule property-example=off', purpose: 'without one rule' },
    { line: 'millwright lint contracts --format sarif > lint.sarif', purpose: 'for code scanning' },
  ],
  load: async () => (await import('../commands/lint.ts')).lint,
};
