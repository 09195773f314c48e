import type { OdooError, OdooErrorCode } from './odoo-error.ts';

export interface RetryPolicy {
  /** Attempts in all, the first included. Default 3. */
  readonly attemptCountMax?: number | undefined;
  /** The pause before attempt n is drawn from 0 to `baseMs * 2 ** (n - 2)` (full jitter). Default 200. */
  readonly baseMs?: number | undefined;
  /** Upper bound of a pause; a server that asks for a longer one ends the retries. Default 10,000. */
  readonly delayMaxMs?: number | undefined;
}

/** Methods of the ORM that change nothing. */
const readingMethods: ReadonlySet<string> = new Set([
  'check_access_rights',
  'default_get',
  'exists',
  'fields_get',
  'formatted_read_group',
  'get_metadata',
  'has_access',
  'name_search',
  'read',
  'read_group',
  'search',
  'search_count',
  'search_fetch',
  'search_read',
]);

const passing: ReadonlySet<OdooErrorCode> = new Set(['conflict', 'network', 'timeout', 'unavailable']);

/** True when doing it twice is the same as doing it once. */
export function isRepeatable(method: string): boolean {
  return readingMethods.has(method);
}

/**
 * Pause in milliseconds before the next attempt, or undefined when there shall be none: the cause must be one that passes, and the
 * call repeatable or proved not to have happened.
 */
export function nextDelayMs(
  policy: RetryPolicy | false | undefined,
  attempts: number,
  { code, happened, retryAfterMs }: OdooError,
  repeatable: boolean,
): number | undefined {
  const {
    attemptCountMax = 3,
    baseMs = 200,
    delayMaxMs = 10_000,
  } = policy === false ? { attemptCountMax: 1 } : (policy ?? {});
  if (attempts >= attemptCountMax || !passing.has(code) || !(repeatable || happened === 'no')) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > delayMaxMs) return undefined;
  const drawn = Math.random() * Math.min(delayMaxMs, baseMs * 2 ** (attempts - 1));
  return Math.max(drawn, retryAfterMs ?? 0);
}

/** Waits, or ends at once when the signal fires. */
export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}
