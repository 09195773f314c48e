import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';

export type ObjectCursor = Cursor & { readonly value: JsonObject };

/** Reports that a member has the wrong shape. */
export function reportShape(
  workspace: Workspace,
  cursor: Cursor,
  wanted: string,
  severity: 'error' | 'warning' = 'error',
): void {
  const name = cursor.pointer.slice(cursor.pointer.lastIndexOf('/') + 1) || 'The document';
  workspace.report({
    code: 'contract/member-invalid',
    severity,
    message: `${JSON.stringify(name)} must be ${wanted}`,
    location: locate(cursor.document, cursor.pointer, 'value'),
    fix: `Write ${wanted}.`,
  });
}

/** Reports something about a name rather than a value. */
export function reportName(workspace: Workspace, cursor: Cursor, code: string, message: string, fix: string): void {
  workspace.report({ code, severity: 'error', message, location: locate(cursor.document, cursor.pointer, 'key'), fix });
}

/** An object at a cursor, or undefined after a report. */
export function objectAt(workspace: Workspace, cursor: Cursor | undefined): ObjectCursor | undefined {
  if (cursor === undefined) return undefined;
  if (isJsonObject(cursor.value)) return cursor as ObjectCursor;
  reportShape(workspace, cursor, 'an object');
  return undefined;
}

/** A member that must be a string where it is present. */
export function textAt(workspace: Workspace, cursor: Cursor, name: string): string | undefined {
  const found = child(cursor, name);
  if (found === undefined || found.value === null) return undefined;
  if (typeof found.value === 'string') return found.value;
  if (typeof found.value === 'number' && name === 'version') {
    reportShape(workspace, found, 'a string; put the number in quotes', 'warning');
    return String(found.value);
  }
  reportShape(workspace, found, 'a string');
  return undefined;
}

/** A boolean member, with its default. */
export function flagAt(workspace: Workspace, cursor: Cursor, name: string, otherwise: boolean): boolean {
  const found = child(cursor, name);
  if (found === undefined) return otherwise;
  if (typeof found.value === 'boolean') return found.value;
  reportShape(workspace, found, 'true or false');
  return otherwise;
}

/** A member that is an array of strings; anything else in it is reported. */
export function textsAt(workspace: Workspace, cursor: Cursor, name: string): readonly string[] | undefined {
  const found = child(cursor, name);
  if (found === undefined) return undefined;
  if (Array.isArray(found.value) && found.value.every((item: JsonValue) => typeof item === 'string'))
    return found.value as readonly string[];
  reportShape(workspace, found, 'an array of strings');
  return undefined;
}

/** The `x-*` members of an object. */
export function extensionsOf(value: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(
    Object.keys(value)
      .filter((name) => name.startsWith('x-'))
      .map((name) => [name, value[name] as JsonValue]),
  );
}

/** A member that is an object whose members are objects, such as bindings; references are followed. */
export function objectsAt(workspace: Workspace, cursor: Cursor, name: string): ReadonlyMap<string, JsonObject> {
  const found = child(cursor, name);
  const owner = found === undefined ? undefined : follow(workspace, found);
  return new Map(
    children(owner !== undefined && isJsonObject(owner.value) ? owner : undefined).flatMap(([key, reference]) => {
      const item = isJsonObject(reference.value) ? follow(workspace, reference) : undefined;
      return item !== undefined && isJsonObject(item.value) ? [[key, item.value] as const] : [];
    }),
  );
}

type Word = 'title' | 'summary' | 'description';

/** What an object says about itself in words, where it does. */
export function wordsAt(
  workspace: Workspace,
  cursor: Cursor,
  names: readonly Word[] = ['title', 'summary', 'description'],
): { readonly [K in Word]?: string } {
  const words: { [K in Word]?: string } = {};
  for (const name of names) {
    const value = textAt(workspace, cursor, name);
    if (value !== undefined) words[name] = value;
  }
  return words;
}

/** Last token of a pointer: the name of a component. */
export function lastName(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}
