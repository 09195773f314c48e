import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { JsonValue } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import type { Limits } from './limits.ts';
import { isExact, type ParseProblem } from './parse-json.ts';
import { Tally, tooDeep, tooManyValues } from './tally.ts';

/** Value of a YAML 1.2 document in the JSON data model, and its syntax tree for positions. */
export interface ParsedYaml {
  readonly value: JsonValue | undefined;
  readonly problems: readonly ParseProblem[];
  readonly tree: Document;
}

/**
 * YAML 1.2 core schema restricted to what JSON can hold: string keys (integers are taken as text, because response
 * statuses are written so), no tags beyond the core, no cycles, one document.
 */
export function parseYaml(text: string, limits: Limits): ParsedYaml {
  const problems: ParseProblem[] = [];
  if (flowDepthExceeds(text, limits.depthMax)) {
    problems.push({ ...tooDeep(limits), severity: 'error', offset: 0, pointer: '' });
    return { value: undefined, problems, tree: parseDocument('') };
  }
  const tree = parseDocument(text, { merge: true, prettyErrors: false, keepSourceTokens: false });
  for (const error of tree.errors) problems.push(yamlProblem(error.code, error.message, error.pos[0]));
  for (const warning of tree.warnings) problems.push(yamlProblem(warning.code, warning.message, warning.pos[0]));
  if (problems.length > 0) return { value: undefined, problems, tree };
  const reader = new YamlReader(tree, limits);
  const value = reader.read(tree.contents as Node | null, '');
  problems.push(...reader.problems);
  return { value: problems.some((problem) => problem.severity === 'error') ? undefined : value, problems, tree };
}

function yamlProblem(code: string, message: string, offset: number): ParseProblem {
  const [first = message] = message.split('\n');
  if (code === 'DUPLICATE_KEY')
    return {
      code: 'contract/duplicate-key',
      severity: 'error',
      message: 'A key occurs twice in one mapping',
      offset,
      pointer: '',
      why: 'Readers disagree on which of the two counts.',
      fix: 'Keep one of the two.',
    };
  if (code === 'MULTIPLE_DOCS')
    return {
      code: 'contract/yaml-several-documents',
      severity: 'error',
      message: 'The file holds more than one YAML document',
      offset,
      pointer: '',
      why: 'Everything after the first would be ignored in silence.',
      fix: 'Put each document into a file of its own.',
    };
  if (code === 'TAG_RESOLVE_FAILED')
    return {
      code: 'contract/yaml-tag',
      severity: 'error',
      message: first,
      offset,
      pointer: '',
      why: 'Tags name constructors of a programming language; a contract holds data only.',
      fix: 'Remove the tag.',
    };
  return {
    code: 'contract/yaml-syntax',
    severity: 'error',
    message: first,
    offset,
    pointer: '',
    fix: 'Correct the YAML at this place; indentation and unquoted ": " are the usual cause.',
  };
}

// The parser recurses once per level, so depth is bounded before it starts. Brackets inside scalars only make the
// estimate higher, and no honest file opens hundreds of them without closing.
function flowDepthExceeds(text: string, depthMax: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) depth += 1;
    else if ((code === 93 || code === 125) && depth > 0) depth -= 1;
    else if (code === 10 && depth > 0 && /^[A-Za-z]/.test(text.charAt(index + 1))) depth = 0;
    if (depth > depthMax) return true;
  }
  return new RegExp(`^ *(?:[-?] ){${depthMax + 1},}`, 'm').test(text);
}

class YamlReader {
  readonly problems: ParseProblem[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  readonly #limits: Limits;
  readonly #tally: Tally;
  #isFull = false;
  #aliases = 0;

  constructor(tree: Document, limits: Limits) {
    this.#limits = limits;
    this.#tally = new Tally(limits);
    visit(tree, {
      Node: (_key, node) => {
        const anchor = isAlias(node) ? undefined : (node as { anchor?: string }).anchor;
        if (anchor !== undefined) this.#anchors.set(anchor, node as Node);
      },
    });
  }

  #report(code: string, message: string, node: Node | null, pointer: string, fix: string): undefined {
    if (this.problems.length < 100)
      this.problems.push({ code, severity: 'error', message, offset: node?.range?.[0] ?? 0, pointer, fix });
    return undefined;
  }

  read(node: Node | null, pointer: string): JsonValue | undefined {
    if (isAlias(node)) return this.#alias(node, pointer);
    if (this.#isFull) return undefined;
    if (!this.#tally.add()) {
      this.#isFull = true;
      const { code, message, fix } = tooManyValues(this.#limits);
      return this.#report(code, message, node, pointer, fix);
    }
    if (node === null) return null;
    if (isScalar(node)) return this.#scalar(node, node.value, pointer);
    if (this.#open.has(node))
      return this.#report(
        'contract/yaml-cyclic-alias',
        'An alias contains itself',
        node,
        pointer,
        'Use $ref for recursion.',
      );
    this.#open.add(node);
    const value = this.#collection(node, pointer);
    this.#open.delete(node);
    return value;
  }

  #collection(node: Node, pointer: string): JsonValue | undefined {
    const isAllowed = this.#tally.open();
    let value: JsonValue | undefined = null;
    if (!isAllowed) {
      const { code, message, fix } = tooDeep(this.#limits);
      value = this.#report(code, message, node, pointer, fix);
    } else if (isSeq(node))
      value = node.items.map((item, index) => this.read(item as Node | null, joinPointer(pointer, index)) ?? null);
    else if (isMap(node)) value = this.#map(node.items as Pair[], node, pointer);
    this.#tally.close();
    return value;
  }

  #alias(node: Alias, pointer: string): JsonValue | undefined {
    this.#aliases += 1;
    if (this.#aliases > this.#limits.aliasesMax) {
      if (this.#aliases === this.#limits.aliasesMax + 1)
        this.#report(
          'contract/yaml-too-many-aliases',
          `More than ${this.#limits.aliasesMax} alias expansions`,
          node,
          pointer,
          'Use $ref instead of YAML aliases, or raise limits.aliasesMax in the config.',
        );
      return undefined;
    }
    // The nearest anchor before the alias counts (YAML 1.2.2, section 3.2.2.2); redefinition is refused as ambiguous.
    const target = this.#anchors.get(node.source);
    if (target === undefined)
      return this.#report(
        'contract/yaml-syntax',
        `Alias *${node.source} has no anchor`,
        node,
        pointer,
        'Define the anchor before its first use.',
      );
    if (this.#open.has(target))
      return this.#report(
        'contract/yaml-cyclic-alias',
        `Alias *${node.source} contains itself`,
        node,
        pointer,
        'Use $ref for recursion.',
      );
    return this.read(target, pointer);
  }

  #map(pairs: readonly Pair[], node: Node, pointer: string): JsonValue {
    const object: Record<string, JsonValue> = {};
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const name = this.#keyOf(pair.key as Node | null, node, pointer);
      if (name === undefined) continue;
      if (isMergeKey(pair.key)) this.#merge(object, pair.value as Node | null, pointer);
      else define(object, name, this.read(pair.value as Node | null, joinPointer(pointer, name)) ?? null);
    }
    return object;
  }

  #keyOf(key: Node | null, owner: Node, pointer: string): string | undefined {
    const scalar = isAlias(key) ? this.#anchors.get(key.source) : key;
    if (isMergeKey(scalar)) return '<<';
    if (isScalar(scalar) && typeof scalar.value === 'string') return scalar.value;
    if (isScalar(scalar) && typeof scalar.value === 'number' && Number.isSafeInteger(scalar.value))
      return scalar.source ?? String(scalar.value);
    return this.#report(
      'contract/yaml-key-not-string',
      'A mapping key is not a string',
      (scalar as Node | null) ?? owner,
      pointer,
      'Put the key in quotes.',
    );
  }

  #merge(object: Record<string, JsonValue>, node: Node | null, pointer: string): void {
    const sources = isSeq(node) ? (node.items as Node[]) : [node];
    for (const source of sources) {
      const merged = this.read(source, pointer);
      if (typeof merged !== 'object' || merged === null || Array.isArray(merged)) {
        this.#report(
          'contract/yaml-merge',
          'The merge key << needs a mapping',
          node,
          pointer,
          'Merge an alias of a mapping.',
        );
        continue;
      }
      for (const [name, value] of Object.entries(merged))
        if (!Object.hasOwn(object, name)) define(object, name, value as JsonValue);
    }
  }

  #scalar(node: Node, value: unknown, pointer: string): JsonValue | undefined {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') {
      const source = (node as { source?: string }).source ?? String(value);
      if (/^[-+]?[\d.]/.test(source) && source.length > 15 && !isExact(source.replace(/^\+/, ''), value))
        return this.#report(
          'contract/number-precision-lost',
          `Number ${source.slice(0, 60)} cannot be held exactly by a double`,
          node,
          pointer,
          'Write it as a string, or use a number that a double holds.',
        );
      if (Number.isFinite(value)) return value;
    }
    return this.#report(
      'contract/yaml-not-json',
      `${String(value).slice(0, 60)} has no JSON form`,
      node,
      pointer,
      'Use a string, a finite number, true, false or null.',
    );
  }
}

/** The parser gives the plain key << the value Symbol('<<') when merging is on. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

function define(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}
