import { buildArazzo } from './build/arazzo.ts';
import { buildAsyncApi } from './build/asyncapi.ts';
import { documentKind } from './build/document-kind.ts';
import { settleDynamicRefs } from './build/dynamic-targets.ts';
import { entryOf } from './build/entry.ts';
import { checkSchemaGovernance } from './build/governance-reader.ts';
import { nameCandidates } from './build/named-schemas.ts';
import { buildOpenApi } from './build/openapi.ts';
import { SchemaGraph } from './build/schema-graph.ts';
import type { Channel, ChannelOperation, Contract, ContractEntry, Operation, Workflow } from './contract.ts';
import { type Diagnostic, hasErrors, type Result } from './diagnostic.ts';
import type { SourceDocument } from './document.ts';
import { isJsonObject } from './json.ts';
import { Workspace, type WorkspaceOptions } from './resolve/workspace.ts';
import type { Dialect, Schema } from './schema.ts';

export interface LoadOptions extends WorkspaceOptions {
  /** Files to read, as paths (or names of `files`). What they refer to is read as well. */
  readonly entries: readonly string[];
  /** Dialect of schema files that do not name theirs. Default 2020-12. */
  readonly dialect?: Dialect;
}

/**
 * Reads a set of OpenAPI, AsyncAPI, Arazzo and JSON Schema files into one contract.
 *
 * Bad input never throws: it gives diagnostics with positions, and no contract when one of them is an error.
 */
export async function loadContract(options: LoadOptions): Promise<Result<Contract>> {
  const remotes = new Map<string, string | Uint8Array>();
  for (;;) {
    const workspace = new Workspace(options.entries, options, remotes);
    const contract = build(workspace, options);
    if (workspace.missingRemotes.size === 0) {
      const diagnostics = unique(workspace.diagnostics, workspace.documents);
      return [hasErrors(diagnostics) ? undefined : contract, diagnostics];
    }
    const failures: Diagnostic[] = [];
    for (const uri of workspace.missingRemotes) {
      try {
        remotes.set(uri, await (options.fetchRemote as NonNullable<LoadOptions['fetchRemote']>)(uri));
      } catch (error) {
        failures.push({
          code: 'contract/remote-unreachable',
          severity: 'error',
          message: `${uri} could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
          fix: 'Check the address and the network, or copy the file beside the contract.',
        });
      }
    }
    if (failures.length > 0) return [undefined, [...unique(workspace.diagnostics, workspace.documents), ...failures]];
  }
}

interface Parts {
  readonly entries: ContractEntry[];
  readonly operations: Operation[];
  readonly webhooks: Operation[];
  readonly channels: Channel[];
  readonly channelOperations: ChannelOperation[];
  readonly workflows: Workflow[];
  readonly components: (readonly [name: string, schema: Schema])[];
}

function build(workspace: Workspace, options: LoadOptions): Contract {
  const graph = new SchemaGraph(workspace);
  const parts: Parts = {
    entries: [],
    operations: [],
    webhooks: [],
    channels: [],
    channelOperations: [],
    workflows: [],
    components: [],
  };
  // All entries are opened before one is read: a reference may mean an entry by the name that it gives itself.
  for (const document of options.entries.map((path) => workspace.openEntry(path))) {
    if (document !== undefined && !parts.entries.some((entry) => entry.document === document))
      addEntry(workspace, graph, document, parts, options.dialect ?? '2020-12');
  }
  graph.tie();
  settleDynamicRefs(graph.dynamicallyReferring, graph.given());
  for (const schema of graph.nodes) checkSchemaGovernance(workspace, schema);
  const { components, ...rest } = parts;
  return { ...rest, documents: [...workspace.documents], schemas: nameCandidates(graph, components) };
}

function addEntry(
  workspace: Workspace,
  graph: SchemaGraph,
  document: SourceDocument,
  parts: Parts,
  dialect: Dialect,
): void {
  switch (documentKind(document)) {
    case 'openapi': {
      const built = buildOpenApi(workspace, graph, document);
      if (built === undefined) return;
      parts.entries.push(built.entry);
      parts.operations.push(...built.operations);
      parts.webhooks.push(...built.webhooks);
      parts.components.push(...built.schemas);
      return;
    }
    case 'asyncapi': {
      const built = buildAsyncApi(workspace, graph, document);
      if (built === undefined) return;
      parts.entries.push(built.entry);
      parts.channels.push(...built.channels);
      parts.channelOperations.push(...built.channelOperations);
      parts.components.push(...built.schemas);
      return;
    }
    case 'arazzo': {
      const built = buildArazzo(workspace, graph, document);
      if (built === undefined) return;
      parts.entries.push(built.entry);
      parts.workflows.push(...built.workflows);
      return;
    }
    case 'jsonschema': {
      const root = { document, pointer: '', value: document.value };
      const schema = graph.schemaOfDocument(document, dialect);
      if (schema === undefined) return;
      parts.entries.push(
        isJsonObject(root.value)
          ? entryOf(workspace, { ...root, value: root.value }, 'jsonschema', schema.dialect)
          : { ...entryOf(workspace, { ...root, value: {} }, 'jsonschema', schema.dialect) },
      );
    }
  }
}

/** The same thing is said once, however many references lead to it; by file, in the order of reading, and position. */
function unique(diagnostics: readonly Diagnostic[], documents: readonly SourceDocument[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  const once = diagnostics.filter(({ code, message, location }) => {
    const key = `${code}|${location?.file}|${location?.pointer}|${location?.line}:${location?.column}|${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const files = new Map<string | undefined, number>();
  for (const file of [...documents.map((document) => document.file), ...once.map(({ location }) => location?.file)])
    if (!files.has(file)) files.set(file, files.size);
  return once.sort(
    ({ location: left }, { location: right }) =>
      (files.get(left?.file) ?? 0) - (files.get(right?.file) ?? 0) ||
      (left?.line ?? 0) - (right?.line ?? 0) ||
      (left?.column ?? 0) - (right?.column ?? 0),
  );
}
