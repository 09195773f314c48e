/** Why a call of Odoo has no result. */
export type OdooErrorCode =
  /** The caller's AbortSignal fired. */
  | 'aborted'
  /** Another transaction changed the same rows (serialization, lock), and Odoo has given up after its own retries. */
  | 'conflict'
  /** The user of the key may not do this (access right or record rule). */
  | 'forbidden'
  /** A record that is named does not exist, or no longer. */
  | 'missing'
  /** No answer: name resolution, connection, TLS, broken body. */
  | 'network'
  /** Something answered that is not Odoo's interface: HTML, nothing, another content type, a redirect. */
  | 'not-odoo'
  /** The server failed: an error of its code, or one that has no name here. */
  | 'server'
  /** No complete answer within `timeoutMs`. */
  | 'timeout'
  /** The answer is larger than `responseBytesMax`. */
  | 'too-large'
  /** The key, the login or the database is wrong, or the key has expired. */
  | 'unauthorised'
  /** Something before Odoo refuses for now: 429, 502, 503, 504. */
  | 'unavailable'
  /** The database has no such model, or the model no such method that may be called from outside. */
  | 'unknown-method'
  /** Odoo refuses the values or the state: a constraint, a required field, a UserError. */
  | 'validation'
  /** A field, a domain or an argument that the model does not have in this version. */
  | 'wrong-field';

/** What is known of a call that failed: `no` only with proof that its transaction has not been committed. */
export type Happened = 'no' | 'unknown';

export interface OdooErrorDetails {
  readonly model: string;
  readonly method: string;
  readonly happened: Happened;
  /** Python class of the server's exception, such as `odoo.exceptions.ValidationError`. */
  readonly serverName?: string | undefined;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Ids that earlier batches of a `create` have made; their transactions are committed. */
  readonly createdIds?: readonly number[] | undefined;
  readonly attempts?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call without a result; `code` says why. Holds no traceback and no credential, so it may be logged: the message is Odoo's own text
 * only where that is written for its users.
 */
export class OdooError extends Error {
  override readonly name = 'OdooError';
  readonly code: OdooErrorCode;
  readonly model: string;
  readonly method: string;
  readonly happened: Happened;
  readonly serverName: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly createdIds: readonly number[];
  readonly attempts: number;

  constructor(code: OdooErrorCode, message: string, details: OdooErrorDetails) {
    super(
      `${details.model}.${details.method}: ${message}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.model = details.model;
    this.method = details.method;
    this.happened = details.happened;
    this.serverName = details.serverName;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.createdIds = details.createdIds ?? [];
    this.attempts = details.attempts ?? 1;
  }
}

/** Completes an error with what only the caller of the exchange knows. */
export function completed(
  error: OdooError,
  known: { readonly attempts?: number; readonly createdIds?: readonly number[]; readonly happened?: Happened },
): OdooError {
  return Object.assign(error, known);
}
