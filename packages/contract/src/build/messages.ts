import type { Message, MessageExample } from '../contract.ts';
import type { Governance } from '../governance.ts';
import { isJsonObject, member } from '../json.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { dialectOfDocument } from './dialects.ts';
import { readGovernance } from './governance-reader.ts';
import { dialectOfFormat, isMultiFormat } from './schema-format.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { extensionsOf, lastName, type ObjectCursor, objectAt, objectsAt, textAt, wordsAt } from './shape.ts';
import { readTags } from './tags.ts';
import type { TraitMerger } from './traits.ts';

/** Reads the messages of one AsyncAPI description; a message that several places use is one node. */
export class MessageReader {
  readonly #workspace: Workspace;
  readonly #graph: SchemaGraph;
  readonly #root: ObjectCursor;
  readonly #traits: TraitMerger;
  readonly #messages = new Map<string, Message>();

  constructor(workspace: Workspace, graph: SchemaGraph, root: ObjectCursor, traits: TraitMerger) {
    this.#workspace = workspace;
    this.#graph = graph;
    this.#root = root;
    this.#traits = traits;
  }

  /** The message at a place, or, in 2.x, the alternatives of its `oneOf`. */
  messagesAt(reference: Cursor, inherited: Governance, key = keyOf(reference)): readonly Message[] {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return [];
    const alternatives = child(cursor, 'oneOf');
    if (alternatives === undefined) return [this.#message(key, cursor, inherited)];
    return children(alternatives).flatMap(([, alternative]) => {
      const target = objectAt(this.#workspace, follow(this.#workspace, alternative));
      return target === undefined ? [] : [this.#message(keyOf(alternative), target, inherited)];
    });
  }

  listed(list: Cursor, inherited: Governance): readonly Message[] {
    return children(list).flatMap(([, message]) => this.messagesAt(message, inherited));
  }

  #message(key: string, cursor: ObjectCursor, inherited: Governance): Message {
    const workspace = this.#workspace;
    const place = `${cursor.document.uri}#${cursor.pointer}`;
    const known = this.#messages.get(place);
    if (known !== undefined) return known;
    const merged = this.#traits.merge(cursor);
    const payload = this.#payload(child(cursor, 'payload'), textAt(workspace, merged, 'schemaFormat'));
    const headers = this.#payload(this.#placed(cursor, merged, 'headers'), undefined);
    const location = this.#correlationIdLocation(merged);
    const message: Message = {
      kind: 'message',
      document: cursor.document,
      pointer: cursor.pointer,
      key,
      name: textAt(workspace, merged, 'name') ?? textAt(workspace, merged, 'messageId') ?? key,
      ...wordsAt(workspace, merged),
      contentType:
        textAt(workspace, merged, 'contentType') ??
        textAt(workspace, this.#root, 'defaultContentType') ??
        'application/json',
      deprecated: member(merged.value, 'deprecated') === true || member(merged.value, 'x-deprecated') === true,
      ...(payload === undefined ? {} : { payload }),
      ...(headers === undefined ? {} : { headers }),
      ...(location === undefined ? {} : { correlationIdLocation: location }),
      tags: readTags(workspace, merged).map(({ name }) => name),
      bindings: objectsAt(workspace, merged, 'bindings'),
      examples: children(this.#placed(cursor, merged, 'examples')).flatMap(([, example]) =>
        readMessageExample(example),
      ),
      governance: readGovernance(workspace, merged, inherited),
      extensions: extensionsOf(merged.value),
    };
    this.#messages.set(place, message);
    return message;
  }

  #placed(cursor: ObjectCursor, merged: ObjectCursor, name: string): Cursor | undefined {
    return this.#traits.placeOf(cursor, name) ?? child(merged, name);
  }

  #correlationIdLocation(merged: Cursor): string | undefined {
    const correlation = child(merged, 'correlationId');
    const followed = correlation === undefined ? undefined : follow(this.#workspace, correlation);
    return followed === undefined ? undefined : textAt(this.#workspace, followed, 'location');
  }

  /** A payload is a schema, or a Multi Format Schema that names its dialect. */
  #payload(cursor: Cursor | undefined, schemaFormat: string | undefined): Schema | undefined {
    if (cursor === undefined) return undefined;
    const isReference = isJsonObject(cursor.value) && typeof member(cursor.value, '$ref') === 'string';
    const target = isReference ? follow(this.#workspace, cursor) : undefined;
    // A reference to a schema stays an edge; one to a Multi Format Schema leads to the schema inside.
    return this.schema(target !== undefined && isMultiFormat(target) ? target : cursor, schemaFormat);
  }

  /** A schema in the dialect that it, or the message, or the description names. Formats that are not JSON Schema are left as unknown data. */
  schema(cursor: Cursor, schemaFormat?: string): Schema | undefined {
    const inner = isMultiFormat(cursor) ? child(cursor, 'schema') : undefined;
    if (inner !== undefined && isJsonObject(cursor.value))
      return this.schema(inner, String(member(cursor.value, 'schemaFormat')));
    const dialect =
      schemaFormat === undefined ? (dialectOfDocument(cursor.document) ?? 'draft-07') : dialectOfFormat(schemaFormat);
    if (dialect === undefined) {
      this.#workspace.report({
        code: 'contract/schema-format-unsupported',
        severity: 'warning',
        message: `Schema format ${JSON.stringify(schemaFormat)} is not JSON Schema and is not checked`,
        location: locate(cursor.document, cursor.pointer),
        fix: 'Use application/schema+json;version=2020-12.',
      });
      return undefined;
    }
    return this.#graph.schemaAt(cursor, dialect);
  }
}

/** Name of what a reference leads to, else of the place itself. */
export function keyOf(cursor: Cursor): string {
  const reference = isJsonObject(cursor.value) ? member(cursor.value, '$ref') : undefined;
  return lastName(typeof reference === 'string' ? reference : cursor.pointer);
}

/** Value of a message example; its place is the example's. */
function readMessageExample(cursor: Cursor): readonly MessageExample[] {
  if (!isJsonObject(cursor.value)) return [];
  const name = member(cursor.value, 'name');
  const payload = member(cursor.value, 'payload');
  const headers = member(cursor.value, 'headers');
  return [
    {
      document: cursor.document,
      pointer: cursor.pointer,
      ...(typeof name === 'string' ? { name } : {}),
      ...(payload === undefined ? {} : { payload }),
      ...(headers === undefined ? {} : { headers }),
    },
  ];
}
