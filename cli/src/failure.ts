import { type ExitCode, exitCodes } from './exit-codes.ts';

/** A wrong flag, path or config: told in one sentence with what to do, never with a stack trace. */
export class UsageFailure extends Error {
  readonly exitCode: ExitCode = exitCodes.usage;
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
