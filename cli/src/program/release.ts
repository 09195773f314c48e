import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const releaseCommand: CommandDeclaration = {
  name: 'release',
  description: 'freeze the contracts as a version that later changes are compared with',
  argument: {
    syntax: '<version...>',
    description: 'the version, such as 1.2.0, then files or folders (default: contracts of the config)',
  },
  flags: [{ syntax: '--dry-run', description: 'check and tell, write nothing' }, ...contractFlags],
  examples: [
    { line: 'millwright release 1.2.0', purpose: 'contracts of the config, into released/1.2.0 beside them' },
    { line: 'millwright release 1.2.0 contracts --dry-run', purpose: 'is this version high enough for what changed?' },
  ],
  load: async () => (await import('../commands/release.ts')).release,
};
