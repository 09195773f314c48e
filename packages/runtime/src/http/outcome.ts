/**
 * The law of outcomes: an answer that the contract declares is returned, as a member of a union on `status`; everything
 * else is thrown as {@link ClientError}. So a result has no member that the contract does not know, and narrowing on
 * `status` is exact.
 */
export type Outcome<Status extends number, Content> = Success<Status, Content> | Failure<Status, Content>;

/** The server did what was asked (2xx). */
export interface Success<Status extends number, Data> extends Exchange {
  readonly ok: true;
  readonly status: Status;
  readonly data: Data;
}

/** The server answered with a declared status other than 2xx. */
export interface Failure<Status extends number, Content> extends Exchange {
  readonly ok: false;
  readonly status: Status;
  readonly error: Content;
}

/** What is known of every exchange. */
export interface Exchange {
  /** Version of the resource, to send as If-Match. */
  readonly etag: string | undefined;
  readonly headers: Headers;
  /** The raw response; its body has been read unless the content is a stream. */
  readonly response: Response;
  /** Value of the X-Correlation-Id header that was sent. */
  readonly correlationId: string | undefined;
  /** Same for every attempt; undefined when the operation takes none. */
  readonly idempotencyKey: string | undefined;
  readonly attempts: number;
}

/** Why a call has no result. */
export type ClientErrorCode =
  /** The caller's AbortSignal fired. */
  | 'aborted'
  /** No token fits the operation's security, or the provider failed (`cause`). Nothing was sent. */
  | 'credentials-missing'
  /** The arguments cannot be sent: a dot segment, a line end in a header, a missing path parameter. Nothing was sent. */
  | 'input-refused'
  /** The body does not obey the contract's schema. */
  | 'response-invalid'
  /** No answer: name resolution, connection, TLS, broken body. */
  | 'network'
  /** A page could not be read, or the server repeated a cursor. */
  | 'paging-failed'
  /** Too many redirects, or one that would send a body or a token to another origin. */
  | 'redirect-refused'
  /** No answer within `timeoutMs`. */
  | 'timeout'
  /** The client's role may not call the operation by `x-governance`. Nothing was sent. */
  | 'unauthorised'
  /** The content type is not declared, or the body is not what the type says. */
  | 'unexpected-content'
  /** The status is not declared. */
  | 'unexpected-status';

export interface ClientErrorDetails {
  readonly operation: string;
  readonly response?: Response;
  /** At most the first 2,000 characters of an unexpected body. */
  readonly body?: string;
  readonly violations?: readonly Violation[];
  /** The declared answer that stopped paging. */
  readonly failure?: Failure<number, unknown>;
  readonly attempts?: number;
  readonly correlationId?: string | undefined;
  readonly cause?: unknown;
}

/** One place where a value breaks its schema. */
export interface Violation {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
  /** Kind of the value that stands there: `string`, `object` and so on; never the value itself. */
  readonly kind?: string;
}

/** A call that has no declared outcome; `code` says why. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  readonly operation: string;
  readonly status: number | undefined;
  readonly response: Response | undefined;
  readonly body: string | undefined;
  readonly violations: readonly Violation[];
  readonly failure: Failure<number, unknown> | undefined;
  readonly attempts: number;
  readonly correlationId: string | undefined;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails) {
    super(`${details.operation}: ${message}`, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.operation = details.operation;
    this.response = details.response;
    this.status = details.response?.status ?? details.failure?.status;
    this.body = details.body;
    this.violations = details.violations ?? [];
    this.failure = details.failure;
    this.attempts = details.attempts ?? 0;
    this.correlationId = details.correlationId;
  }
}

/** Completes an error with what only the call knows: the attempt that failed and the id under which others logged it. */
export function atAttempt(error: ClientError, attempts: number, correlationId: string | undefined): ClientError {
  return Object.assign(error, { attempts, correlationId });
}
