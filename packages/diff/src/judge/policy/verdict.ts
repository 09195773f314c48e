import type { Severity } from '@millwright/contract';

/** How a kind of change is judged and told. `{name}`, `{before}`, `{after}` and `{operation}` are filled in. */
export interface Verdict {
  readonly severity: Severity;
  /** What breaks: values on the wire, or only code that was generated from the contract. */
  readonly breaks: 'wire' | 'code' | 'nothing';
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
}

export type Verdicts = Readonly<Record<string, Verdict>>;

/** Somebody who keeps to the old contract fails. */
export const broken = (message: string, why: string, fix: string): Verdict => ({
  severity: 'error',
  breaks: 'wire',
  message,
  why,
  fix,
});

/** Only somebody who relies on more than the contract said can notice. */
export const noticed = (message: string, why: string, fix: string): Verdict => ({
  severity: 'warning',
  breaks: 'wire',
  message,
  why,
  fix,
});

/** The wire is the same; code that was generated from the contract is not. */
export const renamed = (message: string, why: string, fix: string): Verdict => ({
  severity: 'warning',
  breaks: 'code',
  message,
  why,
  fix,
});

/** Nothing fails, but people must agree to it. */
export const agreed = (message: string, why: string, fix: string): Verdict => ({
  severity: 'warning',
  breaks: 'nothing',
  message,
  why,
  fix,
});

export const safe = (message: string): Verdict => ({ severity: 'info', breaks: 'nothing', message });

/** The same verdicts for several directions: what is got may only widen, what is given may only narrow. */
export function towards(directions: readonly string[], verdicts: Verdicts): Verdicts {
  return Object.fromEntries(
    directions.flatMap((direction) =>
      Object.entries(verdicts).map(([kind, verdict]) => [`${direction} ${kind}`, verdict] as const),
    ),
  );
}

export const gone = 'Whoever calls or listens gets an error or nothing.';
export const keep = 'Keep it, mark it deprecated with a sunset date, and remove it in the next major version.';

/** The four ways in which something goes: unannounced, announced without a date, too early, and as announced. */
export function removals(kind: string, message: string, why: string): Verdicts {
  return {
    [`${kind}-removed`]: broken(message, why, keep),
    [`${kind}-removed-without-sunset`]: broken(
      `${message}; it was deprecated without a sunset date`,
      why,
      'Give it a sunset date first, and remove it when that has passed.',
    ),
    [`${kind}-removed-before-sunset`]: broken(
      `${message} before its sunset`,
      `${why} They were told that there is still time.`,
      'Wait for the sunset date.',
    ),
    [`${kind}-removed-after-sunset`]: safe(`${message} after its sunset`),
  };
}

/** How the announced end of something moves. */
export function sunsets(kind: string, what: string): Verdicts {
  return {
    [`${kind}-added`]: safe(`${what} will end on {after}`),
    [`${kind}-added-in-the-past`]: broken(
      `${what} ended on {after}, which nobody was told`,
      'Whoever uses it has no time to move.',
      'Give a date that leaves time to move.',
    ),
    [`${kind}-removed`]: safe(`${what} no longer ends on {before}`),
    [`${kind}-moved-earlier`]: broken(
      `${what} ends on {after}, no longer on {before}`,
      'Whoever plans to move has less time than was promised.',
      'Keep the date.',
    ),
    [`${kind}-moved-later`]: safe(`${what} ends on {after}, no longer on {before}`),
  };
}
