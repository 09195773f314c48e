import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { relative } from 'node:path';
import {
  type Diagnostic,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Limits,
  locate,
  readDocument,
  type SourceDocument,
  type SourceLocation,
} from '@millwright/contract';
import type { OdooSnapshot } from '@millwright/odoo';
import { UsageFailure } from '../failure.ts';
import { contractOfSnapshot, isOdooSnapshot, pointerInSnapshot } from './snapshot-contract.ts';

/** A side that is a snapshot of a database. */
export interface SnapshotSide {
  readonly document: SourceDocument;
  /** The contract that it is compared as, in place of the file. */
  readonly files: ReadonlyMap<string, string>;
  /** The place in the snapshot of a place in the contract. */
  readonly place: (location: SourceLocation) => SourceLocation;
}

/** Undefined when the file is something else. The content is read from the disk unless it is given. */
export function readSnapshot(
  file: string,
  content: Uint8Array | undefined,
  limits: Limits,
): SnapshotSide | readonly Diagnostic[] | undefined {
  if (!isOdooSnapshot(content === undefined ? headOf(file) : decoder.decode(content.subarray(0, headBytes))))
    return undefined;
  const shown = relative(process.cwd(), file);
  const [document, faults] = readDocument({ file: shown, uri: file, bytes: content ?? readFileSync(file) }, limits);
  if (document === undefined) return faults;
  if (!isSnapshot(document.value))
    throw new UsageFailure(
      `${shown} is no snapshot of Odoo that this version reads`,
      'Make it again: millwright odoo introspect --url env:ODOO_URL.',
    );
  const contract = contractOfSnapshot(document.value);
  return {
    document,
    files: new Map([[file, JSON.stringify(contract)]]),
    place: (location) => ({ ...locate(document, pointerInSnapshot(location.pointer)), file: location.file }),
  };
}

const headBytes = 200;
const decoder = new TextDecoder();

function headOf(file: string): string {
  const head = Buffer.alloc(headBytes);
  const handle = openSync(file, 'r');
  try {
    return decoder.decode(head.subarray(0, readSync(handle, head)));
  } finally {
    closeSync(handle);
  }
}

function isSnapshot(value: JsonValue): value is JsonObject & OdooSnapshot {
  if (!isJsonObject(value) || typeof value['base'] !== 'string' || !isJsonObject(value['models'])) return false;
  const models = Object.values(value['models']);
  return models.every((fields) => isJsonObject(fields) && Object.values(fields).every(isField));
}

function isField(field: JsonValue): boolean {
  if (!isJsonObject(field) || typeof field['type'] !== 'string') return false;
  const { selection = [], relation = '' } = field;
  return Array.isArray(selection) && selection.every((key) => typeof key === 'string') && typeof relation === 'string';
}
