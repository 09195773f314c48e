import {
  type Contract,
  type ContractEntry,
  isJsonObject,
  type JsonValue,
  member,
  parsePointer,
  type SourceDocument,
} from '@millwright/contract';

/** Source descriptions by name; undefined for those that are not loaded, of which nothing is known. */
export type Sources = ReadonlyMap<string, ContractEntry | undefined>;

export function sourcesOf(contract: Contract, document: SourceDocument): Sources {
  const listed = isJsonObject(document.value) ? member(document.value, 'sourceDescriptions') : undefined;
  return new Map(
    (Array.isArray(listed) ? listed : []).filter(isJsonObject).map(({ name, url }) => {
      const uris = urisOf(String(url), document);
      const isMeant = (entry: ContractEntry): boolean => namesOf(entry.document).some((uri) => uris.includes(uri));
      return [String(name), contract.entries.find(isMeant)];
    }),
  );
}

/** By what a document is known: where it was read, and `$self`. */
function namesOf({ uri, value }: SourceDocument): readonly string[] {
  const self = isJsonObject(value) ? member(value, '$self') : undefined;
  return [uri, ...(typeof self === 'string' ? absolute(self, uri) : [])];
}

/** What a reference may mean, seen from a document; without its fragment. */
function urisOf(reference: string, from: SourceDocument): readonly string[] {
  return namesOf(from).flatMap((base) => absolute(reference.replace(/#.*$/s, ''), base));
}

function absolute(reference: string, base: string): readonly string[] {
  if (reference === '') return [base];
  return URL.canParse(reference, base) ? [new URL(reference, base).href] : [];
}

/** Tokens of a fragment that is a JSON pointer; undefined for another. */
export function tokensOf(fragment: string): readonly string[] | undefined {
  try {
    return parsePointer(decodeURIComponent(fragment));
  } catch {
    return undefined;
  }
}

export function valueAt({ value }: SourceDocument, tokens: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const token of tokens) {
    if (Array.isArray(found)) found = found[Number(token)] as JsonValue | undefined;
    else found = isJsonObject(found) ? member(found, token) : undefined;
  }
  return found;
}
