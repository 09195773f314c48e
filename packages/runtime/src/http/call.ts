import { type EncodedBody, encodeBody } from './body.ts';
import { type CallOptions, type Client, parseBaseUrl } from './client.ts';
import { chooseCredentials, writeCredentials } from './credentials.ts';
import type { OperationDescriptor, OperationInput } from './descriptor.ts';
import { atAttempt, ClientError } from './outcome.ts';
import { pathOf, queryOf, setHeader, writeHeaders } from './parameters.ts';
import { isRedirect, type OutgoingRequest, redirectCountMax, redirectedRequest } from './redirect.ts';
import { acceptOf, declaredContent, decodeContent, isStream, unexpected } from './response.ts';
import { isRepeatable, nextDelayMs, pause } from './retry.ts';

/** All that stays the same over the attempts of one call. */
interface PreparedCall {
  readonly request: OutgoingRequest;
  readonly correlationId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly repeatable: boolean;
}

const hexDigits = (count: number): string => crypto.randomUUID().replaceAll('-', '').slice(-count);

/** A new W3C trace context, sampled (Trace Context, section 3.2). */
const newTraceparent = (): string => `00-${hexDigits(32)}-${hexDigits(16)}-01`;

/** Name under which the operation takes an idempotency key, if it does (draft-ietf-httpapi-idempotency-key-header). */
function idempotencyHeader(operation: OperationDescriptor): string | undefined {
  return operation.parameters?.find(
    (parameter) => parameter.in === 'header' && /^(x-)?idempotency-key$/i.test(parameter.name),
  )?.name;
}

function urlOf(
  client: Client,
  operation: OperationDescriptor,
  input: OperationInput,
  options: CallOptions,
  query: readonly string[],
): URL {
  const base = options.baseUrl === undefined ? client.baseUrl : parseBaseUrl(options.baseUrl);
  const path = pathOf(operation, input);
  const url = new URL(
    `${base.href.replace(/\/$/, '')}${path}${query.length === 0 ? '' : `${path.includes('?') ? '&' : '?'}${query.join('&')}`}`,
  );
  const inside = url.origin === base.origin && url.pathname.startsWith(base.pathname.replace(/\/$/, ''));
  if (!inside) throw new ClientError('input-refused', `the path leaves ${base.href}`, { operation: operation.id });
  return url;
}

/** Headers from the least to the most specific: client, contract, trace, parameters, call. */
function headersOf(
  client: Client,
  operation: OperationDescriptor,
  input: OperationInput,
  options: CallOptions,
  body: EncodedBody | undefined,
): Headers {
  const headers = new Headers();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) setHeader(operation, headers, name, value);
  };
  for (const [name, value] of Object.entries(client.config.headers ?? {})) set(name, value);
  set('accept', acceptOf(operation));
  set('content-type', body?.contentType);
  const { correlationId, traceparent } = client.config;
  const source =
    typeof correlationId === 'function'
      ? correlationId()
      : correlationId === false
        ? undefined
        : (correlationId ?? crypto.randomUUID());
  set('x-correlation-id', options.correlationId ?? source);
  set(
    'traceparent',
    options.traceparent ??
      (traceparent === false ? undefined : traceparent === undefined ? newTraceparent() : traceparent()),
  );
  const keyHeader = idempotencyHeader(operation);
  if (keyHeader !== undefined) set(keyHeader, options.idempotencyKey ?? crypto.randomUUID());
  writeHeaders(operation, input, headers);
  for (const [name, value] of Object.entries(options.headers ?? {})) set(name, value);
  return headers;
}

async function prepare(
  client: Client,
  operation: OperationDescriptor,
  input: OperationInput,
  options: CallOptions,
): Promise<PreparedCall> {
  const body = encodeBody(operation, input);
  const headers = headersOf(client, operation, input, options, body);
  const query = [...queryOf(operation, input)];
  writeCredentials(operation, await chooseCredentials(client, operation), headers, query);
  const keyHeader = idempotencyHeader(operation);
  const idempotencyKey =
    (keyHeader === undefined ? headers.get('idempotency-key') : headers.get(keyHeader)) ?? undefined;
  return {
    request: {
      url: urlOf(client, operation, input, options, query),
      method: operation.method,
      headers,
      body: body?.body,
    },
    correlationId: headers.get('x-correlation-id') ?? undefined,
    idempotencyKey,
    repeatable: body?.replayable !== false && isRepeatable(operation.method, idempotencyKey),
  };
}

/** Sends a request and follows redirects, unless the contract declares the redirect as an answer. */
async function send(
  client: Client,
  operation: OperationDescriptor,
  first: OutgoingRequest,
  signal: AbortSignal,
): Promise<Response> {
  const fetchOf = client.config.fetch ?? fetch;
  let request = first;
  for (let count = 0; count <= redirectCountMax; count += 1) {
    const { url, method, headers, body } = request;
    const streaming = body instanceof ReadableStream ? ({ duplex: 'half' } as const) : {};
    const response = await fetchOf(url, {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
      ...streaming,
    });
    if (response.type === 'opaqueredirect')
      throw new ClientError('redirect-refused', 'a browser hides where a redirect leads', {
        operation: operation.id,
        response,
      });
    if (!isRedirect(response.status) || Object.hasOwn(operation.responses, String(response.status))) return response;
    request = redirectedRequest(operation, request, response);
    await response.body?.cancel();
  }
  throw new ClientError('redirect-refused', `more than ${redirectCountMax} redirects`, { operation: operation.id });
}

/** One attempt with its own time limit: the response and its content, or what went wrong on the way. */
async function attemptOnce<Result>(
  call: PreparedCall,
  context: {
    readonly client: Client;
    readonly operation: OperationDescriptor;
    readonly options: CallOptions;
    readonly attempt: number;
  },
  finish: (response: Response) => Promise<Result>,
): Promise<Result> {
  const { client, operation, options, attempt } = context;
  const timeoutMs = options.timeoutMs ?? client.config.timeoutMs ?? 30_000;
  const clock = new AbortController();
  const timer = timeoutMs > 0 ? setTimeout(() => clock.abort(), timeoutMs) : undefined;
  try {
    const response = await send(
      client,
      operation,
      call.request,
      options.signal === undefined ? clock.signal : AbortSignal.any([options.signal, clock.signal]),
    );
    if (isStream(response.headers.get('content-type') ?? '')) clearTimeout(timer);
    return await finish(response);
  } catch (cause) {
    if (cause instanceof ClientError) throw atAttempt(cause, attempt, call.correlationId);
    const details = { operation: operation.id, attempts: attempt, correlationId: call.correlationId, cause };
    if (options.signal?.aborted === true) throw new ClientError('aborted', 'the caller gave up', details);
    if (clock.signal.aborted) throw new ClientError('timeout', `no answer within ${timeoutMs} ms`, details);
    throw new ClientError('network', cause instanceof Error ? cause.message : String(cause), details);
  } finally {
    clearTimeout(timer);
  }
}

/** A response that shall be tried again, or the answer. */
type Attempt = { readonly again: number } | { readonly answer: object };

async function authorise({ config }: Client, { id, roles }: OperationDescriptor): Promise<void> {
  const { role, onDenied } = config;
  if (role === undefined || roles?.includes(role) !== false) return;
  const error = new ClientError('unauthorised', `the role ${role} may not call it`, { operation: id });
  await onDenied?.(error);
  throw error;
}

/**
 * Calls an operation: serialises the input, sends it with retries where they are safe, decodes and checks the answer.
 * Returns an answer that the contract declares; throws {@link ClientError} for everything else.
 */
export async function callOperation<Result>(
  client: Client,
  operation: OperationDescriptor,
  input: OperationInput,
  options: CallOptions = {},
): Promise<Result> {
  await authorise(client, operation);
  const policy = options.retry ?? client.config.retry;
  const validate = options.validate === false ? undefined : client.validate;
  const prepared = await prepare(client, operation, input, options);
  for (let attempt = 1; ; attempt += 1) {
    const delayMs = (response?: Response): number | undefined =>
      prepared.repeatable ? nextDelayMs(policy, attempt, response) : undefined;
    const finish = async (response: Response): Promise<Attempt> => {
      const again = delayMs(response);
      if (again !== undefined && !response.ok) {
        await response.body?.cancel();
        return { again };
      }
      return { answer: await answerOf(operation, response, validate, { ...exchangeOf(prepared), attempts: attempt }) };
    };
    let outcome: Attempt;
    try {
      outcome = await attemptOnce(prepared, { client, operation, options, attempt }, finish);
    } catch (error) {
      const passing = error instanceof ClientError && (error.code === 'network' || error.code === 'timeout');
      const again = passing ? delayMs() : undefined;
      if (again === undefined) throw error;
      outcome = { again };
    }
    if ('answer' in outcome) return outcome.answer as Result;
    await pause(outcome.again, options.signal).catch((cause: unknown) => {
      throw new ClientError('aborted', 'the caller gave up', {
        operation: operation.id,
        attempts: attempt,
        correlationId: prepared.correlationId,
        cause,
      });
    });
  }
}

const exchangeOf = ({ correlationId, idempotencyKey }: PreparedCall) => ({ correlationId, idempotencyKey });

async function answerOf(
  operation: OperationDescriptor,
  response: Response,
  validate: Client['validate'],
  exchange: object,
): Promise<object> {
  const declared = declaredContent(operation, response.status);
  if (declared === undefined)
    throw await unexpected(operation, 'unexpected-status', `status ${response.status} is not declared`, response);
  const content = await decodeContent(operation, response, declared, validate);
  const { status, headers } = response;
  const known = { status, etag: headers.get('etag') ?? undefined, headers, response, ...exchange };
  return response.ok ? { ok: true, ...known, data: content } : { ok: false, ...known, error: content };
}
