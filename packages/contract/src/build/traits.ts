import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, child, children, follow, referencesMadeAbsolute } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import { type ObjectCursor, objectAt } from './shape.ts';

/** Members that do not travel from a trait to the object that uses it (AsyncAPI, Message Trait Object). */
const ownMembers: ReadonlySet<string> = new Set(['traits', 'payload']);

/** Each merged value is a value of its own, with a schema where it describes headers: a small file could grow without end. */
const valuesPerMergedValue = 16;

/**
 * Merges the traits of operations and messages into them, by JSON Merge Patch (RFC 7396) in the order of the list. In 2.x a
 * trait is a patch upon the object, so the trait wins; in 3.x the object is the last patch, so the object wins. The place
 * stays the object's.
 */
export class TraitMerger {
  readonly #workspace: Workspace;
  readonly #traitWins: boolean;
  readonly #absolute = new WeakMap<object, JsonValue>();
  readonly #withoutNulls = new WeakMap<object, JsonObject>();
  readonly #sizes = new WeakMap<object, number>();
  #mergedCount = 0;

  constructor(workspace: Workspace, traitWins: boolean) {
    this.#workspace = workspace;
    this.#traitWins = traitWins;
  }

  merge(cursor: ObjectCursor): ObjectCursor {
    const traits = children(child(cursor, 'traits')).flatMap(([, reference]) => {
      const trait = objectAt(this.#workspace, follow(this.#workspace, reference));
      return trait === undefined ? [] : [this.#patchOf(trait, cursor)];
    });
    if (traits.length === 0 || this.#isTooLarge) return cursor;
    const own = this.#patchOf(cursor, cursor);
    let merged: JsonObject = this.#traitWins ? own : {};
    for (const patch of this.#traitWins ? traits : [...traits, own]) merged = this.#mergePatch(merged, patch);
    if (this.#isTooLarge) {
      this.#reportSize(cursor);
      return cursor;
    }
    return { ...cursor, value: merged };
  }

  /**
   * Where a member of a merged object stands in a file, so that diagnostics and references start from there: the last patch
   * that gives it. Undefined where objects of several places were merged into one.
   */
  placeOf(cursor: ObjectCursor, name: string): Cursor | undefined {
    const inTraits = children(child(cursor, 'traits')).flatMap(([, reference]) => {
      const trait = follow(this.#workspace, reference);
      return (trait && child(trait, name)) ?? [];
    });
    const own = child(cursor, name) ?? [];
    const places = this.#traitWins ? [own, inTraits].flat() : [inTraits, own].flat();
    const last = places.at(-1);
    return places.length > 1 && isJsonObject(last?.value) ? undefined : last;
  }

  #patchOf(owner: ObjectCursor, target: Cursor): JsonObject {
    return Object.fromEntries(
      Object.keys(owner.value)
        .filter((name) => !ownMembers.has(name))
        .map((name) => [name, this.#contentOf(child(owner, name) as Cursor, target)]),
    ) as JsonObject;
  }

  /** A patch is about what a reference stands for, and its own references keep their meaning in the file of the target. */
  #contentOf(at: Cursor, target: Cursor): JsonValue {
    const isReference = isJsonObject(at.value) && Object.hasOwn(at.value, '$ref');
    const content = isReference ? (follow(this.#workspace, at) ?? at) : at;
    const { document, value } = content;
    if (document === target.document || value === null || typeof value !== 'object') return value;
    const known = this.#absolute.get(value) ?? referencesMadeAbsolute(content);
    this.#absolute.set(value, known);
    return known;
  }

  #mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
    const merged = new Map<string, JsonValue>(Object.entries(target));
    for (const [name, value] of Object.entries(patch) as [string, JsonValue][]) {
      const before = merged.get(name);
      if (value === null) merged.delete(name);
      else if (!isJsonObject(value)) merged.set(name, value);
      else if (!isJsonObject(before)) merged.set(name, this.#cleaned(value));
      else {
        const both = this.#mergePatch(before, value);
        merged.set(name, both);
        this.#mergedCount += this.#sizeOf(both);
      }
    }
    return Object.fromEntries(merged);
  }

  /** JSON values in a value. Shared parts are counted each time, but looked at once. */
  #sizeOf(value: JsonValue): number {
    if (value === null || typeof value !== 'object') return 1;
    let size = this.#sizes.get(value);
    if (size === undefined) {
      size = Object.values(value).reduce<number>((sum, inner) => sum + this.#sizeOf(inner as JsonValue), 1);
      this.#sizes.set(value, size);
    }
    return size;
  }

  /** What a patch leaves where nothing was before: everything but its nulls. Shared, so that one trait stays one value. */
  #cleaned(patch: JsonObject): JsonObject {
    let known = this.#withoutNulls.get(patch);
    if (known === undefined) {
      const entries = (Object.entries(patch) as [string, JsonValue][]).filter(([, value]) => value !== null);
      const cleaned = entries.map(
        ([name, value]) => [name, isJsonObject(value) ? this.#cleaned(value) : value] as const,
      );
      const isClean =
        cleaned.length === Object.keys(patch).length &&
        cleaned.every(([, value], index) => value === entries[index]?.[1]);
      known = isClean ? patch : Object.fromEntries(cleaned);
      this.#withoutNulls.set(patch, known);
    }
    return known;
  }

  get #mergedMax(): number {
    return this.#workspace.limits.nodesMax / valuesPerMergedValue;
  }

  get #isTooLarge(): boolean {
    return this.#mergedCount > this.#mergedMax;
  }

  #reportSize({ document, pointer }: Cursor): void {
    this.#workspace.report({
      code: 'contract/too-many-nodes',
      severity: 'error',
      message: `Traits add more than ${Math.floor(this.#mergedMax)} values to one description`,
      location: locate(document, `${pointer}/traits`),
      fix: 'Put what is common into one schema and refer to it, or raise limits.nodesMax in the config.',
    });
  }
}
