import {
  type Contract,
  type ContractEntry,
  escapeToken,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '@millwright/contract';
import type { Facts } from './facts.ts';
import type { Pairs } from './pairs.ts';
import { isAlike, objectOf, valueAt } from './values.ts';

/** Sections that are words only, or whose members are known by name without a reference. */
const told: ReadonlySet<string> = new Set(['securitySchemes', 'examples', 'tags', 'externalDocs']);

interface Part {
  /** `parameters/limit`. */
  readonly name: string;
  readonly value: JsonValue;
  readonly pointer: string;
}

/**
 * Components that nothing in the contract refers to: whoever does may be in a file that was not asked for. Those that are
 * used are told by their users.
 */
export function compareUnusedParts(
  base: Contract,
  revision: Contract,
  { both }: Pairs<ContractEntry>,
  facts: Facts,
): void {
  const before = new Uses(base);
  const after = new Uses(revision);
  for (const [left, right] of both) {
    const [was, is] = [partsOf(left), partsOf(right)];
    const about = { operation: right.domain, direction: 'none' } as const;
    for (const [name, { pointer, value }] of was) {
      const part = is.get(name);
      const at = { base: { document: left.document, pointer } };
      if (part === undefined) {
        // A schema has a type in generated code, used or not, and is told as a component.
        if (!name.startsWith('schemas/') && !before.has(left, pointer))
          facts.changes.push({ ...about, ...at, kind: 'unused-part-removed', name });
      } else if (!isAlike(value, part.value) && !(before.has(left, pointer) && after.has(right, part.pointer)))
        facts.changes.push({
          ...about,
          ...at,
          kind: 'unused-part-changed',
          name,
          revision: { document: right.document, pointer: part.pointer },
        });
    }
    for (const [name, { pointer }] of is)
      if (!was.has(name) && !name.startsWith('schemas/') && !after.has(right, pointer))
        facts.changes.push({
          ...about,
          kind: 'unused-part-added',
          name,
          revision: { document: right.document, pointer },
        });
  }
}

function partsOf({ document }: ContractEntry): ReadonlyMap<string, Part> {
  const sections = Object.entries(objectOf(objectOf(document.value)['components']));
  const parts = sections.flatMap(([section, members]) =>
    told.has(section) || section.startsWith('x-')
      ? []
      : Object.entries(objectOf(members as JsonValue)).map(([key, value]): Part => {
          const pointer = `/components/${escapeToken(section)}/${escapeToken(key)}`;
          return { name: `${section}/${key}`, value: value as JsonValue, pointer };
        }),
  );
  return new Map(parts.map((part) => [part.name, part] as const));
}

/** Components that are referred to, from outside the components or from one that is. Looked for when first asked. */
class Uses {
  readonly #contract: Contract;
  #places: Set<string> | undefined;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  has({ document }: ContractEntry, pointer: string): boolean {
    this.#places ??= this.#find();
    return this.#places.has(`${document.uri}#${pointer}`);
  }

  #find(): Set<string> {
    const documents = new Map(this.#contract.documents.map((document) => [document.uri, document] as const));
    const places = new Set<string>();
    const waiting: (readonly [uri: string, value: JsonValue])[] = [...documents].map(([uri, { value }]) => [
      uri,
      isJsonObject(value) ? { ...value, components: null } : value,
    ]);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const [uri, value] = at;
      for (const reference of referencesIn(value)) {
        const [file = '', fragment = ''] = reference.split('#');
        const target = file === '' ? uri : (URL.parse(file, uri)?.href ?? file);
        const pointer = componentAt(fragment);
        const place = `${target}#${pointer}`;
        if (pointer === undefined || places.has(place)) continue;
        places.add(place);
        const found = valueAt(documents.get(target)?.value ?? null, pointer);
        if (found !== undefined) waiting.push([target, found]);
      }
    }
    return places;
  }
}

/** Without recursion, because values can be nested deeper than the stack. */
function referencesIn(value: JsonValue): ReadonlySet<string> {
  const references = new Set<string>();
  const waiting: JsonValue[] = [value];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    const isList = Array.isArray(at);
    for (const name of Object.keys(at)) {
      const inner = (at as JsonObject)[name] as JsonValue;
      if (typeof inner === 'object' && inner !== null) waiting.push(inner);
      else if (!isList && name === '$ref' && typeof inner === 'string') references.add(inner);
    }
  }
  return references;
}

/** The component that a pointer leads into. */
function componentAt(fragment: string): string | undefined {
  const pointer = /^\/components\/[^/]+\/[^/]+/.exec(fragment)?.[0];
  try {
    return pointer && decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}
