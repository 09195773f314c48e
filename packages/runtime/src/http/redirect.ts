import type { OperationDescriptor } from './descriptor.ts';
import { ClientError } from './outcome.ts';

/** A request as it goes out. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: NonNullable<RequestInit['body']> | undefined;
}

export const redirectCountMax = 5;

// What may travel to an origin that the caller did not name.
const harmlessHeaders: readonly string[] = ['accept', 'accept-language', 'traceparent', 'x-correlation-id'];

/** True for the statuses that move a request (RFC 9110, section 15.4). */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The request that follows a redirect. Inside the origin everything travels on; to another origin only a GET or HEAD
 * with harmless headers does: fetch itself would send API keys in headers of their own along.
 */
export function redirectedRequest(
  operation: OperationDescriptor,
  request: OutgoingRequest,
  response: Response,
): OutgoingRequest {
  const refuse = (message: string): never => {
    throw new ClientError('redirect-refused', message, { operation: operation.id, response });
  };
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, request.url.href))
    return refuse(`status ${response.status} has no usable Location`);
  const url = new URL(location, request.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse(`redirect to ${url.protocol}`);
  const safe = request.method === 'GET' || request.method === 'HEAD';
  const becomesGet = !safe && (response.status === 303 || (request.method === 'POST' && response.status < 303));
  const method = becomesGet ? 'GET' : request.method;
  const headers = new Headers(request.headers);
  if (becomesGet) for (const name of ['content-type', 'idempotency-key', 'if-match']) headers.delete(name);
  if (url.origin === request.url.origin) {
    if (!becomesGet && request.body instanceof ReadableStream) return refuse('a stream cannot be sent again');
    return { url, method, headers, body: becomesGet ? undefined : request.body };
  }
  if (!safe) return refuse(`${request.method} is not sent on to ${url.origin}`);
  const kept = new Headers();
  for (const name of harmlessHeaders) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return { url, method, headers: kept, body: undefined };
}
