import { byCodeUnits, type Code, code, literal, sortedBy } from '@millwright/codegen';
import type { Operation, Schema } from '@millwright/contract';
import { isJson } from './request-types.ts';
import { itemsOf, mayBe, propertiesOf } from './shape.ts';

/**
 * How a list is found to be paged, from names alone, since OpenAPI has no word for it:
 * - by cursor: a GET with one of these query parameters whose success body has one of these members beside exactly one array;
 * - by number: a GET with an integer query parameter `page` whose success body is an array, or an object with exactly one array.
 */
const cursorParameters: readonly string[] = [
  ...[
    'cursor',
    'pageCursor',
    'page_cursor',
    'pageToken',
    'page_token',
    'nextToken',
    'next_token',
    'nextPageToken',
    'next_page_token',
  ],
  ...['continuationToken', 'continuation_token', 'after', 'starting_after', 'startingAfter'],
];

const cursorMembers: readonly string[] = [
  ...['nextCursor', 'next_cursor', 'nextPageToken', 'next_page_token', 'nextPageCursor', 'nextToken', 'next_token'],
  ...['continuationToken', 'continuation_token'],
];

/** A paged operation: the runtime's description, the status of a page, and the schemas of the page and of an item. */
export interface PagedOperation {
  readonly paging: Code;
  readonly status: number;
  readonly item: Schema | undefined;
}

/** The only array among the members of a page, or the page itself (named by the empty string). */
function arrayOf(page: Schema): { readonly name: string; readonly item: Schema | undefined } | undefined {
  if (mayBe(page, 'array')) return { name: '', item: itemsOf(page) };
  const arrays = sortedBy(propertiesOf(page), ([name]) => name).filter(([, parts]) =>
    parts.some((part) => mayBe(part, 'array')),
  );
  const [only, ...others] = arrays;
  if (only === undefined || others.length > 0) return undefined;
  const [name, parts] = only;
  return { name, item: parts.map((part) => itemsOf(part)).find((item) => item !== undefined) };
}

/** Finds out whether an operation reads a list page by page; by the names above. */
export function pagingOf(operation: Operation): PagedOperation | undefined {
  if (operation.method.toLowerCase() !== 'get') return undefined;
  const success = [...operation.responses]
    .filter(({ status }) => /^2\d\d$/.test(status))
    .sort((left, right) => byCodeUnits(left.status, right.status));
  const [response, ...others] = success;
  const page =
    response?.content.length === 1 && isJson(response.content[0]?.mediaType ?? '')
      ? response.content[0]?.schema
      : undefined;
  if (response === undefined || others.length > 0 || page === undefined) return undefined;
  const array = arrayOf(page);
  if (array === undefined) return undefined;
  const query = new Map(
    operation.parameters.filter(({ in: place }) => place === 'query').map((parameter) => [parameter.name, parameter]),
  );
  const properties = propertiesOf(page);
  const parameter = cursorParameters.find((name) => query.has(name));
  const next = cursorMembers.find((name) => properties.has(name));
  const known = { status: Number(response.status), item: array.item };
  if (parameter !== undefined && next !== undefined) {
    return {
      ...known,
      paging: code`{ kind: 'cursor', parameter: ${literal(parameter)}, next: ${literal(next)}, items: ${literal(array.name)} }`,
    };
  }
  const numbered = mayBe(query.get('page')?.schema, 'integer') || mayBe(query.get('page')?.schema, 'number');
  return numbered
    ? { ...known, paging: code`{ kind: 'number', parameter: 'page', items: ${literal(array.name)} }` }
    : undefined;
}
