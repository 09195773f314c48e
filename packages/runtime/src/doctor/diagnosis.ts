/**
 * What may be said of a server or file, by what it keeps of that which it has confirmed. `durable`: survives the power of its machine.
 * `survives a process`: survives the end of its process, not of its machine. `not durable`: is lost with the process. `unknown`: what
 * it takes to say more cannot be read.
 */
export type Verdict = 'durable' | 'survives a process' | 'not durable' | 'unknown';

/** From the least that can be said to the most. */
const verdicts: readonly Verdict[] = ['not durable', 'unknown', 'survives a process', 'durable'];

/** What a rule makes of the facts. */
export interface Judgement {
  /** `error`: a promise does not hold. `unknown`: it cannot be read. */
  readonly severity: 'ok' | 'info' | 'warning' | 'error' | 'unknown';
  readonly found: string;
  readonly fix?: string;
  /** The most that may be said now. */
  readonly atMost?: Verdict;
}

/** One demand. Rules do not ask the server: they judge what was read before. */
export interface DoctorRule<Facts> {
  readonly id: `doctor/${string}`;
  /** What breaks where it does not hold. */
  readonly why: string;
  /** Undefined where the facts leave nothing to judge, because something else is wrong. */
  readonly judge: (facts: Facts) => Judgement | undefined;
}

/** One rule and what was found. */
export interface Check extends Omit<Judgement, 'atMost'> {
  readonly id: `doctor/${string}`;
  readonly why: string;
}

export interface Diagnosis {
  readonly verdict: Verdict;
  /** Why no more can be said; empty when it is durable. */
  readonly reasons: readonly Pick<Check, 'id' | 'found'>[];
  readonly checks: readonly Check[];
}

/** Facts that could not be read, and why. */
export interface Unread {
  readonly unread: string;
}

export function isUnread<Facts extends object>(facts: Facts | Unread): facts is Unread {
  return 'unread' in facts;
}

/** Reads what may be refused or absent. */
export async function readOrTell<Facts extends object>(read: () => Promise<Facts>): Promise<Facts | Unread> {
  try {
    return await read();
  } catch (error) {
    return { unread: error instanceof Error ? error.message : String(error) };
  }
}

/** The verdict is the least of what the rules allow, and every rule that allows no more is a reason. */
export function diagnose<Facts>(rules: readonly DoctorRule<Facts>[], facts: Facts): Diagnosis {
  let verdict: Verdict = 'durable';
  const checks: Check[] = [];
  const reasons: Diagnosis['reasons'][number][] = [];
  for (const { id, why, judge } of rules) {
    const judged = judge(facts);
    if (judged === undefined) continue;
    const { atMost = 'durable', ...judgement } = judged;
    checks.push({ id, why, ...judgement });
    if (atMost !== 'durable') reasons.push({ id, found: judgement.found });
    if (verdicts.indexOf(atMost) < verdicts.indexOf(verdict)) verdict = atMost;
  }
  return { verdict, reasons, checks };
}

/** Of a target that cannot be asked. */
export function undiagnosed(reason: string, fix: string): Diagnosis {
  const rule: DoctorRule<string> = {
    id: 'doctor/reachable',
    why: 'What cannot be asked cannot be relied on.',
    judge: (found) => ({ severity: 'error', found, fix, atMost: 'unknown' }),
  };
  return diagnose([rule], reason);
}

/** `3.51.3` as [3, 51, 3]; what follows the numbers does not count. Undefined when it is no version. */
function partsOf(version: string): readonly number[] | undefined {
  const [, major, minor = '0', patch = '0'] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version) ?? [];
  return major === undefined ? undefined : [major, minor, patch].map(Number);
}

/** Whether a version is at least another one; undefined when it is no version. */
export function isAtLeast(version: string, floor: string): boolean | undefined {
  const [left, right] = [partsOf(version), partsOf(floor)];
  if (left === undefined || right === undefined) return undefined;
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 || (left[at] ?? 0) > (right[at] ?? 0);
}

/** `90 ms`, `12 s`, `5 min`, `3 h`, `2 days`. */
export function inWords(durationMs: number): string {
  const units = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  const [size, name] = units.find(([unitMs]) => durationMs >= 2 * unitMs) ?? [1, 'ms'];
  return `${Math.round(durationMs / size)} ${name}`;
}

/** An outbox whose oldest message waits longer than this has no relay that gets through. */
const lagMaxMs = 60_000;

/** What waits in an outbox, judged alike for every store. */
export function judgeLag(oldestAt: number | undefined, now: number): Judgement {
  if (oldestAt === undefined) return { severity: 'ok', found: 'nothing waits in the outbox' };
  const found = `the oldest message of the outbox has waited for ${inWords(Math.max(0, now - oldestAt))}`;
  if (now - oldestAt <= lagMaxMs) return { severity: 'ok', found };
  return { severity: 'warning', found, fix: 'See whether a relay runs and reaches its broker.' };
}
