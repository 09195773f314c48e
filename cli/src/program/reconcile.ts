import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

export const reconcileCommand: CommandDeclaration = {
  name: 'reconcile',
  description: 'compare what two systems hold of the same objects: missing, extra, different',
  argument: {
    syntax: '<sides...>',
    description:
      'two exports, each role=file with one object a line (.ndjson, .jsonl) or an array (.json); the system of record of the schema is right, else the first',
  },
  flags: [
    {
      syntax: '--key <members>',
      description: 'members that name an object, separated by commas',
      values: 'comma-separated',
    },
    { syntax: '--version-member <member>', description: 'member that grows with each change' },
    {
      syntax: '--schema <name or file>',
      description:
        'schema of the objects: decimals are compared by value, times as instants, unique items in any order; its x-governance names the system of record',
    },
    {
      syntax: '--contract <path>',
      description: 'contract that holds the name; repeatable (default: contracts of the config)',
      values: 'repeatable',
    },
    {
      syntax: '--ignore <pointer>',
      description: 'JSON pointer of what may differ, * for any member or item; repeatable',
      values: 'repeatable',
    },
    { syntax: '--sorted', description: 'both sides come in the order of the key: nothing of them is held in memory' },
    {
      syntax: '--format <format>',
      description: 'form of the result on stdout',
      choices: ['text', 'json'],
      defaultValue: 'text',
    },
    ...contractFlags.filter(({ syntax }) => !syntax.startsWith('--format ')),
  ],
  examples: [
    {
      line: 'millwright reconcile erp=erp.ndjson mes=mes.ndjson --key itemNumber,lotNumber --schema Lot',
      purpose: 'lots of the ERP against those of the MES, by the schema of the config',
    },
    {
      line: 'millwright reconcile a.json b.json --key id --version-member version --ignore /extensions',
      purpose: 'two arrays of any objects, but for what each side adds',
    },
  ],
  load: async () => (await import('../commands/reconcile.ts')).reconcile,
};
