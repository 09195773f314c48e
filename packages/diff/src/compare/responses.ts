import type { Operation, RequestBody, Response } from '@millwright/contract';
import { compareContent, compareHeaders } from './content.ts';
import type { Facts, Place } from './facts.ts';
import { pairBy, pairCovered } from './pairs.ts';
import { isAlike, isSame, withoutWords } from './values.ts';

type Travel = Omit<Place, 'place'>;

export function compareBodies(base: Operation, revision: Operation, travel: Travel, facts: Facts): void {
  const [before, after] = [base.requestBody, revision.requestBody];
  const demand = ({ required }: RequestBody): string => (required ? 'required' : 'optional');
  if (before === undefined && after !== undefined)
    facts.changes.push({ ...travel, kind: `${demand(after)}-body-added`, revision: after });
  if (before !== undefined && after === undefined)
    facts.changes.push({ ...travel, kind: `${demand(before)}-body-removed`, base: before });
  if (before === undefined || after === undefined) return;
  if (before.required !== after.required)
    facts.changes.push({ ...travel, kind: `body-became-${demand(after)}`, base: before, revision: after });
  compareContent(before.content, after.content, { ...travel, place: 'request body' }, facts);
}

/** `4XX` covers `404`; `default` stands for errors that are not listed. */
const rangesOf = ({ status }: Response): readonly string[] =>
  status.startsWith('2') ? ['2XX'] : [`${status[0]}XX`, 'DEFAULT'];

export function compareResponses(base: Operation, revision: Operation, travel: Travel, facts: Facts): void {
  const pairs = pairBy<Response>(base.responses, revision.responses, ({ status }) => status.toUpperCase());
  const outcome = ({ status }: Response): string => (status.startsWith('2') ? 'success' : 'error');
  // What errors are not listed is said by `default`, whether one more is listed or one less.
  const both = pairs.both.filter(([{ status }]) => status !== 'default');
  const rest = pairCovered({ ...pairs, both }, ({ status }) => status.toUpperCase(), rangesOf);
  for (const word of ['widened', 'narrowed'] as const)
    for (const [before, after] of rest[word])
      facts.changes.push({
        ...travel,
        kind: `status-${word}`,
        name: after.status,
        base: before,
        revision: after,
        before: before.status,
        after: after.status,
      });
  for (const response of rest.removed)
    facts.changes.push({
      ...travel,
      kind: `${outcome(response)}-status-removed`,
      name: response.status,
      base: response,
    });
  for (const response of rest.added)
    facts.changes.push({
      ...travel,
      kind: `${outcome(response)}-status-added`,
      name: response.status,
      revision: response,
    });
  for (const [before, after] of [...pairs.both, ...rest.widened, ...rest.narrowed]) {
    const place = { ...travel, place: `response ${after.status}` };
    compareHeaders(before.headers, after.headers, place, facts);
    compareContent(before.content, after.content, place, facts);
    compareLinks(before, after, place, facts);
  }
}

/** Links tell a reader which operation to call next, with what. */
function compareLinks(base: Response, revision: Response, { operation, place }: Place, facts: Facts): void {
  for (const name of new Set([...base.links.keys(), ...revision.links.keys()])) {
    const [before, after] = [base.links.get(name), revision.links.get(name)].map((link) => link && withoutWords(link));
    // What a link gives to the operation are values, in which no member is a word.
    const isSameData = ['parameters', 'requestBody'].every((part) => isSame(before?.[part], after?.[part]));
    if (isSameData && isAlike(before, after)) continue;
    facts.changes.push({
      operation,
      direction: 'none',
      kind: before === undefined ? 'link-added' : after === undefined ? 'link-removed' : 'link-changed',
      name: `${name} of ${place}`,
      base,
      revision,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
}
