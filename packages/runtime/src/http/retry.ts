import type { RetryPolicy } from './client.ts';

// RFC 9110, section 9.2.2, and QUERY (draft-ietf-httpbis-safe-method-w-body). TRACE is left out: fetch forbids it.
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY']);
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** True when doing it twice is the same as doing it once: by the method, or because the server knows the key. */
export function isRepeatable(method: string, idempotencyKey: string | undefined): boolean {
  return idempotentMethods.has(method) || idempotencyKey !== undefined;
}

/** Milliseconds that a Retry-After header asks for: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/**
 * Pause in milliseconds before the next attempt, or undefined when there shall be none.
 * `response` is undefined after a network error or timeout.
 */
export function nextDelayMs(
  policy: RetryPolicy | false | undefined,
  attempt: number,
  response: Response | undefined,
): number | undefined {
  const {
    attemptCountMax = 3,
    baseMs = 200,
    delayMaxMs = 10_000,
    retryAfterMaxMs = 60_000,
  } = policy === false ? { attemptCountMax: 1 } : (policy ?? {});
  if (attempt >= attemptCountMax) return undefined;
  if (response !== undefined && !passingStatuses.has(response.status)) return undefined;
  const drawn = Math.random() * Math.min(delayMaxMs, baseMs * 2 ** (attempt - 1));
  const asked = response === undefined ? undefined : retryAfterMs(response.headers.get('retry-after'), Date.now());
  if (asked === undefined) return drawn;
  return asked > retryAfterMaxMs ? undefined : Math.max(asked, drawn);
}

/** Waits, or rejects with the signal's reason as soon as it fires. */
export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
