import type { ContractEntry, ContractKind } from '../contract.ts';
import { child } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import { readGovernance } from './governance-reader.ts';
import { extensionsOf, type ObjectCursor, objectAt, reportShape, textAt } from './shape.ts';

/** What every kind of entry has: identity from `info`, domain from the file name, governance of the document. */
export function entryOf(
  workspace: Workspace,
  root: ObjectCursor,
  kind: ContractKind,
  formatVersion: string,
): ContractEntry {
  const info = objectAt(workspace, child(root, 'info'));
  if (info === undefined && kind !== 'jsonschema')
    reportShape(workspace, root, 'a document with an "info" object', 'warning');
  const named = info ?? root;
  const description = textAt(workspace, named, 'description');
  return {
    document: root.document,
    pointer: '',
    kind,
    formatVersion,
    title: textAt(workspace, named, 'title') ?? domainOf(root.document.uri),
    version: textAt(workspace, named, 'version') ?? '',
    ...(description === undefined ? {} : { description }),
    domain: domainOf(root.document.uri),
    servers: [],
    securitySchemes: new Map(),
    tags: [],
    governance: readGovernance(workspace, root, {}),
    extensions: extensionsOf(root.value),
  };
}

/** File name without folders and extension. */
function domainOf(uri: string): string {
  const path = decodeName(uri.slice(uri.lastIndexOf('/') + 1));
  return path.replace(/\.(json|ya?ml)$/i, '') || 'contract';
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
