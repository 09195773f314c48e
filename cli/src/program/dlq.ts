import type { CommandDeclaration, Flag } from './command-declaration.ts';
import { commonFlags, decisionFlags, oneStore, textOrJson } from './store-flags.ts';

/** Named here again, because the runtime is too much to load for `--help`; types compare them where they are used. */
const kinds = ['transient', 'permanent', 'poison', 'unauthorised', 'contract'];

const numbers = { syntax: '[numbers...]', description: 'numbers of letters, as dlq list shows them' };

/** Which letters, where no numbers are given. */
const selection: readonly Flag[] = [
  { syntax: '--group <group>', description: 'all of a group, by the name that dlq list shows' },
  { syntax: '--all-of-kind <kind>', description: 'all that failed in this way', choices: kinds },
];

export const dlqListCommand: CommandDeclaration = {
  name: 'dlq list',
  description: 'dead letters, grouped by what went wrong',
  flags: [
    oneStore,
    { syntax: '--letters', description: 'one by one instead of in groups' },
    { syntax: '--kind <kind>', description: 'only those that failed in this way', choices: kinds },
    { syntax: '--type <type>', description: 'only messages of this CloudEvents type' },
    { syntax: '--group <group>', description: 'only those of a group' },
    {
      syntax: '--state <state>',
      description: 'buried: to be decided; all: also what was decided',
      choices: ['buried', 'replayed', 'discarded', 'all'],
      defaultValue: 'buried',
    },
    { syntax: '--limit <count>', description: 'letters at most, with --letters', defaultValue: '100' },
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright dlq list --store sqlite:erp.db', purpose: 'what waits for a decision, and how much of it' },
    { line: 'millwright dlq list --store erp --letters --kind contract', purpose: 'the letters, one by one' },
  ],
  load: async () => (await import('../commands/dlq/list.ts')).listLetters,
};

export const dlqShowCommand: CommandDeclaration = {
  name: 'dlq show',
  description: 'everything about one dead letter, with its payload',
  argument: { syntax: '<number>', description: 'number of the letter' },
  flags: [
    oneStore,
    { syntax: '--raw', description: 'only the bytes of the payload, as they came' },
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright dlq show 12 --store erp', purpose: 'why it failed, and what it was' },
    { line: 'millwright dlq show 12 --store erp --raw > letter-12.json', purpose: 'the original bytes' },
  ],
  load: async () => (await import('../commands/dlq/show.ts')).showLetter,
};

export const dlqReplayCommand: CommandDeclaration = {
  name: 'dlq replay',
  description: 'send dead letters again, with their ids, so that none is applied twice',
  argument: numbers,
  flags: [
    oneStore,
    ...selection,
    { syntax: '--reason <text>', description: 'why they will be applied now; kept in the audit trail' },
    ...decisionFlags,
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright dlq replay 12 13 --store erp --reason "item created"', purpose: 'two letters' },
    { line: 'millwright dlq replay --group 3f2a91c0 --store erp --dry-run', purpose: 'what a whole group would be' },
  ],
  load: async () => (await import('../commands/dlq/decide.ts')).replayLetters,
};

export const dlqDiscardCommand: CommandDeclaration = {
  name: 'dlq discard',
  description: 'decide that nobody will apply them; they are kept until they are purged',
  argument: numbers,
  flags: [
    oneStore,
    ...selection,
    { syntax: '--reason <text>', description: 'why; kept in the audit trail, and demanded' },
    ...decisionFlags,
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright dlq discard 12 --store erp --reason "test order"', purpose: 'one letter, with the reason' },
  ],
  load: async () => (await import('../commands/dlq/decide.ts')).discardLetters,
};
