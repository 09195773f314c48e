import { demandRole } from '../roles.ts';
import type { SchemeUse } from './descriptor.ts';
import type { ClientError, Violation } from './outcome.ts';

/** A credential: the bare token or key, or what HTTP Basic needs. */
export type Token = string | { readonly username: string; readonly password: string };

/**
 * Gives the credential for a security scheme, or undefined where the caller has none; then the next alternative that
 * the contract permits is tried. Asked once per call, so it may refresh what has run out.
 */
export type TokenProvider = (scheme: SchemeUse) => Token | undefined | Promise<Token | undefined>;

/** Checks a value against a named schema, as a consumer does: unknown members pass. No violations means valid. */
export type Validate = (
  name: string,
  value: unknown,
  mode: 'tolerant',
) => readonly Violation[] | Promise<readonly Violation[]>;

export interface RetryPolicy {
  /** Attempts in all, the first included. Default 3. */
  readonly attemptCountMax?: number | undefined;
  /** The pause before attempt n is drawn from 0 to `baseMs * 2 ** (n - 2)` (full jitter). Default 200. */
  readonly baseMs?: number | undefined;
  /** Upper bound of a drawn pause. Default 10,000. */
  readonly delayMaxMs?: number | undefined;
  /** A Retry-After that asks for more ends the retries, and the answer is the result. Default 60,000. */
  readonly retryAfterMaxMs?: number | undefined;
}

export interface ClientConfig {
  /** Absolute URL under which the paths of the contract lie. Requests and credentials go to this origin only. */
  readonly baseUrl: string;
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch | undefined;
  readonly token?: TokenProvider | undefined;
  /** `false` switches the validation of responses off; a function replaces the generated validators. Default true. */
  readonly validate?: boolean | Validate | undefined;
  /** Time for each attempt up to the end of the body (of the headers for a stream). 0: no limit. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** `false`: one attempt. */
  readonly retry?: RetryPolicy | false | undefined;
  /** Value or source of X-Correlation-Id; `false` sends none. Default: a random UUID per call. */
  readonly correlationId?: (string | (() => string) | false) | undefined;
  /** Source of the W3C traceparent, such as the active span; `false` sends none. Default: a new trace per call. */
  readonly traceparent?: (() => string | undefined) | false | undefined;
  /** Role of the system by `x-governance`: what it may not call is refused before anything is sent. Without it nothing is. */
  readonly role?: string | undefined;
  /** Told of every call that the role may not make, before it is thrown: for an audit trail. */
  readonly onDenied?: ((error: ClientError) => void | Promise<void>) | undefined;
  /** Sent with every request, under everything else. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Settings of one call; they win over those of the client. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryPolicy | false | undefined;
  readonly validate?: boolean | undefined;
  readonly correlationId?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Another base URL, for an operation that the contract puts on its own server. */
  readonly baseUrl?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A configured connection to one API: plain data, made by `createClient`, shared by all operations. */
export interface Client {
  readonly config: ClientConfig;
  readonly baseUrl: URL;
  /** Undefined where validation is off or no validators were generated. */
  readonly validate: Validate | undefined;
}

/** Makes a client. Throws a TypeError when `baseUrl` is not an absolute http or https URL, a RangeError for a role that there is not. */
export function createHttpClient(
  config: ClientConfig,
  loadValidators?: () => Promise<{ readonly validate: Validate }>,
): Client {
  const { validate = true, role } = config;
  if (role !== undefined) demandRole(role);
  const generated: Validate | undefined =
    loadValidators && (async (name, value, mode) => (await loadValidators()).validate(name, value, mode));
  const chosen = typeof validate === 'function' ? validate : validate ? generated : undefined;
  return { config, baseUrl: parseBaseUrl(config.baseUrl), validate: chosen };
}

/** The URL without query and fragment; a slash at the end of its path is dropped when a path is added. */
export function parseBaseUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`baseUrl must start with http:// or https://, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError('baseUrl must not hold a user name or password; give a token provider');
  url.search = '';
  url.hash = '';
  return url;
}
