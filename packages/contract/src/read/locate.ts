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

/** What is known of a JSON text: where its objects and arrays end, and the children of those that were asked for. */
interface JsonIndex {
  readonly ends: Ends;
  readonly children: Map<number, ReadonlyMap<string, Child>>;
}

/** Starts of objects and arrays in order, and the offsets after their ends. */
interface Ends {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

// Positions are found when somebody asks, because most documents never need one. The whole text is scanned once, each container
// that lies on a way at most once.
const indexOf = new WeakMap<SourceDocument, JsonIndex>();
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
  let index = indexOf.get(document);
  if (index === undefined) {
    index = { ends: endsOf(document.text), children: new Map() };
    indexOf.set(document, index);
  }
  let valueStart = skipBlank(document.text, 0);
  let start = valueStart;
  for (const token of tokens) {
    let table = index.children.get(valueStart);
    if (table === undefined) {
      table = scanChildren(document.text, valueStart, index.ends);
      index.children.set(valueStart, table);
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
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === 92) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at + 1;
  }
  return text.length;
}

function endsOf(text: string): Ends {
  const starts: number[] = [];
  const ends: number[] = [];
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) at = skipString(text, at) - 1;
    else if (code === 123 || code === 91) {
      open.push(starts.length);
      starts.push(at);
      ends.push(text.length);
    } else if (code === 125 || code === 93) {
      const number = open.pop();
      if (number !== undefined) ends[number] = at + 1;
    }
  }
  return { starts, ends };
}

/** Offset after the object or array that starts there. */
function endOf({ starts, ends }: Ends, start: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) < start) low = middle + 1;
    else high = middle;
  }
  return ends[low] as number;
}

function skipValue(text: string, from: number, ends: Ends): number {
  const first = text.charCodeAt(from);
  if (first === 34) return skipString(text, from);
  if (first === 123 || first === 91) return endOf(ends, from);
  const end = /[,\]}]/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

function scanChildren(text: string, start: number, ends: Ends): ReadonlyMap<string, Child> {
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
    at = skipBlank(text, skipValue(text, at, ends));
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
