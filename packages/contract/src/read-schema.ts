import { SchemaGraph } from './build/schema-graph.ts';
import type { JsonObject } from './json.ts';
import { Workspace } from './resolve/workspace.ts';
import type { Dialect, Schema } from './schema.ts';

const place = 'memory:/schema.json';
// A mistake in a contract, but its meaning is clear: such a member is never met.
const harmless = 'contract/enum-type-mismatch';

/**
 * One schema that refers to nothing but itself and the `known` ones (texts by URI), as a node of a graph; undefined when it
 * cannot be read. No file and no network is touched.
 */
export function readSchema(
  schema: JsonObject | boolean,
  dialect: Dialect,
  known: ReadonlyMap<string, string> = new Map(),
): Schema | undefined {
  const workspace = new Workspace([place], { files: new Map([...known, [place, JSON.stringify(schema)]]) }, new Map());
  const document = workspace.openEntry(place);
  if (document === undefined) return undefined;
  const graph = new SchemaGraph(workspace);
  const root = graph.schemaOfDocument(document, dialect);
  graph.tie();
  const isWrong = workspace.diagnostics.some(({ severity, code }) => severity === 'error' && code !== harmless);
  return isWrong ? undefined : root;
}
