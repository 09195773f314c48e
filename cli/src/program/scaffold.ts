import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const scaffoldAdapterCommand: CommandDeclaration = {
  name: 'scaffold adapter',
  description: 'a project that connects odoo, mes or quality by what its role may consume and publish; written once',
  argument: {
    syntax: '<names...>',
    description: 'odoo, mes or quality, then the contracts (default: those of the config)',
  },
  flags: [
    { syntax: '--out <folder>', description: 'new or empty folder (default: <system>-adapter)' },
    {
      syntax: '--sync',
      description: 'add what a newer contract added to a project, mark what it removed; nothing else is changed',
    },
    {
      syntax: '--sdk <package>',
      description: 'package with types and events of the contract',
      defaultValue: '@millwright/sdk',
    },
    { syntax: '--snapshot <file>', description: 'odoo-models.json of odoo introspect: types of the system side' },
    ...contractFlags,
  ],
  examples: [
    {
      line: 'millwright scaffold adapter mes schemas --out adapters/mes',
      purpose: 'a project for an execution system',
    },
    {
      line: 'millwright scaffold adapter odoo schemas --snapshot odoo-models.json',
      purpose: 'mappings that compile only against the fields of this Odoo',
    },
    {
      line: 'millwright scaffold adapter mes schemas --out adapters/mes --sync',
      purpose: 'follow a newer contract',
    },
  ],
  load: async () => (await import('../commands/scaffold.ts')).scaffold,
};
