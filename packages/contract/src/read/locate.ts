import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { SourceDocument } from '../document.ts';
import type { SourceLocation } from '../location.ts';
import { parsePointer } from '../pointer.ts';
import { positionAt } from './position.ts';

/** Which part of a member a diagnostic is about: its name or its value. */
export type LocationTarget = 'key' | 'value';

interface Child {
  readonly keyStart: number;
  readonly valueStart: number;
}

// Positions are found when somebody asks, because most documents never need one. Each container is scanned at most once.
const childrenOf = new WeakMap<SourceDocument, Map<number, ReadonlyMap<string, Child>>>();
const yamlTrees = new WeakMap<SourceDocument, Document>();

/** Keeps the syntax tree of a YAML document for later look-ups. */
export function rememberYamlTree(document: SourceDocument, tree: Document): void {
  yamlTrees.set(document, tree);
}

/**
 * Where a JSON pointer of a document stands in its file. A pointer that leads nowhere gives the deepest part that exists.
 */
export function locate(document: SourceDocument, pointer: string, target: LocationTarget = 'key'): SourceLocation {
  return { file: document.file, ...positionAt(document.text, startOfPointer(document, pointer, target) ?? 0), pointer };
}

/** Offset of a pointer's member name (or element, or value). */
export function startOfPointer(
  document: SourceDocument,
  pointer: string,
  target: LocationTarget = 'key',
): number | undefined {
  const tokens = parsePointer(pointer);
  if (tokens === undefined) return undefined;
  return document.syntax === 'json' ? startInJson(document, tokens, target) : startInYaml(document, tokens, target);
}

function startInJson(document: SourceDocument, tokens: readonly string[], target: LocationTarget): number {
  let tables = childrenOf.get(document);
  if (tables === undefined) {
    tables = new Map();
    childrenOf.set(document, tables);
  }
  let valueStart = skipBlank(document.text, 0);
  let start = valueStart;
  for (const token of tokens) {
    let table = tables.get(valueStart);
    if (table === undefined) {
      table = scanChildren(document.text, valueStart);
      tables.set(valueStart, table);
    }
    const child = table.get(token);
    if (child === undefined) return start;
    valueStart = child.valueStart;
    start = target === 'key' ? child.keyStart : child.valueStart;
  }
  return start;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return text.charCodeAt(at) === 0xfeff ? skipBlank(text, at + 1) : at;
}

function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== 34) at += text.charCodeAt(at) === 92 ? 2 : 1;
  return at + 1;
}

function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      at = skipString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && code === 44) return at;
    at += 1;
  }
  return at;
}

function scanChildren(text: string, start: number): ReadonlyMap<string, Child> {
  const children = new Map<string, Child>();
  const open = text.charCodeAt(start);
  if (open !== 123 && open !== 91) return children;
  let at = skipBlank(text, start + 1);
  for (let index = 0; at < text.length && text.charCodeAt(at) !== 125 && text.charCodeAt(at) !== 93; index += 1) {
    const keyStart = at;
    let name = String(index);
    if (open === 123) {
      const keyEnd = skipString(text, at);
      try {
        name = JSON.parse(text.slice(at, keyEnd)) as string;
      } catch {
        return children;
      }
      at = skipBlank(text, skipBlank(text, keyEnd) + 1);
    }
    if (!children.has(name)) children.set(name, { keyStart, valueStart: at });
    at = skipBlank(text, skipValue(text, at));
    if (text.charCodeAt(at) === 44) at = skipBlank(text, at + 1);
    else if (text.charCodeAt(at) !== 125 && text.charCodeAt(at) !== 93) return children;
  }
  return children;
}

function startInYaml(document: SourceDocument, tokens: readonly string[], target: LocationTarget): number {
  let tree = yamlTrees.get(document);
  if (tree === undefined) {
    // The fast reader keeps no positions: they are found here, once, when somebody asks.
    tree = parseDocument(document.text, { merge: true, prettyErrors: false });
    yamlTrees.set(document, tree);
  }
  let node = tree.contents as Node | null;
  let start = node?.range?.[0] ?? 0;
  for (const token of tokens) {
    const followed = isAlias(node) ? (node.resolve(tree) ?? null) : node;
    if (isSeq(followed)) {
      const item = followed.items[Number(token)] as Node | undefined;
      if (item === undefined) return start;
      node = item;
      start = item?.range?.[0] ?? start;
      continue;
    }
    const pair = isMap(followed) ? pairOf(followed.items as readonly Pair[], token) : undefined;
    if (pair === undefined) return start;
    node = pair.value as Node | null;
    const place = target === 'key' ? (pair.key as Node) : (node ?? (pair.key as Node));
    start = place.range?.[0] ?? start;
  }
  return start;
}

function pairOf(pairs: readonly Pair[], token: string): Pair | undefined {
  return pairs.find(
    (pair) => isPair(pair) && isScalar(pair.key) && (pair.key.value === token || pair.key.source === token),
  );
}
