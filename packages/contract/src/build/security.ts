import type { SecurityRequirement, SecurityScheme } from '../contract.ts';
import { isJsonObject, type JsonValue, member } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import { lastName, objectAt, reportShape, textAt } from './shape.ts';

/** Security schemes under `components`, by name. */
export function readSecuritySchemes(
  workspace: Workspace,
  components: Cursor | undefined,
): ReadonlyMap<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>();
  for (const [name, reference] of children(components && child(components, 'securitySchemes'))) {
    const scheme = readScheme(workspace, name, reference);
    if (scheme !== undefined) schemes.set(name, scheme);
  }
  return schemes;
}

function readScheme(workspace: Workspace, name: string, reference: Cursor): SecurityScheme | undefined {
  const cursor = objectAt(workspace, follow(workspace, reference));
  if (cursor === undefined) return undefined;
  return {
    document: cursor.document,
    pointer: cursor.pointer,
    name,
    type: textAt(workspace, cursor, 'type') ?? '',
    raw: cursor.value,
  };
}

/** Security Requirement Objects (OpenAPI, AsyncAPI 2): alternatives, each a conjunction of scheme name to scopes. */
export function readSecurity(
  workspace: Workspace,
  cursor: Cursor | undefined,
): readonly SecurityRequirement[] | undefined {
  if (cursor === undefined) return undefined;
  if (!Array.isArray(cursor.value)) {
    reportShape(workspace, cursor, 'an array of security requirements');
    return undefined;
  }
  return (cursor.value as readonly JsonValue[]).flatMap((item) =>
    isJsonObject(item) ? [new Map(Object.entries(item).map(([name, scopes]) => [name, textsOf(scopes)] as const))] : [],
  );
}

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Schemes that requirements name by a URI are added to the schemes under that URI. */
export function addSchemesByUri(
  workspace: Workspace,
  { document, pointer }: Cursor,
  security: readonly SecurityRequirement[],
  schemes: Map<string, SecurityScheme>,
): void {
  for (const [index, alternative] of security.entries())
    for (const name of alternative.keys()) {
      if (schemes.has(name) || !/[#/]/.test(name)) continue;
      const reference = { document, pointer: joinPointer(pointer, index, name), value: { $ref: name } };
      const scheme = readScheme(workspace, name, reference);
      if (scheme !== undefined) schemes.set(name, scheme);
    }
}

/**
 * Security of AsyncAPI 3: a list of schemes, of which one is enough. A scheme is named by its place under `components`; one
 * that stands elsewhere is added to the schemes, under its last name, or its pointer where it has none or that is taken.
 */
export function readSchemeList(
  workspace: Workspace,
  cursor: Cursor | undefined,
  schemes: Map<string, SecurityScheme>,
): readonly SecurityRequirement[] | undefined {
  if (cursor === undefined) return undefined;
  if (!Array.isArray(cursor.value)) {
    reportShape(workspace, cursor, 'an array of security schemes');
    return undefined;
  }
  return children(cursor).flatMap(([, reference]) => {
    const found = objectAt(workspace, follow(workspace, reference));
    if (found === undefined) return [];
    const known = [...schemes.values()].find(
      ({ document, pointer }) => document === found.document && pointer === found.pointer,
    );
    const name = known?.name ?? freeName(schemes, found, reference);
    const scheme = known ?? readScheme(workspace, name, found);
    if (scheme !== undefined) schemes.set(name, scheme);
    return [new Map([[name, textsOf(member(found.value, 'scopes'))]])];
  });
}

function freeName(schemes: ReadonlyMap<string, SecurityScheme>, found: Cursor, reference: Cursor): string {
  const name = lastName(found.pointer);
  return found.value === reference.value || schemes.has(name) ? found.pointer : name;
}
