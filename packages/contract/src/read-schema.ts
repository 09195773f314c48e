import { settleDynamicRefs } from './build/dynamic-targets.ts';
import { SchemaGraph } from './build/schema-graph.ts';
import type { JsonObject } from './json.ts';
import { Workspace } from './resolve/workspace.ts';
import type { Dialect, Schema } from './schema.ts';

const place = 'memory:/schema.json';
// A mistake in a contract, but its meaning is clear: such a member is never met.
const harmless = 'contract/enum-type-mismatch';

/**
 * One schema that refers to nothing but itself and the standard meta-schemas, as a node of a graph; undefined when it cannot
 * be read. No file and no network is touched.
 */
export function readSchema(schema: JsonObject | boolean, dialect: Dialect): Schema | undefined {
  const workspace = new Workspace([place], { files: new Map([[place, JSON.stringify(schema)]]) }, new Map());
  const document = workspace.openEntry(place);
  if (document === undefined) return undefined;
  const graph = new SchemaGraph(workspace);
  const root = graph.schemaOfDocument(document, dialect);
  graph.tie();
  if (root !== undefined) settleDynamicRefs(graph.dynamicallyReferring, [root]);
  const isWrong = workspace.diagnostics.some(({ severity, code }) => severity === 'error' && code !== harmless);
  return isWrong ? undefined : root;
}
