import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject, type JsonValue, parsePointer } from '@millwright/contract';
import { diff } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeCorpus } from '../corpora/corpus.ts';
import { contractOf, merge } from './facts-cases.ts';

type Direction = 'request' | 'response';

interface Place {
  readonly direction: Direction;
  readonly hidden?: boolean;
  readonly at: string;
  readonly document?: JsonObject;
}

/** `severity code` by direction or place, and why it is another severity than oasdiff's. */
type SchemaEntry = Readonly<Record<Direction, string>> & {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly because?: Readonly<Partial<Record<Direction, string>>>;
} & Readonly<Record<string, unknown>>;

interface PairEntry {
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly place?: string;
  readonly version?: 'same';
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly want: string;
  readonly at?: string;
  readonly because?: string;
}

interface RuleIds {
  readonly common: JsonObject;
  readonly places: Readonly<Record<string, Place>>;
  readonly schemas: Readonly<Record<string, SchemaEntry>>;
  readonly pairs: readonly PairEntry[];
  readonly waived: Readonly<Record<string, string>>;
}

interface Pair {
  readonly id: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly want: string;
  readonly at: string;
  /** Nothing may be more than an info. */
  readonly hidden: boolean;
  readonly because: string | undefined;
}

const { common, places, schemas, pairs, waived } = parse(
  readFileSync(new URL('fixtures/rule-ids.yaml', import.meta.url), 'utf8'),
  { merge: true },
) as RuleIds;

/** A document with a value at a pointer; what leads to it is made where it is missing. */
function placed(document: JsonValue | undefined, tokens: readonly string[], value: JsonValue): JsonValue {
  const [token, ...rest] = tokens;
  if (token === undefined) return merge(document, value);
  if (Array.isArray(document))
    return document.map((item, index) => (String(index) === token ? placed(item as JsonValue, rest, value) : item));
  const known = isJsonObject(document) ? document : {};
  return { ...known, [token]: placed(known[token], rest, value) } as JsonObject;
}

const raised = merge(common, { info: { version: '2.0.0' } });

function documentsOf(
  place: Place | undefined,
  { version, before, after }: Pick<PairEntry, 'version' | 'before' | 'after'>,
) {
  const around = (start: JsonValue, value: JsonObject): JsonValue =>
    place === undefined
      ? merge(start, value)
      : placed(merge(start, place.document ?? {}), parsePointer(place.at) ?? [], value);
  return { before: around(common, before), after: around(version === 'same' ? common : raised, after) };
}

const ofSchemas: readonly Pair[] = Object.entries(schemas).flatMap(([name, entry]) =>
  Object.entries(places).flatMap(([at, place]): readonly Pair[] => {
    const want = (entry[at] ?? entry[place.direction]) as string;
    const pair = { ...documentsOf(place, entry), at: place.at, hidden: place.hidden === true };
    if (want === 'none') return [];
    const because = at in entry ? undefined : entry.because?.[place.direction];
    return [{ ...pair, id: `${at}-${name}`, want: pair.hidden ? want.replace(/^\w+/, 'info') : want, because }];
  }),
);

const ofPairs: readonly Pair[] = pairs.flatMap((entry) => {
  const place = entry.place === undefined ? undefined : places[entry.place];
  const pair = { ...documentsOf(place, entry), want: entry.want, hidden: false, because: entry.because };
  const at = `${place?.at ?? ''}${entry.at ?? ''}`;
  return (entry.ids ?? [entry.id as string]).map((id) => ({ ...pair, id, at }));
});

const all = [...ofSchemas, ...ofPairs];

async function told({ before, after, at }: Pair): Promise<readonly string[]> {
  const [base, revision] = [await contractOf({ 'a.json': before }), await contractOf({ 'a.json': after })];
  const isThere = (pointer: string | undefined): boolean => pointer === at || pointer?.startsWith(`${at}/`) === true;
  return diff(base, revision).findings.flatMap(({ severity, code, location, was }) =>
    isThere(location.pointer) || isThere(was?.pointer) ? [`${severity} ${code.replace('diff/', '')}`] : [],
  );
}

describe('the least change of each kind, at each place where it can be', () => {
  const groups = new Map<string, Pair[]>();
  for (const pair of all) {
    const group = Object.keys(places).findLast((place) => pair.id.startsWith(`${place}-`)) ?? 'the rest';
    groups.set(group, [...(groups.get(group) ?? []), pair]);
  }
  for (const [group, members] of groups)
    it(`is reported there, with its severity: ${group}`, { timeout: 60_000 }, async () => {
      const wrong: string[] = [];
      for (const pair of members) {
        const got = await told(pair);
        const isLoud = pair.hidden && got.some((finding) => !finding.startsWith('info '));
        if (!got.includes(pair.want) || isLoud) wrong.push(`${pair.id}: ${pair.want}, not ${got.join(', ')}`);
      }
      expect(wrong).toEqual([]);
    });

  it('stands once', () => {
    const ids = all.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

/** What a level of oasdiff asks of our severity. */
const levels: Readonly<Record<string, RegExp>> = { ERR: /^error /, WARN: /^(warning|error) /, INFO: /^info / };

describeCorpus('openapi-breaking-pairs', (folder) => {
  const rules = JSON.parse(readFileSync(`${folder}rules.json`, 'utf8')) as readonly {
    readonly id: string;
    readonly level: string;
  }[];
  const byId = new Map(all.map((pair) => [pair.id, pair] as const));

  it('has no id without a pair or a reason why there is none', () => {
    expect(rules).toHaveLength(509);
    expect(rules.map(({ id }) => id).filter((id) => !byId.has(id) && !(id in waived))).toEqual([]);
    expect(Object.keys(waived).filter((id) => byId.has(id) || !rules.some((rule) => rule.id === id))).toEqual([]);
  });

  it('is as severe as we are, or there is a reason, and no reason without a difference', () => {
    const differing = rules.flatMap(({ id, level }) => {
      const pair = byId.get(id);
      return pair !== undefined && levels[level]?.test(pair.want) !== true ? [{ pair, level }] : [];
    });
    const unsaid = differing.filter(({ pair }) => pair.because === undefined);
    expect(unsaid.map(({ pair: { id, want }, level }) => `${id}: ${level}, ${want}`)).toEqual([]);
    const needed = new Set(differing.map(({ pair }) => pair.because));
    expect(all.flatMap(({ because }) => because ?? []).filter((because) => !needed.has(because))).toEqual([]);
  });
});
