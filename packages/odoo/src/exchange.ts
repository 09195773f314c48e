import { type Happened, OdooError, type OdooErrorCode } from './odoo-error.ts';
import type { Limits, OdooValue } from './protocol.ts';

/** Names of what is called, for errors. */
export interface Called {
  readonly model: string;
  readonly method: string;
}

export interface Answer {
  readonly status: number;
  readonly body: OdooValue;
}

export interface Exchange {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly called: Called;
  readonly limits: Limits;
  readonly fetch: typeof fetch;
}

/** Connections stay open between calls: both Node's `fetch` and Odoo keep them. */
export async function exchange({ url, headers, body, called, limits, fetch }: Exchange): Promise<Answer> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = limits.signal === undefined ? timeout : AbortSignal.any([limits.signal, timeout]);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
      signal,
      // A key must not follow a redirect to somebody else, and a POST that became a GET is another call.
      redirect: 'manual',
    });
    return await readAnswer(response, called, limits.responseBytesMax);
  } catch (cause) {
    if (cause instanceof OdooError) throw cause;
    throw unanswered(cause, called, limits, timeout);
  }
}

async function readAnswer(response: Response, called: Called, bytesMax: number): Promise<Answer> {
  const { status } = response;
  if (unavailableStatuses.has(status)) {
    await response.body?.cancel();
    // RFC 6585, section 4: whoever limits the rate answers instead of the server.
    throw refusal('unavailable', `${status}`, response, called, status === 429 ? 'no' : 'unknown');
  }
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json') {
    if (status === 404 && noDatabase.test(await readText(response, called, bytesMax)))
      throw refusal('unauthorised', 'the server does not have the database, or needs its name', response, called, 'no');
    if (!response.bodyUsed) await response.body?.cancel();
    throw refusal('not-odoo', notOdoo(response, type), response, called, 'unknown');
  }
  const text = await readText(response, called, bytesMax);
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    throw refusal('not-odoo', `${status} with a body that is not JSON`, response, called, 'unknown');
  }
}

const unavailableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Odoo's page for a call that it can give to no database. */
const noDatabase = /No database is selected/;

function notOdoo(response: Response, type: string): string {
  if (response.status >= 300 && response.status < 400)
    return `${response.status} sends the call elsewhere; give the address that answers by itself (https, no path of a login page)`;
  const what = type === '' ? 'no content type' : `${type.slice(0, 60)} instead of JSON`;
  return `${response.status} with ${what}; is the address an Odoo that speaks this protocol, and is the database named?`;
}

function refusal(
  code: OdooErrorCode,
  message: string,
  response: Response,
  called: Called,
  happened: Happened,
): OdooError {
  const asked = response.headers.get('retry-after');
  const retryAfterMs = asked !== null && /^\s*\d{1,6}\s*$/.test(asked) ? Number(asked) * 1000 : undefined;
  return new OdooError(code, message, { ...called, happened, status: response.status, retryAfterMs });
}

async function readText(response: Response, called: Called, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax)
      throw refusal(
        'too-large',
        `the answer has more than ${bytesMax} bytes; ask for less`,
        response,
        called,
        'unknown',
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unanswered(cause: unknown, called: Called, limits: Limits, timeout: AbortSignal): OdooError {
  if (limits.signal?.aborted === true)
    return new OdooError('aborted', 'aborted by the caller', { ...called, happened: 'unknown', cause });
  if (timeout.aborted)
    return new OdooError('timeout', `no answer within ${limits.timeoutMs} ms`, { ...called, happened: 'unknown' });
  const happened = isBeforeSending(cause) ? 'no' : 'unknown';
  return new OdooError('network', `no answer (${codeOf(cause)})`, { ...called, happened, cause });
}

/** `fetch` wraps the error of the socket, and a name with several addresses gives an error for each of them. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

/**
 * True when there was no connection to send anything over. The call of the system tells: a code such as EHOSTUNREACH also ends a
 * connection over which the request has gone.
 */
function isBeforeSending(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isBeforeSending);
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return error.cause !== undefined && isBeforeSending(error.cause);
}
