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

/** A system that cannot be read. */
export class ServerFailure extends UsageFailure {
  override readonly exitCode: ExitCode = exitCodes.invalidContract;
}

/** A store that is not what it is said to be, or cannot be reached, as a server cannot without its driver. */
export class StoreFailure extends UsageFailure {
  override readonly exitCode: ExitCode = exitCodes.invalidContract;
  readonly code: string;

  constructor(code: string, message: string, fix: string) {
    super(message, fix);
    this.code = code;
  }
}

/** A scaffolded project that cannot be followed. */
export class ScaffoldFailure extends UsageFailure {
  readonly code: string;

  constructor(code: string, message: string, fix: string) {
    super(message, fix);
    this.code = code;
  }
}
