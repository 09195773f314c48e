import { type CommandDeclaration, quietFlag } from './command-declaration.ts';

export const odooIntrospectCommand: CommandDeclaration = {
  name: 'odoo introspect',
  description:
    'models and fields of a live Odoo, as a snapshot and as types under which a wrong mapping does not compile',
  argument: {
    syntax: '[models...]',
    description: 'models such as stock.lot (default: those that hold canonical objects)',
  },
  flags: [
    {
      syntax: '--url <address>',
      description: 'https://login:key@host/database, or env:NAME for a variable that holds it (default: env:ODOO_URL)',
      defaultValue: 'env:ODOO_URL',
    },
    {
      syntax: '--protocol <name>',
      description: 'json-2 for Odoo 19 and later, json-rpc for 14 to 18',
      choices: ['json-2', 'json-rpc'],
      defaultValue: 'json-2',
    },
    {
      syntax: '--out <folder>',
      description: 'folder for odoo-models.json and odoo-models.ts (default: the snapshot on stdout)',
    },
    { syntax: '--timeout <ms>', description: 'milliseconds that each call may take', defaultValue: '60000' },
    quietFlag,
  ],
  examples: [
    { line: 'millwright odoo introspect --url env:ODOO_URL --out src/odoo', purpose: 'what the mapping is typed with' },
    {
      line: 'millwright odoo introspect --protocol json-rpc stock.lot mrp.production > before.json',
      purpose: 'two models of an older Odoo, before an upgrade',
    },
  ],
  load: async () => (await import('../commands/odoo/introspect.ts')).introspect,
};
