import type { SourceDocument } from '../document.ts';
import { isJsonObject, type JsonValue, member } from '../json.ts';
import { joinPointer, parsePointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import type { Workspace } from './workspace.ts';

/** A value with its place: what the builders walk over. */
export interface Cursor {
  readonly document: SourceDocument;
  readonly pointer: string;
  readonly value: JsonValue;
}

/** The member of an object or element of an array at a cursor; undefined when absent. */
export function child(cursor: Cursor, token: string | number): Cursor | undefined {
  const { value } = cursor;
  let found: JsonValue | undefined;
  if (Array.isArray(value)) found = value[Number(token)] as JsonValue | undefined;
  else if (isJsonObject(value)) found = member(value, String(token));
  return found === undefined
    ? undefined
    : { document: cursor.document, pointer: joinPointer(cursor.pointer, token), value: found };
}

/** Every member of an object, or element of an array, with its place. */
export function children(cursor: Cursor | undefined): readonly (readonly [name: string, cursor: Cursor])[] {
  if (cursor === undefined || cursor.value === null || typeof cursor.value !== 'object') return [];
  return Object.entries(cursor.value).map(
    ([name, value]) =>
      [
        name,
        { document: cursor.document, pointer: joinPointer(cursor.pointer, name), value: value as JsonValue },
      ] as const,
  );
}

/** A reference taken apart: the absolute URI it means and its decoded fragment. */
export interface SplitReference {
  readonly uri: string;
  readonly fragment: string;
}

/** Resolves a reference against a base URI (RFC 3986 section 5); undefined when it is no URI reference. */
export function splitReference(reference: string, base: string): SplitReference | undefined {
  const hash = reference.indexOf('#');
  const path = hash === -1 ? reference : reference.slice(0, hash);
  const rawFragment = hash === -1 ? '' : reference.slice(hash + 1);
  try {
    const fragment = rawFragment.includes('%') ? decodeURIComponent(rawFragment) : rawFragment;
    if (path === '') return { uri: base, fragment };
    if (base.startsWith('memory:') && !/^[a-z][a-z0-9+.-]+:/i.test(path)) return undefined;
    return { uri: new URL(path, /^(urn|tag):/.test(base) ? undefined : base).href, fragment };
  } catch {
    return undefined;
  }
}

/**
 * What the relative references of a document are resolved against: `$self` where OpenAPI 3.2 or Arazzo 1.1 give it, else the
 * place it was read from.
 */
export function baseOf(document: SourceDocument): string {
  const { value, uri } = document;
  if (!isJsonObject(value)) return uri;
  const isSelfKnown =
    /^3\.[2-9]/.test(String(member(value, 'openapi'))) || /^1\.[1-9]/.test(String(member(value, 'arazzo')));
  if (!isSelfKnown) return uri;
  const self = member(value, '$self');
  return (typeof self === 'string' ? splitReference(self, uri)?.uri : undefined) ?? uri;
}

/**
 * Where to read what a reference means: the URI itself where a document is known by it; else, for a document that is known
 * by an http name (`$id`, `$self`), its neighbour on disk.
 */
export function placeOf(workspace: Workspace, reference: string, uri: string, from: SourceDocument): string {
  if (workspace.has(uri) || /^[a-z][a-z0-9+.-]+:/i.test(reference)) return uri;
  const beside = splitReference(reference, from.uri)?.uri;
  return beside?.startsWith('file:') ? beside : uri;
}

/** A value whose references mean the same from any other document. */
export function referencesMadeAbsolute({ document, value }: Cursor): JsonValue {
  const absolute = (item: JsonValue): JsonValue => {
    if (Array.isArray(item)) return item.map(absolute);
    if (!isJsonObject(item)) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]: [string, JsonValue]) => {
        const split = name === '$ref' && typeof inner === 'string' ? splitReference(inner, document.uri) : undefined;
        if (split === undefined) return [name, absolute(inner)];
        const fragment = split.fragment === '' ? '' : `#${encodeURIComponent(split.fragment).replaceAll('%2F', '/')}`;
        return [name, split.uri + fragment];
      }),
    );
  };
  return absolute(value);
}

/** The value that a fragment names in a document: a JSON pointer, or the whole. */
export function valueAt(document: SourceDocument, pointer: string): Cursor | undefined {
  const tokens = parsePointer(pointer);
  if (tokens === undefined) return undefined;
  let cursor: Cursor | undefined = { document, pointer: '', value: document.value };
  for (const token of tokens) {
    if (Array.isArray(cursor.value) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    cursor = child(cursor, token);
    if (cursor === undefined) return undefined;
  }
  return cursor;
}

const hopsMax = 64;

/**
 * Follows Reference Objects (OpenAPI, AsyncAPI: `{ "$ref": ... }` outside schemas) to the value they stand for. Reports
 * and returns undefined where the way is broken or goes in circles.
 */
export function follow(workspace: Workspace, start: Cursor): Cursor | undefined {
  let cursor = start;
  for (let hops = 0; hops < hopsMax; hops += 1) {
    if (!isJsonObject(cursor.value)) return cursor;
    const reference = member(cursor.value, '$ref');
    if (reference === undefined) return cursor;
    const refPointer = joinPointer(cursor.pointer, '$ref');
    if (typeof reference !== 'string') {
      workspace.report({
        code: 'contract/reference-not-string',
        severity: 'error',
        message: '$ref is not a string',
        location: locate(cursor.document, refPointer),
        fix: 'Write a URI reference such as "#/components/schemas/Item".',
      });
      return undefined;
    }
    const target = targetOf(workspace, cursor.document, reference, refPointer);
    if (target === undefined) return undefined;
    cursor = target;
  }
  workspace.report({
    code: 'contract/reference-cycle',
    severity: 'error',
    message: 'A $ref leads back to itself',
    location: locate(start.document, start.pointer),
    fix: 'Let one of the references hold a value.',
  });
  return undefined;
}

function targetOf(
  workspace: Workspace,
  from: SourceDocument,
  reference: string,
  refPointer: string,
): Cursor | undefined {
  const base = baseOf(from);
  const split = splitReference(reference, base) ?? splitReference(reference, from.uri);
  if (split === undefined) {
    workspace.report({
      code: 'contract/reference-malformed',
      severity: 'error',
      message: `${JSON.stringify(reference.slice(0, 200))} is not a URI reference`,
      location: locate(from, refPointer, 'value'),
      fix: 'Percent-encode special characters; inside a pointer "/" is ~1 and "~" is ~0.',
    });
    return undefined;
  }
  const isOwn = split.uri === base || split.uri === from.uri;
  const document = isOwn
    ? from
    : workspace.openReference(placeOf(workspace, reference, split.uri, from), from, refPointer);
  if (document === undefined) return undefined;
  const target = valueAt(document, split.fragment);
  if (target === undefined) reportDangling(workspace, from, reference, refPointer);
  return target;
}

/** The one wording for a reference that leads nowhere. */
export function reportDangling(
  workspace: Workspace,
  from: SourceDocument,
  reference: string,
  refPointer: string,
): undefined {
  workspace.report({
    code: 'contract/reference-dangling',
    severity: 'error',
    message: `${JSON.stringify(reference.slice(0, 200))} leads nowhere`,
    location: locate(from, refPointer, 'value'),
    why: 'Everything that uses it has no meaning.',
    fix: 'Correct the name, or add what is missing.',
  });
}
