import type { SourceDocument } from '../document.ts';
import { isJsonObject, type JsonObject, type JsonValue, member } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, children, splitReference } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Dialect } from '../schema.ts';
import { dialectOf } from './dialects.ts';

/** A dialect that a meta-schema of the contract makes of vocabularies (JSON Schema core, section 8.1). */
export interface DeclaredDialect {
  readonly dialect: Dialect;
  /** Keywords of the vocabularies that the meta-schema does not list. */
  readonly switchedOff: ReadonlySet<string>;
  /** `format` refuses values whatever the reader is told: the meta-schema lists the format-assertion vocabulary. */
  readonly assertsFormat: boolean;
  /** Vocabularies that must be understood and are not. */
  readonly missing: readonly string[];
}

const applicators = [
  ['prefixItems', 'items', 'additionalItems', 'contains', 'properties', 'patternProperties', 'additionalProperties'],
  ['propertyNames', 'dependentSchemas', 'dependencies', 'if', 'then', 'else', 'allOf', 'anyOf', 'oneOf', 'not'],
].flat();
const unevaluated = ['unevaluatedItems', 'unevaluatedProperties'];
const assertions = [
  ['type', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'maxContains', 'minContains'],
  ['maxProperties', 'minProperties', 'required', 'dependentRequired'],
].flat();

/**
 * Keywords by the vocabularies that have them; any of them is enough. Those that only annotate are not listed: a keyword that is
 * not known annotates as well.
 */
const keywords: Readonly<Partial<Record<Dialect, readonly (readonly [vocabularies: readonly string[], string[]])[]>>> =
  {
    '2020-12': [
      [['applicator'], applicators],
      [['unevaluated'], unevaluated],
      [['validation'], assertions],
      [['format-annotation', 'format-assertion'], ['format']],
      [['content'], ['contentSchema']],
    ],
    '2019-09': [
      [['applicator'], [...applicators, ...unevaluated]],
      [['validation'], assertions],
      [['format'], ['format']],
      [['content'], ['contentSchema']],
    ],
  };

/** Vocabularies of the drafts by their last word. */
const words: Readonly<Partial<Record<Dialect, readonly string[]>>> = {
  '2020-12': [
    'core',
    'applicator',
    'unevaluated',
    'validation',
    'meta-data',
    'format-annotation',
    'format-assertion',
    'content',
  ],
  '2019-09': ['core', 'applicator', 'validation', 'meta-data', 'format', 'content'],
};
/** OpenAPI's own vocabulary only annotates. */
const openApiVocabulary = 'https://spec.openapis.org/oas/3.1/vocab/base';

/** Meta-schemas at most on the way from one to the standard one that it is written in. */
const stepsMax = 32;

function vocabularyOf(dialect: Dialect): (word: string) => string {
  return (word) => `https://json-schema.org/draft/${dialect}/vocab/${word}`;
}

/** Members that hold values, in which an `$id` is data. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'example', 'examples']);

/** Finds the meta-schemas that `$schema` names among the documents that were given, and reads their vocabularies. */
export class DeclaredDialects {
  readonly #workspace: Workspace;
  readonly #dialects = new Map<string, DeclaredDialect>();
  readonly #byId = new Map<string, Cursor>();
  #indexed = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The dialect of a `$schema` in a document; undefined when no document is its meta-schema. */
  of(schema: string, from: SourceDocument): DeclaredDialect | undefined {
    return this.#of(schema, from, new Set());
  }

  #of(schema: string, from: SourceDocument, asked: Set<string>): DeclaredDialect | undefined {
    const standard = dialectOf(schema);
    if (standard !== undefined) return { dialect: standard, switchedOff: new Set(), assertsFormat: false, missing: [] };
    const split = splitReference(schema, from.uri);
    if (split === undefined || split.fragment !== '' || asked.has(split.uri) || asked.size > stepsMax) return undefined;
    const done = this.#dialects.get(split.uri);
    if (done !== undefined) return done;
    const place = this.#metaSchema(split.uri, from);
    if (place === undefined || !isJsonObject(place.value)) return undefined;
    const vocabulary = member(place.value, '$vocabulary');
    const parent = member(place.value, '$schema');
    const above = typeof parent === 'string' ? this.#of(parent, place.document, asked.add(split.uri)) : undefined;
    // Without vocabularies it is up to the reader (section 8.1.2): the dialect that the meta-schema itself is written in.
    const dialect = vocabulary === undefined ? above : this.#made(place, vocabulary, above?.dialect);
    if (dialect !== undefined) this.#dialects.set(split.uri, dialect);
    return dialect;
  }

  #made(place: Cursor, vocabulary: JsonValue, fallback: Dialect | undefined): DeclaredDialect | undefined {
    if (!isJsonObject(vocabulary) || Object.values(vocabulary).some((value) => typeof value !== 'boolean')) {
      this.#workspace.report({
        code: 'contract/schema-keyword-invalid',
        severity: 'error',
        message: 'Keyword "$vocabulary" must be an object of true and false by URI',
        location: locate(place.document, joinPointer(place.pointer, '$vocabulary'), 'value'),
        fix: 'Write true for a vocabulary that a reader must understand, and false for one that it may ignore.',
      });
      return undefined;
    }
    return dialectOfVocabularies(vocabulary, fallback);
  }

  /** The schema with an URI: a document that was read from there, or one that takes the URI for its `$id`. */
  #metaSchema(uri: string, from: SourceDocument): Cursor | undefined {
    const document = this.#workspace.has(uri) ? this.#workspace.openReference(uri, from, '/$schema') : undefined;
    if (document !== undefined) return { document, pointer: '', value: document.value };
    const { documents } = this.#workspace;
    for (; this.#indexed < documents.length; this.#indexed += 1)
      this.#index(documents[this.#indexed] as SourceDocument);
    return this.#byId.get(uri);
  }

  #index(document: SourceDocument): void {
    const open: { readonly at: Cursor; readonly base: string }[] = [
      { at: { document, pointer: '', value: document.value }, base: document.uri },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { at } = next;
      const id = isJsonObject(at.value) ? member(at.value, '$id') : undefined;
      const uri = typeof id === 'string' && !id.startsWith('#') ? splitReference(id, next.base)?.uri : undefined;
      if (uri !== undefined && !this.#byId.has(uri)) this.#byId.set(uri, at);
      const base = uri ?? next.base;
      for (const [name, part] of children(at)) if (!dataKeywords.has(name)) open.push({ at: part, base });
    }
  }
}

function dialectOfVocabularies(vocabulary: JsonObject, fallback: Dialect | undefined): DeclaredDialect | undefined {
  const names = Object.keys(vocabulary);
  const dialect =
    (['2020-12', '2019-09'] as const).find((draft) => names.includes(vocabularyOf(draft)('core'))) ?? fallback;
  if (dialect === undefined) return undefined;
  const uriOf = vocabularyOf(dialect);
  const listed = (word: string): boolean => names.includes(uriOf(word));
  const known = new Set([openApiVocabulary, ...(words[dialect] ?? []).map(uriOf)]);
  return {
    dialect,
    switchedOff: new Set(
      (keywords[dialect] ?? []).flatMap(([vocabularies, words]) => (vocabularies.some(listed) ? [] : words)),
    ),
    // In 2019-09 it is the demand to understand the vocabulary that makes formats assertions (validation, section 7.2).
    assertsFormat: listed('format-assertion') || (dialect === '2019-09' && vocabulary[uriOf('format')] === true),
    missing: names.filter((name) => vocabulary[name] === true && !known.has(name)),
  };
}
