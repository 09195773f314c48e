import type { ExitCode } from '../exit-codes.ts';
import { formats } from '../format/report.ts';
import type { Terminal } from '../terminal.ts';

/** What a command does once its arguments and flags are read. `Flags` is the command's own interface. */
export type Run<Flags> = (paths: readonly string[], flags: Flags, terminal: Terminal) => Promise<ExitCode>;

/** One flag. Without a value in its syntax it is a switch. */
export interface Flag {
  /** As people write it: `--out <folder>`. */
  readonly syntax: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly defaultValue?: string;
  /** `repeatable` collects the values of several flags, `comma-separated` splits one value. */
  readonly values?: 'repeatable' | 'comma-separated';
}

/** A command line that works as it stands, and what it is for. */
export interface CommandExample {
  readonly line: string;
  readonly purpose: string;
}

/**
 * What a command says about itself: parser, help and reference page are made from it. It imports nothing of what the
 * command needs; `load` does when the command runs, so that `--help` stays fast.
 */
export interface CommandDeclaration {
  /** One word, or two: `dlq list` is the command `list` of the group `dlq`. */
  readonly name: string;
  readonly description: string;
  readonly argument?: { readonly syntax: string; readonly description: string };
  readonly flags: readonly Flag[];
  readonly examples: readonly CommandExample[];
  readonly load: () => Promise<Run<never>>;
}

export const quietFlag: Flag = { syntax: '--quiet', description: 'no progress on stderr' };

export const configFlag: Flag = {
  syntax: '--config <file>',
  description: 'config file (default: millwright.config.ts in the working directory)',
};

/** Flags of every command that reads contracts. */
export const contractFlags: readonly Flag[] = [
  { syntax: '--format <format>', description: 'form of the result on stdout', choices: formats, defaultValue: 'text' },
  configFlag,
  { syntax: '--root <folder>', description: 'folder that $ref may not leave' },
  {
    syntax: '--allow-remote <uri>',
    description: 'beginning of a URI that $ref may fetch; repeatable',
    values: 'repeatable',
  },
  { syntax: '--allow-duplicate-keys', description: 'let the last of two JSON members with one name win' },
  quietFlag,
];
