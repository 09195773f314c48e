import type { Exchange, Failure } from './outcome.ts';
import { ClientError } from './outcome.ts';

/** How a list is paged; the generator finds it by the names of the parameter and the member. */
export type Paging =
  /** The body names the cursor of the next page; no cursor ends the list. */
  | { readonly kind: 'cursor'; readonly parameter: string; readonly next: string; readonly items: string }
  /** Pages are numbered; a Link header without `rel="next"` (RFC 8288), or an empty page where there is none, ends the list. */
  | { readonly kind: 'number'; readonly parameter: string; readonly items: string };

/** The answer to one page, as far as paging looks at it. */
export type PageOutcome = (Exchange & { readonly ok: true; readonly data: unknown }) | Failure<number, unknown>;

/** Items of a page: the body itself where `items` is empty, else that member. */
function itemsOf(data: unknown, items: string): readonly unknown[] {
  const value = items === '' ? data : memberOf(data, items);
  return Array.isArray(value) ? value : [];
}

function memberOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, name)
    ? (data as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Position of the next page, or undefined after the last. */
function nextPosition(paging: Paging, page: Exchange & { readonly data: unknown }, current: unknown): unknown {
  if (paging.kind === 'cursor') {
    const next = memberOf(page.data, paging.next);
    return next === null || next === '' ? undefined : next;
  }
  const link = page.headers.get('link');
  const more = link === null ? itemsOf(page.data, paging.items).length > 0 : /;\s*rel="?[^",;]*\bnext\b/i.test(link);
  return more ? Number(current ?? 1) + 1 : undefined;
}

/**
 * Every page from the one that the input names. An answer other than 2xx, and a server that repeats a position, ends
 * the iteration with a ClientError `paging-failed`, whose `failure` is the declared answer.
 */
export async function* iteratePages<
  Page extends Exchange & { readonly ok: true; readonly data: unknown },
  Query extends object,
>(
  operation: string,
  paging: Paging,
  query: Query | undefined,
  fetchPage: (query: Query) => Promise<PageOutcome>,
): AsyncGenerator<Page, void, undefined> {
  let position = memberOf(query, paging.parameter);
  for (const seen = new Set<unknown>(); !seen.has(position); ) {
    seen.add(position);
    const outcome = await fetchPage(
      (position === undefined ? { ...query } : { ...query, [paging.parameter]: position }) as Query,
    );
    if (!outcome.ok)
      throw new ClientError('paging-failed', `a page answered ${outcome.status}`, { operation, failure: outcome });
    yield outcome as Page;
    position = nextPosition(paging, outcome, position);
    if (position === undefined) return;
  }
  throw new ClientError('paging-failed', 'the server repeated a cursor', { operation });
}

/** Every item of every page. */
export async function* iterateItems<Item>(
  paging: Paging,
  source: AsyncIterable<Exchange & { readonly data: unknown }>,
): AsyncGenerator<Item, void, undefined> {
  for await (const page of source) yield* itemsOf(page.data, paging.items) as readonly Item[];
}
