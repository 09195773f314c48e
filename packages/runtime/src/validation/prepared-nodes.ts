import { numberFormats, stringFormats } from './formats.ts';
import type { SchemaKeywords, SchemaNode, SchemaTable } from './schema-table.ts';
import { isEqual, isObject, type ObjectValue } from './values.ts';

const integer = 1;
const fraction = 2;
/** One bit for each kind of value that types tell apart; a number that is not finite is of no type. */
const typeBits: ReadonlyMap<string, number> = new Map([
  ['integer', integer],
  ['number', integer | fraction],
  ['string', 4],
  ['boolean', 8],
  ['null', 16],
  ['array', 32],
  ['object', 64],
]);

/** The bits of every type. */
const everyType = 127;

/** The values that some types allow, as bits. */
function typesMask(types: readonly string[] | undefined): number {
  if (types === undefined) return everyType;
  let mask = 0;
  for (const type of types) mask |= typeBits.get(type) ?? 0;
  return mask;
}

/** The bit of a value; 0 for what JSON does not have. */
export function typeBitOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return 4;
    case 'number':
      return Number.isInteger(value) ? integer : Number.isFinite(value) ? fraction : 0;
    case 'boolean':
      return 8;
    case 'object':
      return value === null ? 16 : Array.isArray(value) ? 32 : 64;
    default:
      return 0;
  }
}

const patterns = new Map<string, RegExp>();

/** A pattern as ECMA-262 reads it: in Unicode mode, else as it stands. */
function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    try {
      pattern = new RegExp(source, 'u');
    } catch {
      pattern = new RegExp(source);
    }
    patterns.set(source, pattern);
  }
  return pattern;
}

/** By what a value shows that a branch is not meant for it. */
interface Signs {
  readonly typesMask: number;
  readonly constants: readonly (readonly [property: string, constant: unknown])[];
}

/**
 * A node made ready once: what is asked of which kind of value, properties by name, patterns compiled. Every node has the
 * same members in the same order, which the engine rewards.
 */
export class PreparedNode {
  readonly keywords: SchemaKeywords;
  readonly types: readonly string[] | undefined;
  readonly typesMask: number;
  readonly hasConst: boolean;
  readonly constant: unknown;
  readonly choices: readonly unknown[] | undefined;
  /** The choices where none of them is an object or array. */
  readonly plainChoices: ReadonlySet<unknown> | undefined;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp | undefined;
  readonly stringFormat: ((text: string) => boolean) | undefined;
  readonly numberFormat: ((value: number) => boolean) | undefined;
  readonly asksGeneral: boolean;
  readonly asksString: boolean;
  readonly asksNumber: boolean;
  readonly asksArray: boolean;
  readonly asksObject: boolean;
  /** True where other nodes judge the same value, all of them. */
  readonly asksElsewhere: boolean;
  /** True where branches or conditions judge the same value. */
  readonly asksMore: boolean;
  /** True where somebody below must note what was looked at. */
  readonly asksSeen: boolean;
  readonly resource: number;
  readonly ref: number;
  readonly allOf: readonly number[];
  readonly required: readonly string[];
  readonly declared: ReadonlyMap<string, number>;
  readonly patterns: readonly (readonly [pattern: RegExp, node: number])[];
  /** Found when the node is first met as a branch. */
  signs: Signs | undefined;

  constructor(keywords: SchemaKeywords) {
    const { type, enum: choices, minLength, maxLength, pattern, format = '' } = keywords;
    this.keywords = keywords;
    this.types = type;
    this.typesMask = typesMask(type);
    this.hasConst = 'const' in keywords;
    this.constant = keywords.const;
    this.choices = choices;
    this.plainChoices = choices?.every((choice) => typeof choice !== 'object' || choice === null)
      ? new Set(choices)
      : undefined;
    this.minLength = minLength ?? 0;
    this.maxLength = maxLength ?? Number.POSITIVE_INFINITY;
    this.pattern = pattern === undefined ? undefined : patternOf(pattern);
    this.stringFormat = Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
    this.numberFormat = Object.hasOwn(numberFormats, format) ? numberFormats[format] : undefined;
    const asks = (...names: readonly (keyof SchemaKeywords)[]): boolean =>
      names.some((name) => keywords[name] !== undefined);
    this.asksGeneral = this.hasConst || asks('type', 'enum');
    this.asksString = this.stringFormat !== undefined || asks('minLength', 'maxLength', 'pattern');
    this.asksNumber =
      this.numberFormat !== undefined ||
      asks('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf');
    this.asksArray = asks('minItems', 'maxItems', 'prefixItems', 'items', 'uniqueItems', 'contains');
    this.asksObject =
      asks('required', 'dependentRequired', 'minProperties', 'maxProperties') ||
      asks('properties', 'patternProperties', 'additionalProperties', 'propertyNames');
    this.asksElsewhere = asks('ref', 'dynamicRef', 'allOf');
    this.asksMore = asks('anyOf', 'oneOf', 'not', 'if', 'dependentSchemas');
    this.asksSeen = asks('unevaluatedProperties', 'unevaluatedItems');
    this.resource = keywords.resource ?? -1;
    this.ref = keywords.ref ?? -1;
    this.allOf = keywords.allOf ?? [];
    this.required = keywords.required ?? [];
    this.declared = new Map(keywords.properties);
    this.patterns = (keywords.patternProperties ?? []).map(([source, node]) => [patternOf(source), node]);
    this.signs = undefined;
  }
}

type Prepared = boolean | PreparedNode;

/** The nodes of one table, each prepared when it is first met. */
export class PreparedNodes {
  readonly #table: SchemaTable;
  readonly #nodes: (Prepared | undefined)[];

  constructor(table: SchemaTable) {
    this.#table = table;
    this.#nodes = new Array(table.nodes.length).fill(undefined);
  }

  at(index: number): Prepared {
    let node = this.#nodes[index];
    if (node === undefined) {
      const keywords = this.#table.nodes[index] as SchemaNode;
      node = typeof keywords === 'boolean' ? keywords : new PreparedNode(keywords);
      this.#nodes[index] = node;
    }
    return node;
  }

  /** True for a value whose type, or a constant in it, shows that a branch refuses it: the rest need not be judged. */
  isForeign(branch: number, value: unknown): boolean {
    const node = this.at(branch);
    if (typeof node === 'boolean') return false;
    node.signs ??= this.#signsOf(branch);
    const { typesMask: mask, constants } = node.signs;
    if (mask !== everyType && (mask & typeBitOf(value)) === 0) return true;
    if (constants.length === 0 || !isObject(value)) return false;
    for (const [name, constant] of constants) if (has(value, name) && !isEqual(value[name], constant)) return true;
    return false;
  }

  #signsOf(branch: number): Signs {
    let mask = everyType;
    const constants: [string, unknown][] = [];
    for (const part of this.#conjunctsOf(branch)) {
      mask &= part.typesMask;
      for (const [name, property] of part.declared)
        for (const { hasConst, constant } of this.#conjunctsOf(property))
          if (hasConst) constants.push([name, constant]);
    }
    return { typesMask: mask, constants };
  }

  /** A node and what it refers to in place: all of them must hold. */
  #conjunctsOf(index: number): ReadonlySet<PreparedNode> {
    const found = new Set<PreparedNode>();
    const open = [index];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const node = this.at(next);
      if (typeof node === 'boolean' || found.has(node)) continue;
      found.add(node);
      if (node.ref !== -1) open.push(node.ref);
      open.push(...node.allOf);
    }
    return found;
  }
}

/** Tables are data of a module: what is prepared for one serves every value that is judged by it. */
const preparedNodes = new WeakMap<SchemaTable, PreparedNodes>();

export function preparedNodesOf(table: SchemaTable): PreparedNodes {
  let nodes = preparedNodes.get(table);
  if (nodes === undefined) {
    nodes = new PreparedNodes(table);
    preparedNodes.set(table, nodes);
  }
  return nodes;
}

/** True for an own member with a value; `toString` and the like are no members. */
export function has(value: ObjectValue, name: string): boolean {
  return value[name] !== undefined && Object.hasOwn(value, name);
}
