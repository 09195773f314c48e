import type { DynamicRef, Schema, SchemaResource } from './schema.ts';

/** Scopes of one root at most: resources could otherwise multiply, each with anchors of all the others. */
const scopesMax = 256;

/**
 * The dynamic scope of an evaluation, as far as a `$dynamicRef` can ask for it (JSON Schema core, section 8.2.3.2): for every
 * dynamic anchor the outermost schema that has it. Ways that agree in that share one scope.
 */
export class DynamicScope {
  readonly #anchors: ReadonlyMap<string, Schema>;
  readonly #known: Map<string, DynamicScope>;
  readonly #numbers: Map<Schema, number>;
  readonly #inner = new Map<SchemaResource, DynamicScope | undefined>();

  constructor(
    anchors: ReadonlyMap<string, Schema> = new Map(),
    known: Map<string, DynamicScope> = new Map(),
    numbers: Map<Schema, number> = new Map(),
  ) {
    this.#anchors = anchors;
    this.#known = known;
    this.#numbers = numbers;
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
      if (this.#known.size >= scopesMax) return undefined;
      scope = new DynamicScope(anchors, this.#known, this.#numbers);
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
