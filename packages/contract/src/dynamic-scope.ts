import type { DynamicRef, Schema, SchemaResource } from './schema.ts';

/** What the scopes of one walk have in common. */
interface Shared {
  readonly known: Map<string, DynamicScope>;
  readonly numbers: Map<Schema, number>;
}

/**
 * The dynamic scope of an evaluation, as far as a `$dynamicRef` can ask for it (JSON Schema core, section 8.2.3.2): for every
 * dynamic anchor the outermost schema that has it. Ways that agree in that share one scope.
 */
export class DynamicScope {
  readonly #scopesMax: number;
  readonly #anchors: ReadonlyMap<string, Schema>;
  readonly #known: Map<string, DynamicScope>;
  readonly #numbers: Map<Schema, number>;
  readonly #inner = new Map<SchemaResource, DynamicScope | undefined>();

  /** The scope outside of everything. Within it there are so many at most: resources with anchors of all the others multiply. */
  constructor(
    scopesMax: number,
    anchors: ReadonlyMap<string, Schema> = new Map(),
    shared: Shared = { known: new Map(), numbers: new Map() },
  ) {
    this.#scopesMax = scopesMax;
    this.#anchors = anchors;
    this.#known = shared.known;
    this.#numbers = shared.numbers;
  }

  /** The scope inside of a resource, undefined beyond the limit; schemas that an analysis made up have no resource. */
  enter(resource: SchemaResource | undefined): DynamicScope | undefined {
    if (resource === undefined || resource.dynamicAnchors.size === 0) return this;
    if (!this.#inner.has(resource)) this.#inner.set(resource, this.#with(resource));
    return this.#inner.get(resource);
  }

  /** Where a dynamic reference leads from here. */
  targetOf({ anchor, initial, dynamic }: DynamicRef): Schema {
    return (dynamic ? this.#anchors.get(anchor) : undefined) ?? initial;
  }

  #with(resource: SchemaResource): DynamicScope | undefined {
    const anchors = new Map([...resource.dynamicAnchors, ...this.#anchors]);
    if (anchors.size === this.#anchors.size) return this;
    const key = [...anchors]
      .map(([anchor, schema]) => JSON.stringify([anchor, this.#numberOf(schema)]))
      .sort()
      .join();
    let scope = this.#known.get(key);
    if (scope === undefined) {
      if (this.#known.size >= this.#scopesMax) return undefined;
      scope = new DynamicScope(this.#scopesMax, anchors, { known: this.#known, numbers: this.#numbers });
      this.#known.set(key, scope);
    }
    return scope;
  }

  #numberOf(schema: Schema): number {
    const number = this.#numbers.get(schema) ?? this.#numbers.size;
    this.#numbers.set(schema, number);
    return number;
  }
}
