import { draft04 } from './draft-04.ts';
import { draft06 } from './draft-06.ts';
import { draft07 } from './draft-07.ts';
import { draft201909 } from './draft-2019-09.ts';
import { draft202012 } from './draft-2020-12.ts';

/** Texts only: one is parsed when a reference asks for it. */
const texts: ReadonlyMap<string, string> = new Map(
  [draft202012, draft201909, draft07, draft06, draft04].flatMap((draft) => Object.entries(draft)),
);

const otherNames: ReadonlyMap<string, string> = new Map([
  ['https://json-schema.org/draft-07/schema', 'http://json-schema.org/draft-07/schema'],
  ['http://json-schema.org/schema', 'https://json-schema.org/draft/2020-12/schema'],
]);

/** The URI that a standard meta-schema gives itself, for any of its names; every other URI as it is. */
export function metaSchemaUri(uri: string): string {
  return otherNames.get(uri) ?? uri;
}

/** Text of a standard meta-schema or of one of its vocabularies, by the URI that it gives itself; undefined for any other URI. */
export function metaSchemaText(uri: string): string | undefined {
  return texts.get(uri);
}

/** True for the URIs of the standard meta-schemas: they mean what the standard says, whatever a file claims to be. */
export function isMetaSchema(uri: string): boolean {
  return texts.has(metaSchemaUri(uri));
}
