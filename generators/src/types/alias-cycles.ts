import type { Schema } from '@millwright/contract';

/**
 * TypeScript refuses an alias that contains itself outside of an object or array (TS2456). Such circles come from
 * inheritance written both ways (a parent lists its children in `oneOf`, each child names the parent in `allOf`) and from
 * references that only refer to each other.
 */
export class AliasCycles {
  readonly #named: (schema: Schema) => boolean;
  readonly #components = new Map<Schema, number>();
  readonly #unionComponents = new Map<Schema, number>();

  constructor(schemas: Iterable<Schema>, named: (schema: Schema) => boolean) {
    this.#named = named;
    const list = [...schemas];
    stronglyConnected(list, (schema) => this.#targets(schema, true), this.#components);
    stronglyConnected(list, (schema) => this.#targets(schema, false), this.#unionComponents);
  }

  /** True when the declaration of `owner` may not name `target` in an intersection: its own members are printed instead. */
  cutsIntersection(owner: Schema, target: Schema): boolean {
    return sameComponent(this.#components, owner, target);
  }

  /** True when the declaration of `owner` may not even name `target` in a union. */
  cutsUnion(owner: Schema, target: Schema): boolean {
    return sameComponent(this.#unionComponents, owner, target);
  }

  /** Named schemas that the alias of a schema names in place. */
  #targets(schema: Schema, intersections: boolean): readonly Schema[] {
    const found: Schema[] = [];
    const visit = (node: Schema, isRoot: boolean): void => {
      if (!isRoot && this.#named(node)) {
        found.push(node);
        return;
      }
      if (intersections)
        for (const next of [node.ref, node.dynamicRef?.target, ...(node.allOf ?? [])])
          if (next !== undefined) visit(next, false);
      for (const next of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(next, false);
    };
    visit(schema, true);
    return found;
  }
}

function sameComponent(components: ReadonlyMap<Schema, number>, left: Schema, right: Schema): boolean {
  const component = components.get(left);
  return component !== undefined && component === components.get(right);
}

/** Tarjan's algorithm without recursion; only components with a circle get a number. */
function stronglyConnected(
  nodes: readonly Schema[],
  targetsOf: (schema: Schema) => readonly Schema[],
  components: Map<Schema, number>,
): void {
  const index = new Map<Schema, number>();
  const low = new Map<Schema, number>();
  const open = new Set<Schema>();
  const path: Schema[] = [];
  let component = 0;
  for (const root of nodes) {
    if (index.has(root)) continue;
    const frames: { readonly node: Schema; readonly targets: readonly Schema[]; next: number }[] = [];
    const enter = (node: Schema): void => {
      index.set(node, index.size);
      low.set(node, index.get(node) as number);
      open.add(node);
      path.push(node);
      frames.push({ node, targets: targetsOf(node), next: 0 });
    };
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const target = frame.targets[frame.next];
      frame.next += 1;
      if (target !== undefined) {
        if (!index.has(target)) enter(target);
        else if (open.has(target))
          low.set(frame.node, Math.min(low.get(frame.node) as number, index.get(target) as number));
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined)
        low.set(parent.node, Math.min(low.get(parent.node) as number, low.get(frame.node) as number));
      if (low.get(frame.node) !== index.get(frame.node)) continue;
      const members: Schema[] = [];
      for (let node = path.pop() as Schema; ; node = path.pop() as Schema) {
        open.delete(node);
        members.push(node);
        if (node === frame.node) break;
      }
      if (members.length > 1 || frame.targets.includes(frame.node)) {
        component += 1;
        for (const node of members) components.set(node, component);
      }
    }
  }
}
