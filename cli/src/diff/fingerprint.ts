import { createHash } from 'node:crypto';
import { type Contract, isJsonObject, type JsonValue, parsePointer, type SourceLocation } from '@millwright/contract';
import type { Change, DiffFinding } from '@millwright/diff';

/** What changed in a finding, as far as the engine hands it on. */
type ChangeData = Partial<Pick<Change, 'name' | 'before' | 'after'>>;

/**
 * Names a finding for good: made of code, place in the document and the data of the change, never of the wording, the line or the
 * operation. 16 hexadecimal digits. Findings that are the same in all of this are told apart by what they say, so that
 * the approval of one never covers another.
 */
export function fingerprintsOf(
  findings: readonly DiffFinding[],
  base: Contract,
  revision: Contract,
): ReadonlyMap<DiffFinding, string> {
  const sides = [documentsOf(base), documentsOf(revision)] as const;
  const identities = findings.map((finding) => identityOf(finding, sides));
  const times = new Map<string, number>();
  for (const identity of identities) times.set(identity, (times.get(identity) ?? 0) + 1);
  return new Map(
    findings.map((finding, index) => {
      const identity = identities[index] as string;
      const whole = times.get(identity) === 1 ? identity : `${identity}\n${finding.message}`;
      return [finding, createHash('sha256').update(whole).digest('hex').slice(0, 16)];
    }),
  );
}

function documentsOf({ documents }: Contract): ReadonlyMap<string, JsonValue> {
  return new Map(documents.map(({ file, value }) => [file, value]));
}

function identityOf(
  finding: DiffFinding,
  [base, revision]: readonly [ReadonlyMap<string, JsonValue>, ReadonlyMap<string, JsonValue>],
): string {
  const { code, location, was } = finding;
  const { name, before, after } = finding as DiffFinding & ChangeData;
  const isKnown = name !== undefined || before !== undefined || after !== undefined;
  const data = isKnown
    ? [name ?? null, before ?? null, after ?? null]
    : [valueAt(base, was), valueAt(revision, location)];
  return canonical([code, stem(location.file), location.pointer, data]);
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

/** A reworded description is not another change. Deeper parts have places of their own. */
function withoutProse(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, member]) => !prose.has(name) && (typeof member !== 'object' || member === null || Array.isArray(member)),
    ),
  );
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
