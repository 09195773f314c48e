import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import type { JsonType, Schema } from '../schema.ts';
import { isBefore2019, refHidesSiblings } from './dialects.ts';
import { readDiscriminator } from './discriminator.ts';
import { jsonTypes } from './json-types.ts';
import { normaliseLegacy } from './legacy-keywords.ts';
import { checkConsistency } from './schema-consistency.ts';
import type { MutableSchema, SchemaGraph } from './schema-graph.ts';

/** Reads the keywords of one node and normalises them to 2020-12; children and references are asked of the graph. */
export function readKeywords(graph: SchemaGraph, node: MutableSchema): void {
  new KeywordReader(graph, node).read();
}

class KeywordReader {
  readonly #graph: SchemaGraph;
  readonly #node: MutableSchema;
  readonly #raw: JsonObject;

  constructor(graph: SchemaGraph, node: MutableSchema) {
    this.#graph = graph;
    this.#node = node;
    this.#raw = node.raw as JsonObject;
  }

  read(): void {
    const node = this.#node;
    if (Object.hasOwn(this.#raw, '$ref') && refHidesSiblings(node.dialect)) {
      this.#reference('$ref', this.#raw['$ref']);
      return;
    }
    const declared = this.#graph.dialects.declaredFor(node);
    for (const keyword of Object.keys(this.#raw)) {
      if (declared?.switchedOff.has(keyword) === true) continue;
      const value = this.#raw[keyword] as JsonValue;
      if (!this.#assertion(keyword, value) && !this.#applicator(keyword, value)) this.#annotation(keyword, value);
    }
    if (declared?.assertsFormat === true && node.format !== undefined) node.formatAsserted = true;
    normaliseLegacy(node);
    checkConsistency(this.#graph.workspace, node);
  }

  #wrong(keyword: string, wanted: string, severity: 'error' | 'warning' = 'error'): undefined {
    this.#graph.workspace.report({
      code: 'contract/schema-keyword-invalid',
      severity,
      message: `Keyword ${JSON.stringify(keyword)} must be ${wanted}`,
      location: locate(this.#node.document, joinPointer(this.#node.pointer, keyword), 'value'),
      fix: `Write ${wanted}, or remove the keyword.`,
    });
    return undefined;
  }

  #child(keyword: string, value: JsonValue, ...tokens: readonly (string | number)[]): Schema | undefined {
    return this.#graph.schemaAt(
      { document: this.#node.document, pointer: joinPointer(this.#node.pointer, keyword, ...tokens), value },
      this.#node.dialect,
      this.#node,
    );
  }

  #children(keyword: string, value: JsonValue): readonly Schema[] | undefined {
    if (!Array.isArray(value)) return this.#wrong(keyword, 'an array of schemas');
    return value.flatMap((item: JsonValue, index) => this.#child(keyword, item, index) ?? []);
  }

  #map(keyword: string, value: JsonValue): ReadonlyMap<string, Schema> | undefined {
    if (!isJsonObject(value)) return this.#wrong(keyword, 'an object of schemas');
    const map = new Map<string, Schema>();
    for (const name of Object.keys(value)) {
      const schema = this.#child(keyword, value[name] as JsonValue, name);
      if (schema !== undefined) map.set(name, schema);
    }
    return map;
  }

  #number(keyword: string, value: JsonValue): number | undefined {
    return typeof value === 'number' ? value : this.#wrong(keyword, 'a number');
  }

  #count(keyword: string, value: JsonValue): number | undefined {
    return typeof value === 'number' && Number.isInteger(value) && value >= 0
      ? value
      : this.#wrong(keyword, 'a whole number of zero or more');
  }

  #text(keyword: string, value: JsonValue): string | undefined {
    return typeof value === 'string' ? value : this.#wrong(keyword, 'a string');
  }

  #names(keyword: string, value: JsonValue): readonly string[] | undefined {
    if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value as string[];
    return this.#wrong(keyword, 'an array of member names', typeof value === 'boolean' ? 'warning' : 'error');
  }

  #set<K extends keyof MutableSchema>(keyword: K, value: MutableSchema[K] | undefined): true {
    if (value !== undefined) this.#node[keyword] = value as MutableSchema[K];
    return true;
  }

  #assertion(keyword: string, value: JsonValue): boolean {
    switch (keyword) {
      case 'type':
        return this.#set('type', this.#types(value));
      case 'enum':
        return this.#set(
          'enum',
          Array.isArray(value) ? (value as readonly JsonValue[]) : this.#wrong(keyword, 'an array'),
        );
      case 'const':
        this.#node.const = value;
        return true;
      case 'multipleOf':
        return this.#set(
          'multipleOf',
          typeof value === 'number' && value > 0 ? value : this.#wrong(keyword, 'a number above zero'),
        );
      case 'maximum':
      case 'minimum':
        return this.#set(keyword, this.#number(keyword, value));
      case 'exclusiveMaximum':
      case 'exclusiveMinimum':
        // The boolean form of draft 4 and OpenAPI 3.0 is turned into a bound afterwards.
        return typeof value === 'boolean' && refHidesSiblings(this.#node.dialect)
          ? true
          : this.#set(keyword, this.#number(keyword, value));
      case 'maxLength':
      case 'minLength':
      case 'maxItems':
      case 'minItems':
      case 'maxProperties':
      case 'minProperties':
      case 'maxContains':
      case 'minContains':
        return this.#set(keyword, this.#count(keyword, value));
      case 'pattern':
        return this.#set('pattern', this.#pattern(keyword, value));
      case 'uniqueItems':
        return this.#set('uniqueItems', typeof value === 'boolean' ? value : this.#wrong(keyword, 'true or false'));
      case 'required':
        return this.#set('required', this.#names(keyword, value));
      case 'dependentRequired':
        return isBefore2019(this.#node.dialect) || this.#set('dependentRequired', this.#dependentRequired(value));
      case 'format':
      case 'contentEncoding':
      case 'contentMediaType':
        return this.#set(keyword, this.#text(keyword, value));
      default:
        return false;
    }
  }

  #applicator(keyword: string, value: JsonValue): boolean {
    switch (keyword) {
      case '$ref':
      case '$dynamicRef':
      case '$recursiveRef':
        this.#reference(keyword, value);
        return true;
      case 'allOf':
      case 'anyOf':
      case 'oneOf':
        return this.#set(keyword, this.#children(keyword, value));
      case 'prefixItems':
        return this.#node.dialect !== '2020-12' || this.#set(keyword, this.#children(keyword, value));
      case 'items':
        return this.#items(value);
      case 'properties':
        return this.#set(keyword, this.#map(keyword, value));
      case 'dependentSchemas':
        return isBefore2019(this.#node.dialect) || this.#set(keyword, this.#map(keyword, value));
      case 'patternProperties':
        return this.#set('patternProperties', this.#patternMap(value));
      case '$defs':
      case 'definitions':
        return this.#set('defs', mergeMaps(this.#node.defs, this.#map(keyword, value)));
      case 'contains':
      case 'additionalProperties':
      case 'propertyNames':
      case 'unevaluatedItems':
      case 'unevaluatedProperties':
      case 'not':
      case 'if':
      case 'then':
      case 'else':
      case 'contentSchema':
        return this.#set(keyword, this.#child(keyword, value));
      case 'additionalItems':
        return true;
      case 'dependencies':
        return this.#node.dialect === 'openapi-3.0' ? true : this.#dependencies(value);
      default:
        return false;
    }
  }

  #annotation(keyword: string, value: JsonValue): void {
    switch (keyword) {
      case 'title':
      case 'description':
        if (typeof value === 'string') this.#node[keyword] = value;
        else this.#wrong(keyword, 'a string', 'warning');
        return;
      case 'default':
        this.#node.default = value;
        return;
      case 'examples':
        if (Array.isArray(value)) this.#node.examples = value as readonly JsonValue[];
        return;
      case 'example':
        this.#node.examples ??= [value];
        return;
      case 'deprecated':
      case 'readOnly':
      case 'writeOnly':
        if (typeof value === 'boolean') this.#node[keyword] = value;
        else this.#wrong(keyword, 'true or false', 'warning');
        return;
      case 'discriminator':
        readDiscriminator(this.#graph, this.#node, value);
        return;
      default:
        if (keyword.startsWith('x-')) {
          const extensions = (this.#node.extensions ?? new Map()) as Map<string, JsonValue>;
          extensions.set(keyword, value);
          this.#node.extensions = extensions;
        }
    }
  }

  #types(value: JsonValue): readonly JsonType[] | undefined {
    const list = Array.isArray(value) ? value : [value];
    const known = list.every((name) => typeof name === 'string' && jsonTypes.has(name));
    if (!known || list.length === 0)
      return this.#wrong('type', `one of ${[...jsonTypes].join(', ')}, or an array of them`);
    return [...new Set(list as JsonType[])];
  }

  #pattern(keyword: string, value: JsonValue): string | undefined {
    if (typeof value !== 'string') return this.#wrong(keyword, 'a string');
    if (compiles(value)) return value;
    this.#graph.workspace.report({
      code: 'contract/pattern-not-ecmascript',
      severity: 'warning',
      message: `Pattern ${JSON.stringify(value.slice(0, 120))} is not an ECMAScript regular expression and is not checked`,
      location: locate(this.#node.document, joinPointer(this.#node.pointer, keyword), 'value'),
      why: 'JSON Schema patterns are ECMA-262; other dialects differ from validator to validator.',
      fix: 'Rewrite it without features of another dialect such as (?i) or possessive quantifiers.',
    });
    return undefined;
  }

  #patternMap(value: JsonValue): ReadonlyMap<string, Schema> | undefined {
    const map = this.#map('patternProperties', value);
    if (map === undefined) return undefined;
    return new Map([...map].filter(([name]) => this.#pattern('patternProperties', name) !== undefined));
  }

  #dependentRequired(value: JsonValue): ReadonlyMap<string, readonly string[]> | undefined {
    if (!isJsonObject(value)) return this.#wrong('dependentRequired', 'an object of name lists');
    return new Map(
      Object.entries(value).flatMap(([name, list]) =>
        Array.isArray(list) ? [[name, list.filter((item) => typeof item === 'string')] as const] : [],
      ),
    );
  }

  #dependencies(value: JsonValue): true {
    if (!isJsonObject(value)) this.#wrong('dependencies', 'an object');
    else {
      const required = new Map(this.#node.dependentRequired);
      const schemas = new Map(this.#node.dependentSchemas);
      for (const [name, dependency] of Object.entries(value)) {
        if (Array.isArray(dependency))
          required.set(
            name,
            dependency.filter((item) => typeof item === 'string'),
          );
        else {
          const schema = this.#child('dependencies', dependency as JsonValue, name);
          if (schema !== undefined) schemas.set(name, schema);
        }
      }
      if (required.size > 0) this.#node.dependentRequired = required;
      if (schemas.size > 0) this.#node.dependentSchemas = schemas;
    }
    return true;
  }

  /** Tuple `items` with `additionalItems` (2019-09 and before) become `prefixItems` with `items`. */
  #items(value: JsonValue): true {
    if (!Array.isArray(value)) return this.#set('items', this.#child('items', value));
    if (this.#node.dialect === '2020-12')
      this.#wrong('items', 'one schema; tuples are "prefixItems" since 2020-12', 'warning');
    this.#set('prefixItems', this.#children('items', value));
    const rest = this.#raw['additionalItems'];
    return rest === undefined ? true : this.#set('items', this.#child('additionalItems', rest));
  }

  #reference(keyword: '$ref' | '$dynamicRef' | '$recursiveRef', value: JsonValue | undefined): void {
    const node = this.#node;
    if (
      keyword === '$recursiveRef' ? node.dialect !== '2019-09' : keyword === '$dynamicRef' && node.dialect !== '2020-12'
    )
      return;
    if (typeof value !== 'string') {
      this.#wrong(keyword, 'a URI reference');
      return;
    }
    const refPointer = joinPointer(node.pointer, keyword);
    if (keyword === '$ref') {
      this.#graph.refer(node, value, refPointer, keyword, (target) => {
        node.ref = target;
      });
      return;
    }
    const anchor = keyword === '$recursiveRef' ? '' : value.slice(value.indexOf('#') + 1);
    this.#graph.refer(node, value, refPointer, keyword, (target) => {
      this.#graph.referDynamically(node, anchor, target);
    });
  }
}

function mergeMaps(
  first: ReadonlyMap<string, Schema> | undefined,
  second: ReadonlyMap<string, Schema> | undefined,
): ReadonlyMap<string, Schema> | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  return new Map([...first, ...second]);
}

const compiled = new Map<string, boolean>();

function compiles(source: string): boolean {
  let known = compiled.get(source);
  if (known === undefined) {
    known = compilesWith(source, 'u') || compilesWith(source, '');
    compiled.set(source, known);
  }
  return known;
}

function compilesWith(source: string, flags: string): boolean {
  try {
    new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
}
