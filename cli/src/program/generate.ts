import { compileAtOnce } from '../engine-flags.ts';
import { type CommandDeclaration, contractFlags } from './command-declaration.ts';

/** The roles and generators are named here again, because their packages are too much to load for `--help`; a test compares. */
const roleNames = ['erp', 'mes', 'quality', 'warehouse', 'laboratory', 'supplier', 'analytics', 'middleware'];
const sdkNames = ['types', 'client', 'events', 'validators', 'flows', 'vocabularies'];
const operatorNames = ['permissions'];

export const generateCommand: CommandDeclaration = {
  name: 'generate',
  description: 'generate types, a client, event functions, validators and flows from contracts',
  argument: { syntax: '[paths...]', description: 'files or folders (default: contracts of the config)' },
  flags: [
    {
      syntax: '--out <folder>',
      description: 'folder for the generated files (default: out of the config)',
    },
    {
      syntax: '--generators <names>',
      description: `some of ${sdkNames.join(', ')} (default: all of these) and ${operatorNames.join(', ')}, separated by commas`,
      values: 'comma-separated',
    },
    {
      syntax: '--as <role>',
      description: 'least privilege: only what x-governance lets this role use',
      choices: roleNames,
    },
    {
      syntax: '--systems <file>',
      description:
        'register of the systems that get permissions at their brokers, such as schemas/governance/systems.yaml',
    },
    { syntax: '--check', description: 'write nothing; exit 1 when the folder is out of date' },
    { syntax: '--watch', description: 'generate again whenever the contract changes' },
    {
      syntax: '--import-extension <extension>',
      description: 'ending of relative imports (default: told by the nearest tsconfig.json)',
      choices: ['js', 'ts'],
    },
    {
      syntax: '--runtime <runtime>',
      description: 'where the small run-time comes from (default: inline)',
      choices: ['inline', '@millwright/runtime'],
    },
    ...contractFlags,
  ],
  examples: [
    { line: 'millwright generate openapi.yaml --out src/sdk', purpose: 'types and a client from any contract' },
    { line: 'millwright generate contracts --as mes --out src/mes-sdk', purpose: 'only what an MES may do' },
    {
      line: 'millwright generate schemas --generators permissions --systems schemas/governance/systems.yaml --out brokers',
      purpose: 'what each system may do at NATS, RabbitMQ, mosquitto and Kafka',
    },
    { line: 'millwright generate --check', purpose: 'in CI: is the committed output up to date?' },
  ],
  load: async () => {
    compileAtOnce();
    return (await import('../commands/generate.ts')).generate;
  },
};
