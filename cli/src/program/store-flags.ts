import { configFlag, type Flag, quietFlag } from './command-declaration.ts';

const storeSyntax = '--store <store>';
const storeForms = 'sqlite:FILE, postgres://HOST/DATABASE?schema=NAME, env:VARIABLE, or a name of the config';

/** Of a command that works on one store. */
export const oneStore: Flag = { syntax: storeSyntax, description: `${storeForms} (default: that of the config)` };

/** Of a command that reads several at once. */
export const severalStores: Flag = {
  syntax: storeSyntax,
  description: `${storeForms}, with NAME= before it to call it so; repeatable (default: all of the config)`,
  values: 'repeatable',
};

export const textOrJson: Flag = {
  syntax: '--format <format>',
  description: 'form of the result on stdout',
  choices: ['text', 'json'],
  defaultValue: 'text',
};

/** Of a command that changes something: kept in the audit trail. */
export const decisionFlags: readonly Flag[] = [
  { syntax: '--as <name>', description: 'who decides (default: the user who runs the command)' },
  { syntax: '--dry-run', description: 'tell what would be done, and do nothing' },
];

export const commonFlags: readonly Flag[] = [configFlag, quietFlag];
