import { isJsonObject, type JsonValue, member, parsePointer, type SourceDocument } from '@millwright/contract';

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
