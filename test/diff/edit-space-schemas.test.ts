import { readFileSync } from 'node:fs';
import { type Contract, type Schema, toJsonSchema } from '@millwright/contract';
import { compareContracts, relate } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { locationsOf, type Pair } from './edit-space/edits.ts';
import { type Format, formats } from './edit-space/meta-schemas.ts';
import { isSchema, placesOf } from './edit-space/places.ts';
import { readDocument } from './edit-space/survey.ts';
import type { Seeds } from './edit-space/values.ts';

const seeds = parse(readFileSync(new URL('./edit-space/seeds.yaml', import.meta.url), 'utf8')) as Readonly<
  Record<string, Seeds>
>;

/** Edits of schemas that travel, in every instance of a schema: most keywords say nothing about most of them. */
function pairsOf(format: Format): readonly (readonly [edit: string, pair: Pair])[] {
  const given = seeds[format.name] as Seeds;
  const places = placesOf(format, given).filter(
    ({ kind, surface, pointer }) => isSchema(kind) && surface !== 'components' && !pointer.includes('bindings'),
  );
  return places.flatMap((place) =>
    locationsOf(place, format, given).flatMap(({ name, edits }) =>
      edits.flatMap(({ added, changed }) =>
        [...added, ...changed].map((pair) => [`${name} in ${place.edge}`, pair] as const),
      ),
    ),
  );
}

function schemasOf({ operations, channels }: Contract): readonly (Schema | undefined)[] {
  const bodies = operations.flatMap(({ parameters, requestBody, responses }) => [
    ...parameters.map(({ schema }) => schema),
    ...[...(requestBody?.content ?? []), ...responses.flatMap(({ content }) => content)].map(({ schema }) => schema),
  ]);
  return [
    ...bodies,
    ...channels.flatMap(({ messages }) => messages.flatMap(({ headers, payload }) => [headers, payload])),
  ];
}

/** True where a value shows that two schemas differ. What is undecided shows nothing. */
function isShown(base: Schema, revision: Schema): boolean {
  const { baseInRevision, revisionInBase } = relate(toJsonSchema(base), toJsonSchema(revision));
  return baseInRevision === false || revisionInBase === false;
}

describe.each(formats)('a schema of $name of which nothing is told', { timeout: 240_000 }, (format) => {
  it('takes the same values as before', async () => {
    const hidden: string[] = [];
    let silentCount = 0;
    for (const [edit, pair] of pairsOf(format)) {
      const [base, revision] = [await readDocument(pair[0]), await readDocument(pair[1])];
      if (base === undefined || revision === undefined || compareContracts(base, revision).changes.length > 0) continue;
      silentCount += 1;
      const after = schemasOf(revision);
      for (const [index, left] of schemasOf(base).entries()) {
        const right = after[index];
        if (left !== undefined && right !== undefined && isShown(left, right))
          hidden.push(`${edit}: ${JSON.stringify(left.raw)} became ${JSON.stringify(right.raw)}`);
      }
    }
    expect(hidden).toEqual([]);
    expect(silentCount).toBeGreaterThan(250);
  });
});
