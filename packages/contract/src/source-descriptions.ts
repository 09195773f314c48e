import type { Contract, ContractEntry } from './contract.ts';
import type { SourceDocument } from './document.ts';
import { isJsonObject, member } from './json.ts';

/** Source descriptions by name; undefined for those that are not loaded, of which nothing is known. */
export type SourceDescriptions = ReadonlyMap<string, ContractEntry | undefined>;

/** What an Arazzo description calls its sources, as far as they are part of the contract. */
export function sourceDescriptions(contract: Contract, document: SourceDocument): SourceDescriptions {
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
