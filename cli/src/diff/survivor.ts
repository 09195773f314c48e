import {
  type Contract,
  isJsonObject,
  type JsonValue,
  joinPointer,
  locate,
  member,
  parsePointer,
  type SourceDocument,
  type SourceLocation,
} from '@millwright/contract';

/**
 * Where in the new contract something was removed: what held it, or what held that. Nothing where the document is gone, too. CI
 * systems show findings on lines of the files that they have, and those are the new ones.
 */
export function survivorOf(
  { file, pointer }: SourceLocation,
  base: Contract,
  revision: Contract,
): SourceLocation | undefined {
  const [only, ...others] = revision.documents;
  // A single document is compared whatever it is called.
  const isLone = base.documents.length === 1 && others.length === 0;
  const document = isLone ? only : namesake(file, revision.documents);
  if (document === undefined) return undefined;
  const found: string[] = [];
  let value: JsonValue = document.value;
  for (const token of parsePointer(pointer) ?? []) {
    // What stands in a list at that place now may be something else.
    const next = isJsonObject(value) ? member(value, token) : undefined;
    if (next === undefined) break;
    found.push(token);
    value = next;
  }
  return locate(document, joinPointer('', ...found));
}

/** The document of the same name, and of several the one in folders of the same names. */
function namesake(file: string, documents: readonly SourceDocument[]): SourceDocument | undefined {
  const parts = (path: string): readonly string[] => path.split(/[\\/]/).reverse();
  const wanted = parts(file);
  const sharedWith = (document: SourceDocument): number => {
    const at = parts(document.file).findIndex((part, index) => part !== wanted[index]);
    return at < 0 ? wanted.length : at;
  };
  return documents
    .filter((document) => sharedWith(document) > 0)
    .reduce<SourceDocument | undefined>(
      (best, document) => (best === undefined || sharedWith(document) > sharedWith(best) ? document : best),
      undefined,
    );
}
