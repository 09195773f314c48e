import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** What each exit code tells a script. */
export const exitCodeMeanings: readonly {
  readonly code: ExitCode;
  readonly short: string;
  readonly meaning: string;
}[] = [
  { code: exitCodes.clean, short: 'clean', meaning: 'Done; nothing to object to.' },
  {
    code: exitCodes.findings,
    short: 'findings',
    meaning:
      'Read, but not as it should be: findings, data that breaks its schema, output that is out of date, what an operator looks for and is not there.',
  },
  { code: exitCodes.usage, short: 'wrong usage', meaning: 'A wrong flag, path or config; nothing was done.' },
  {
    code: exitCodes.invalidContract,
    short: 'invalid contract or store',
    meaning: 'A contract or a store cannot be read, or is not what it should be; nothing was written.',
  },
  { code: exitCodes.internal, short: 'bug of Millwright', meaning: 'A bug of Millwright; please report it.' },
];
