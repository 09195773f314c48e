import { isJsonType } from './body.ts';
import type { Validate } from './client.ts';
import type { MediaDescriptor, OperationDescriptor } from './descriptor.ts';
import { ClientError } from './outcome.ts';

const bodyLengthMax = 2000;

const essence = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();

/** The declared content for a status: the exact one, else its range, else `default` (OpenAPI 3.1, section 4.8.16). */
export function declaredContent(
  operation: OperationDescriptor,
  status: number,
): readonly MediaDescriptor[] | undefined {
  const { responses } = operation;
  const found = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((name) =>
    Object.hasOwn(responses, name),
  );
  const declaresSuccess = Object.keys(responses).some((name) => name.startsWith('2'));
  if (found === 'default' && status < 300 && declaresSuccess) return undefined;
  return found === undefined ? undefined : responses[found];
}

/** Value of the Accept header: every declared type in the order of the statuses. */
export function acceptOf(operation: OperationDescriptor): string {
  const types = new Set(
    Object.keys(operation.responses).flatMap((status) => operation.responses[status]?.map(([type]) => type) ?? []),
  );
  return types.size === 0 ? '*/*' : [...types].join(', ');
}

/** The declared type that an actual type fits: itself, a range such as `text/*`, or any JSON type for JSON. */
function matchType(actual: string, declared: readonly MediaDescriptor[]): MediaDescriptor | undefined {
  const exact = declared.find(([type]) => essence(type) === actual);
  if (exact !== undefined) return exact;
  const json = isJsonType(actual) ? declared.find(([type]) => isJsonType(type)) : undefined;
  if (json !== undefined) return json;
  return declared.find(([type]) => {
    const range = essence(type);
    return range === '*/*' || (range.endsWith('/*') && actual.startsWith(range.slice(0, -1)));
  });
}

/** True for content that is handed over as a stream, so that the time limit ends with the headers. */
export function isStream(type: string): boolean {
  return (
    essence(type) === 'text/event-stream' ||
    essence(type) === 'application/x-ndjson' ||
    essence(type) === 'application/jsonl'
  );
}

/** An error that carries the start of the body, so that a proxy's page can be read in a log. */
export async function unexpected(
  operation: OperationDescriptor,
  code: 'unexpected-content' | 'unexpected-status',
  message: string,
  response: Response,
): Promise<ClientError> {
  const body = response.bodyUsed ? '' : await response.text().catch(() => '');
  return new ClientError(code, message, { operation: operation.id, response, body: body.slice(0, bodyLengthMax) });
}

async function checkedJson(
  operation: OperationDescriptor,
  response: Response,
  schema: string | undefined,
  validate: Validate | undefined,
): Promise<unknown> {
  const text = await response.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const details = { operation: operation.id, response, body: text.slice(0, bodyLengthMax), cause };
    throw new ClientError('unexpected-content', `status ${response.status} is not JSON`, details);
  }
  const violations = schema === undefined || validate === undefined ? [] : await validate(schema, value, 'tolerant');
  if (violations.length === 0) return value;
  const [first] = violations;
  const where = `${first?.pointer === '' ? 'the body' : first?.pointer} ${first?.message}`;
  throw new ClientError('response-invalid', `status ${response.status} breaks schema ${schema}: ${where}`, {
    operation: operation.id,
    response,
    violations,
  });
}

/** Content of a declared response: JSON, text, a stream of events, or a Blob; undefined where there is none. */
export async function decodeContent(
  operation: OperationDescriptor,
  response: Response,
  declared: readonly MediaDescriptor[],
  validate: Validate | undefined,
): Promise<unknown> {
  const empty =
    response.status === 204 || response.status === 205 || response.status === 304 || operation.method === 'HEAD';
  if (empty || declared.length === 0 || response.headers.get('content-length') === '0' || response.body === null) {
    await response.body?.cancel();
    if (!empty && declared.length > 0 && declared.some(([type]) => isJsonType(type))) {
      throw await unexpected(operation, 'unexpected-content', `status ${response.status} has no body`, response);
    }
    return undefined;
  }
  const actual = essence(
    response.headers.get('content-type') ?? (declared.length === 1 ? (declared[0]?.[0] ?? '') : ''),
  );
  const match = matchType(actual, declared);
  if (match === undefined) {
    throw await unexpected(
      operation,
      'unexpected-content',
      `status ${response.status} has the undeclared content type ${JSON.stringify(actual)}`,
      response,
    );
  }
  if (isStream(actual)) return response.body;
  if (isJsonType(actual)) return checkedJson(operation, response, match[1], validate);
  return actual.startsWith('text/') ? response.text() : response.blob();
}
