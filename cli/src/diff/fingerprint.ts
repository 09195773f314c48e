import { createHash } from 'node:crypto';
import { type Contract, isJsonObject, type JsonValue, parsePointer, type SourceLocation } from '@millwright/contract';
import type { DiffFinding } from '@millwright/diff';

/**
 * Names a finding for good: made of code, places in the documents and the data of the change, never of the wording, the line or
 * the order of keys. 16 hexadecimal digits. The operations that a change reaches have no part in it, unless two findings are
 * the same in everything else: the approval of one never covers another.
 */
export function fingerprintsOf(
  findings: readonly DiffFinding[],
  base: Contract,
  revision: Contract,
): ReadonlyMap<DiffFinding, string> {
  const sides = [documentsOf(base), documentsOf(revision)] as const;
  const told = findings.map((finding) => identityOf(finding, sides));
  const apart = numbered(
    toldApart(told, (index) => circumstancesOf(findings[index] as DiffFinding, [folderOf(base), folderOf(revision)])),
  );
  return new Map(
    findings.map((finding, index) => [
      finding,
      createHash('sha256')
        .update(apart[index] as string)
        .digest('hex')
        .slice(0, 16),
    ]),
  );
}

/** Texts that are the same get something more. */
function toldApart(texts: readonly string[], more: (index: number) => string): readonly string[] {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return texts.map((text, index) => (times.get(text) === 1 ? text : `${text}\n${more(index)}`));
}

/** The first of the same stays as it is. */
function numbered(texts: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const number = seen.get(text) ?? 0;
    seen.set(text, number + 1);
    return number === 0 ? text : `${text}\n${number}`;
  });
}

function documentsOf({ documents }: Contract): ReadonlyMap<string, JsonValue> {
  return new Map(documents.map(({ file, value }) => [file, value]));
}

function identityOf(
  { code, kind, location, was, name, before, after, proof }: DiffFinding,
  [base, revision]: readonly [ReadonlyMap<string, JsonValue>, ReadonlyMap<string, JsonValue>],
): string {
  const isTold = before !== undefined || after !== undefined || proof.kind === 'structural' || toldByName.test(kind);
  const told = [before ?? null, after ?? null].map((value) => (wordy.test(kind) ? withoutProse(value) : value));
  const data = [name ?? null, ...told];
  // A part of a schema that is not what it was is known by what it is.
  const parts = isTold ? [] : [valueAt(base, was), valueAt(revision, location)];
  return canonical([code, stem(location.file), location.pointer, was?.pointer ?? null, ...data, ...parts]);
}

/** Kinds of changes of schemas that have no value before and after, because the name says it all. */
const toldByName = /^(enum-value|(required|optional)-property|property-became|object)-/;

/** Kinds whose value before and after holds descriptions in its parts. */
const wordy = /^encoding-/;

/** What findings can still differ in: which way and where it travels, and the folders of files of one name. */
function circumstancesOf(
  { direction, operations, location, was }: DiffFinding,
  [base, revision]: readonly [folder: string, folder: string],
): string {
  const below = (folder: string, place: SourceLocation | undefined): string | null =>
    place === undefined ? null : place.file.slice(place.file.startsWith(folder) ? folder.length : 0);
  // What was removed has its place in the base.
  const now = was?.file === location.file ? below(base, location) : below(revision, location);
  return canonical([direction, [...operations], below(base, was), now]);
}

/** The folder that all documents of a contract lie below, wherever it was read from. */
function folderOf({ documents }: Contract): string {
  const [first = '', ...others] = documents.map(({ file }) => file.slice(0, file.lastIndexOf('/') + 1));
  let folder = first;
  while (!others.every((other) => other.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  return folder;
}

/** File name without folder and extension: the same document in a release, in git and in the working tree. */
function stem(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).replace(/\.(json|ya?ml)$/i, '');
}

function valueAt(documents: ReadonlyMap<string, JsonValue>, place: SourceLocation | undefined): JsonValue {
  let value = place === undefined ? undefined : documents.get(place.file);
  for (const token of (place === undefined ? undefined : parsePointer(place.pointer)) ?? [])
    value = isJsonObject(value)
      ? Object.hasOwn(value, token)
        ? value[token]
        : undefined
      : Array.isArray(value)
        ? (value as readonly JsonValue[])[Number(token)]
        : undefined;
  return value === undefined ? null : withoutProse(value);
}

const prose: ReadonlySet<string> = new Set(['title', 'description', 'summary', 'examples', 'example', '$comment']);
const byName: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
  'headers',
]);
const values: ReadonlySet<string> = new Set(['const', 'enum', 'default']);

/** A reworded description is not another change. Names of members and values are no words. */
function withoutProse(schema: JsonValue, areNames = false): JsonValue {
  if (Array.isArray(schema)) return schema.map((item) => withoutProse(item as JsonValue));
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, part]) => {
      if (!areNames && prose.has(name)) return [];
      const isValue = !areNames && values.has(name);
      return [[name, isValue ? part : withoutProse(part as JsonValue, !areNames && byName.has(name))] as const];
    }),
  ) as JsonValue;
}

/** JSON with the members of every object in one order. */
export function canonical(value: JsonValue, indent = 0): string {
  return JSON.stringify(sorted(value), null, indent);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => sorted(item as JsonValue));
  if (!isJsonObject(value)) return value;
  const result = Object.create(null) as Record<string, JsonValue>;
  for (const name of Object.keys(value).sort()) result[name] = sorted(value[name] as JsonValue);
  return result;
}
