import type { Header, JsonObject, MediaType } from '@millwright/contract';
import { type Facts, type Place, use } from './facts.ts';
import { pairBy, pairCovered, pairRest } from './pairs.ts';
import { isAlike, rawOf, withoutWords } from './values.ts';

const lower = ({ mediaType }: MediaType): string => mediaType.toLowerCase().replaceAll(' ', '');
const essence = (media: MediaType): string => lower(media).split(';')[0] as string;
/** Media types that know no numbers, only texts. */
const textual: ReadonlySet<string> = new Set(['text/plain', 'application/x-www-form-urlencoded']);
/** `text/*` covers `text/csv`. */
const rangesOf = (media: MediaType): readonly string[] => [`${essence(media).split('/')[0]}/*`, '*/*'];

/** Bodies by media type: those that went, came, or cover more or less than before, and the schemas of the rest. */
export function compareContent(
  base: readonly MediaType[],
  revision: readonly MediaType[],
  place: Place,
  facts: Facts,
): void {
  const exact = pairRest(pairBy(base, revision, lower), essence);
  const rest = pairCovered(exact, essence, rangesOf);
  const about = { operation: place.operation, direction: place.direction } as const;
  const nameOf = (media: MediaType): string => `${media.mediaType} of ${place.place}`;
  for (const word of ['widened', 'narrowed'] as const)
    for (const [before, after] of rest[word])
      facts.changes.push({
        ...about,
        kind: `media-type-${word}`,
        name: nameOf(after),
        base: before,
        revision: after,
        before: before.mediaType,
        after: after.mediaType,
      });
  for (const media of rest.removed)
    facts.changes.push({ ...about, kind: 'media-type-removed', name: nameOf(media), base: media });
  for (const media of rest.added)
    facts.changes.push({ ...about, kind: 'media-type-added', name: nameOf(media), revision: media });
  for (const [before, after] of [...exact.both, ...rest.widened, ...rest.narrowed]) {
    const at = `${place.place} ${after.mediaType}`.trim();
    if (essence(before) === essence(after) && lower(before) !== lower(after))
      facts.changes.push({
        operation: place.operation,
        direction: 'none',
        kind: 'media-type-parameters-changed',
        name: nameOf(after),
        base: before,
        revision: after,
        before: before.mediaType,
        after: after.mediaType,
      });
    const written = textual.has(essence(after)) ? ({ written: 'text' } as const) : {};
    use(facts, [before, before.schema], [after, after.schema], { ...place, place: at, ...written });
    use(facts, [before, before.itemSchema], [after, after.itemSchema], { ...place, place: `${at} item` });
    compareEncoding(before, after, { ...place, place: at }, facts);
  }
}

/** How the parts of a multipart body or the members of a form are written. */
function compareEncoding(base: MediaType, revision: MediaType, { operation, place }: Place, facts: Facts): void {
  for (const name of new Set([...base.encoding.keys(), ...revision.encoding.keys()])) {
    const [before, after] = [base.encoding.get(name), revision.encoding.get(name)].map(
      (encoding: JsonObject | undefined) => encoding && withoutWords(encoding),
    );
    if (isAlike(before, after)) continue;
    facts.changes.push({
      operation,
      direction: 'none',
      kind: before === undefined ? 'encoding-added' : after === undefined ? 'encoding-removed' : 'encoding-changed',
      name: `${name} of ${place}`,
      base,
      revision,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
}

/** A header has one style, which writes objects in two ways: `a,1,b,2` or `a=1,b=2`. */
const isExploded = (header: Header): boolean => rawOf(header)['explode'] === true;

export function compareHeaders(base: readonly Header[], revision: readonly Header[], place: Place, facts: Facts): void {
  const pairs = pairBy(base, revision, ({ name }) => name.toLowerCase());
  const about = { operation: place.operation, direction: place.direction } as const;
  const demand = ({ required }: Header): string => (required ? 'required' : 'optional');
  const nameOf = (header: Header): string => `${header.name} of ${place.place}`;
  for (const header of pairs.removed)
    facts.changes.push({ ...about, kind: `${demand(header)}-header-removed`, name: nameOf(header), base: header });
  for (const header of pairs.added)
    facts.changes.push({ ...about, kind: `${demand(header)}-header-added`, name: nameOf(header), revision: header });
  for (const [before, after] of pairs.both) {
    const both = { ...about, name: nameOf(after), base: before, revision: after };
    if (before.required !== after.required) facts.changes.push({ ...both, kind: `header-became-${demand(after)}` });
    if (before.deprecated !== after.deprecated)
      facts.changes.push({
        ...both,
        direction: 'none',
        kind: after.deprecated ? 'header-deprecated' : 'header-reactivated',
      });
    if (isExploded(before) !== isExploded(after))
      facts.changes.push({ ...both, direction: 'none', kind: 'header-serialisation-changed' });
    const at = { ...place, place: `${place.place} header ${after.name}` };
    use(facts, [before, before.schema], [after, after.schema], { ...at, written: 'text' });
    compareContent(before.content, after.content, at, facts);
  }
}
