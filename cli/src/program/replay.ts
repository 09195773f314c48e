import { type CommandDeclaration, contractFlags } from './command-declaration.ts';
import { commonFlags, decisionFlags, oneStore, textOrJson } from './store-flags.ts';

export const replayCommand: CommandDeclaration = {
  name: 'replay',
  description: 'send messages again that were sent, with their ids, for a receiver that has lost them',
  flags: [
    oneStore,
    { syntax: '--order <number>', description: 'of this order' },
    { syntax: '--lot <number>', description: 'of this lot' },
    { syntax: '--correlation <id>', description: 'of this business transaction' },
    { syntax: '--since <time>', description: 'sent at this time (ISO 8601, UTC unless it says otherwise) or later' },
    { syntax: '--until <time>', description: 'sent before this time' },
    { syntax: '--limit <count>', description: 'messages at most; more are refused', defaultValue: '1000' },
    {
      syntax: '--window <duration>',
      description: 'how long receivers know a message, where the contract does not say it',
      defaultValue: 'P14D',
    },
    { syntax: '--past-window', description: 'also what receivers may have forgotten, and would apply a second time' },
    {
      syntax: '--contract <path>',
      description: 'contract that says the retention of each type; repeatable (default: contracts of the config)',
      values: 'repeatable',
    },
    { syntax: '--reason <text>', description: 'why; kept in the audit trail' },
    ...decisionFlags,
    textOrJson,
    ...contractFlags.filter(({ syntax }) => /^--(root|allow)/.test(syntax)),
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright replay --order WO-1001 --store erp --dry-run', purpose: 'what was sent for an order' },
    {
      line: 'millwright replay --since 2026-04-15T06:00Z --until 2026-04-15T07:00Z --store erp',
      purpose: 'an hour, after the other side was restored from a backup',
    },
  ],
  load: async () => (await import('../commands/replay.ts')).replay,
};
