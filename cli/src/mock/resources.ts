import { createHash } from 'node:crypto';
import type { JsonValue } from '@millwright/contract';

/** Where a thing is: its path, and that of the collection that it is in. */
export interface Place {
  readonly path: string;
  readonly collection?: string;
}

interface Thing {
  readonly value: JsonValue;
  readonly collection: string | undefined;
}

/** Things by their concrete path, as they were given or made up. */
export class Resources {
  readonly #things = new Map<string, Thing>();
  /** Collections that somebody has put something into, and things that were deleted: what is missing there is missing. */
  readonly #settled = new Set<string>();

  get(path: string): JsonValue | undefined {
    return this.#things.get(path)?.value;
  }

  put(place: Place, value: JsonValue): void {
    this.invent(place, value);
    if (place.collection !== undefined) this.#settled.add(place.collection);
    this.#settled.delete(place.path);
  }

  /** Made up to answer a question: it does not make its collection one that somebody fills. */
  invent({ path, collection }: Place, value: JsonValue): void {
    this.#things.set(path, { value, collection });
  }

  delete(path: string): boolean {
    this.#settled.add(path);
    return this.#things.delete(path);
  }

  /** Something may be made up for a path that nobody has filled or emptied. */
  mayInvent({ path, collection }: Place): boolean {
    return !this.#settled.has(path) && (collection === undefined || !this.#settled.has(collection));
  }

  /** Whether somebody has filled the collection. */
  isFilled(collection: string): boolean {
    return this.#settled.has(collection);
  }

  list(collection: string): readonly JsonValue[] {
    return [...this.#things.values()].flatMap((thing) => (thing.collection === collection ? [thing.value] : []));
  }
}

/** Strong validator of a representation (RFC 9110, 8.8.3). */
export function etagOf(value: JsonValue): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`;
}
