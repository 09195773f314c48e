import { formats } from '../format/report.ts';
import type { CommandDeclaration } from './command-declaration.ts';
import { commonFlags, oneStore, textOrJson } from './store-flags.ts';

export const auditVerifyCommand: CommandDeclaration = {
  name: 'audit verify',
  description: 'follow the chain of the audit trail, and hold it against signed checkpoints',
  flags: [
    oneStore,
    {
      syntax: '--checkpoints <file>',
      description: 'what audit checkpoint has written; kept where nobody who can write the store can write',
    },
    { syntax: '--public-key <file>', description: 'key that the checkpoints are signed with' },
    {
      syntax: '--format <format>',
      description: 'form of the result on stdout',
      choices: formats,
      defaultValue: 'text',
    },
    ...commonFlags,
  ],
  examples: [
    { line: 'millwright audit verify --store sqlite:erp.db', purpose: 'the chain alone: finds altered rows only' },
    {
      line: 'millwright audit verify --store erp --checkpoints erp.checkpoints --public-key audit.key.pub',
      purpose: 'finds an altered row, a tail that was cut off, and a chain that was computed anew',
    },
  ],
  load: async () => (await import('../commands/audit/verify.ts')).verify,
};

export const auditCheckpointCommand: CommandDeclaration = {
  name: 'audit checkpoint',
  description: 'sign what the audit trail is now, and append it to a file',
  flags: [
    oneStore,
    { syntax: '--key <file>', description: 'private key, as audit key makes it' },
    { syntax: '--out <file>', description: 'file of the checkpoints of this store' },
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    {
      line: 'millwright audit checkpoint --store erp --key audit.key --out /mnt/vault/erp.checkpoints',
      purpose: 'every hour, say, to a place that the application cannot write',
    },
  ],
  load: async () => (await import('../commands/audit/checkpoint.ts')).checkpoint,
};

export const auditKeyCommand: CommandDeclaration = {
  name: 'audit key',
  description: 'make a pair of keys for checkpoints; FILE is the private one, FILE.pub the public one',
  argument: { syntax: '<file>', description: 'file of the private key, which must not exist' },
  flags: commonFlags.filter(({ syntax }) => syntax === '--quiet'),
  examples: [{ line: 'millwright audit key audit.key', purpose: 'audit.key signs, audit.key.pub verifies' }],
  load: async () => (await import('../commands/audit/key.ts')).makeKey,
};
