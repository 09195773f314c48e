import { schemaEdges } from '@millwright/codegen';
import type { Schema } from '@millwright/contract';

/** Schemas with what they are made of before them, and those that contain themselves. */
export interface SchemaOrder {
  /** Parts before the whole; a schema that contains itself comes after the rest of its circle. */
  readonly schemas: readonly Schema[];
  /** Schemas that stand before one of their parts: they must be callable before they are written. */
  readonly recursive: ReadonlySet<Schema>;
}

/** Orders everything reachable from the roots without recursion, so that no chain of references can exhaust the stack. */
export function orderSchemas(roots: Iterable<Schema>): SchemaOrder {
  const schemas: Schema[] = [];
  const recursive = new Set<Schema>();
  const state = new Map<Schema, 'open' | 'done'>();
  for (const root of roots) {
    if (state.has(root)) continue;
    const frames: { readonly schema: Schema; readonly parts: readonly Schema[]; next: number }[] = [];
    const enter = (schema: Schema): void => {
      state.set(schema, 'open');
      frames.push({ schema, parts: schemaEdges(schema).map((edge) => edge.schema), next: 0 });
    };
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const part = frame.parts[frame.next];
      frame.next += 1;
      if (part === undefined) {
        frames.pop();
        state.set(frame.schema, 'done');
        schemas.push(frame.schema);
      } else if (!state.has(part)) enter(part);
      else if (state.get(part) === 'open') recursive.add(part);
    }
  }
  return { schemas, recursive };
}

/** Who holds or refers to each schema. */
export function usersOf(all: readonly Schema[]): ReadonlyMap<Schema, readonly Schema[]> {
  const users = new Map<Schema, Schema[]>();
  for (const schema of all)
    for (const { schema: part } of schemaEdges(schema)) {
      const list = users.get(part);
      if (list === undefined) users.set(part, [schema]);
      else list.push(schema);
    }
  return users;
}

/** Schemas from which one of some schemas can be reached, those included. */
export function schemasReaching(
  users: ReadonlyMap<Schema, readonly Schema[]>,
  targets: Iterable<Schema>,
): ReadonlySet<Schema> {
  const reaching = new Set(targets);
  for (const schema of reaching) for (const user of users.get(schema) ?? []) reaching.add(user);
  return reaching;
}
