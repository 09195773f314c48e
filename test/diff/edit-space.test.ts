import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alternatives, kindOf } from './edit-space/kinds.ts';
import { definedBy, type Format, formats } from './edit-space/meta-schemas.ts';
import { type Edit, type Survey, surveyOf } from './edit-space/survey.ts';
import type { Seeds } from './edit-space/values.ts';

/** Edits that need no rule, or that cannot be made, with the reason. */
interface Waiver {
  /** `kind.field`, with `*` for any name in front. */
  readonly at: readonly string[];
  readonly edits?: readonly Edit['edit'][];
  /** Where it stands: `surface: kind.field`, as a regular expression. */
  readonly place?: string;
  /** The instance that it is done to, as a regular expression. */
  readonly instance?: string;
  readonly reason: string;
}

const data = <T>(name: string): T =>
  parse(readFileSync(new URL(`./edit-space/${name}.yaml`, import.meta.url), 'utf8')) as T;
const seeds = data<Readonly<Record<string, Seeds>>>('seeds');
const { unbuilt, waived } = data<Readonly<Record<'unbuilt' | 'waived', readonly Waiver[]>>>('waivers');

/** Parts of waivers that did something, by what they say. */
const used = new Set<string>();

function isWaived(waivers: readonly Waiver[], { location, edit, place }: Edit, instance: string): boolean {
  let found = false;
  for (const waiver of waivers)
    for (const at of waiver.at) {
      const isHere = at.startsWith('*.') ? location.endsWith(at.slice(1)) : location === at;
      if (
        isHere &&
        waiver.edits?.includes(edit) !== false &&
        (waiver.place === undefined || new RegExp(waiver.place).test(place)) &&
        (waiver.instance === undefined || new RegExp(waiver.instance).test(instance))
      ) {
        found = true;
        used.add(`${at}: ${waiver.reason}`);
      }
    }
  return found;
}

/** Definitions that are no kind, because their fields are counted to those that refer to them. */
const partsOfOthers: Readonly<Record<string, string>> = {
  examples: 'Fields of parameters, headers and media types.',
  'explode-for-form': 'Conditions of parameters and encodings.',
  asyncapi: 'The root.',
  specificationExtension: 'The value of an extension.',
  oauth2Flow: 'Nothing refers to it; each flow is written out where it stands.',
};

const surveys = new Map<string, Promise<Survey>>();

/** Made once, by the first test that asks. */
function survey(name: string): Promise<Survey> {
  const known = surveys.get(name) ?? surveyOf(formatOf(name), seeds[name] as Seeds);
  surveys.set(name, known);
  return known;
}

const formatOf = (name: string): Format => formats.find((format) => format.name === name) as Format;
const names = formats.map(({ name }) => name);
/** A machine that does other things besides takes its time. */
const timeoutMs = 240_000;

describe.each(names)('what can be edited in %s', { timeout: timeoutMs }, (name) => {
  it('has a rule or a waiver, in every place and every instance', async () => {
    const { edits } = await survey(name);
    const unheard = edits.flatMap((edit) =>
      edit.silent
        .filter((instance) => !isWaived(waived, edit, instance))
        .map((instance) => `${edit.edit} ${edit.location} in ${edit.place}: ${instance}`),
    );
    expect(unheard).toEqual([]);
  });

  it('was made at least once, unless the meta-schema allows no such edit', async () => {
    const { edits } = await survey(name);
    const built = new Set(edits.filter(({ isBuilt }) => isBuilt).map(({ location, edit }) => `${edit} ${location}`));
    const missing = edits.filter(
      (edit) =>
        !edit.isBuilt &&
        !edit.isRuledOut &&
        !built.has(`${edit.edit} ${edit.location}`) &&
        !isWaived(unbuilt, edit, ''),
    );
    expect(missing.map(({ location, edit, place }) => `${edit} ${location} in ${place}`)).toEqual([]);
  });

  it('is told the other way round when it is undone', async () => {
    expect((await survey(name)).crooked).toEqual([]);
  });

  it('is nothing in a document that stays as it is', async () => {
    expect((await survey(name)).restless).toEqual([]);
  });
});

describe('the walk of the meta-schemas', { timeout: timeoutMs }, () => {
  it.each([
    ['openapi', { kinds: 75, locations: 280, edits: 2500 }],
    ['asyncapi', { kinds: 190, locations: 770, edits: 3300 }],
  ])('of %s is long enough', async (name, least) => {
    const { kinds, edits } = await survey(name);
    expect(kinds.size).toBeGreaterThan(least.kinds);
    expect(new Set(edits.map(({ location }) => location)).size).toBeGreaterThan(least.locations);
    expect(edits.filter(({ isBuilt }) => isBuilt).length).toBeGreaterThan(least.edits);
  });

  it.each(names)('of %s meets every kind that is defined', async (name) => {
    const { kinds } = await survey(name);
    const defined = definedBy(formatOf(name))
      .flatMap(alternatives)
      .flatMap((node) => kindOf(node) ?? []);
    const missed = defined.filter(
      ({ name, fields }) =>
        !kinds.has(name) && !(name in partsOfOthers) && fields.some((field) => field.name !== 'x-*'),
    );
    expect(missed.map((kind) => kind.name)).toEqual([]);
  });

  it('needs every waiver', async () => {
    for (const name of names) {
      const { edits } = await survey(name);
      for (const edit of edits) {
        for (const instance of edit.silent) isWaived(waived, edit, instance);
        if (!edit.isBuilt && !edit.isRuledOut) isWaived(unbuilt, edit, '');
      }
    }
    const all = [...waived, ...unbuilt].flatMap(({ at, reason }) => at.map((location) => `${location}: ${reason}`));
    expect(all.filter((waiver) => !used.has(waiver))).toEqual([]);
  });
});
