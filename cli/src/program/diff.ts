import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

/** Named here again, because their package is too much to load for `--help`; a test compares. */
const roleNames = ['erp', 'mes', 'quality', 'warehouse', 'laboratory', 'supplier', 'analytics', 'middleware'];

export const diffCommand: CommandDeclaration = {
  name: 'diff',
  description: 'tell what a change of contracts breaks, for whom, and prove it',
  argument: {
    syntax: '<old-new...>',
    description:
      'OLD and NEW, each a file, a folder, git:REV, git:REV:path, release:latest or release:1.2.0 (default of NEW: contracts of the config)',
  },
  flags: [
    {
      syntax: '--fail-on <severity>',
      description: 'lowest severity that fails the command; what is not proven counts as an error',
      choices: ['error', 'warning', 'info', 'never'],
      defaultValue: 'error',
    },
    {
      syntax: '--format <format>',
      description: 'form of the result on stdout',
      choices: ['text', 'json', 'markdown', 'html', 'github', 'sarif', 'junit'],
      defaultValue: 'text',
    },
    {
      syntax: '--for <role>',
      description: 'only what concerns the role: what it may create, update or consume by x-governance',
      choices: roleNames,
    },
    {
      syntax: '--compatibility <mode>',
      description:
        'judge schemas as a schema registry does, whichever way they travel: BACKWARD reads old data, FORWARD is read by old readers, FULL both; _TRANSITIVE with every release up to OLD',
      choices: ['BACKWARD', 'BACKWARD_TRANSITIVE', 'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'],
    },
    {
      syntax: '--approvals <file>',
      description: 'YAML or JSON list of { fingerprint, reason, who, expires }: these findings do not fail',
    },
    ...contractFlags.filter(({ syntax }) => !syntax.startsWith('--format ')),
  ],
  examples: [
    { line: 'millwright diff old.yaml new.yaml', purpose: 'what the new contract breaks' },
    { line: 'millwright diff git:origin/main contracts', purpose: 'the working tree against a git revision' },
    { line: 'millwright diff release:latest contracts --fail-on warning', purpose: 'against the last release, in CI' },
    { line: 'millwright diff git:v1.0.0:api.yaml git:HEAD:api.yaml', purpose: 'one file at two revisions' },
    { line: 'millwright diff release:latest contracts --format html > diff.html', purpose: 'a page to read and send' },
    { line: 'millwright diff release:latest contracts --for mes', purpose: 'what breaks the systems in one role' },
    {
      line: 'millwright diff release:latest contracts --compatibility FULL_TRANSITIVE',
      purpose: 'as a schema registry asks, against all releases',
    },
    {
      line: 'millwright diff odoo-18.json odoo-19.json',
      purpose: 'two snapshots of odoo introspect: what an upgrade breaks',
    },
  ],
  load: async () => (await import('../commands/diff.ts')).diff,
};
