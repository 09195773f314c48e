import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffPlace } from './diff-cases.ts';

const place = diffPlace();
const { diff, json } = place;

type Fields = Readonly<Record<string, object>>;

const field = (type: string, more: object = {}): object => ({
  ...{ type, required: false, readonly: false, store: true },
  ...more,
});

/** A line for each field, as `millwright odoo introspect` writes it. */
const snapshot = (models: Readonly<Record<string, Fields>>, base = '18.0.1.3'): string =>
  JSON.stringify({ format: 'millwright.odoo/1', base, absent: [], models }, null, 2);

const lot = { name: field('char', { required: true }), ref: field('char') };

interface Case {
  readonly name: string;
  readonly before: Fields;
  readonly after: Fields;
  /** Codes of what breaks; nothing for what does not. */
  readonly breaks: readonly string[];
  readonly warns?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'the same fields', before: lot, after: lot, breaks: [] },
  { name: 'a new field', before: lot, after: { ...lot, note: field('text') }, breaks: [] },
  {
    name: 'a field that is gone',
    before: lot,
    after: { name: lot.name },
    breaks: ['diff/request-optional-property-removed', 'diff/response-required-property-removed'],
  },
  {
    name: 'a field that cannot be written any more',
    before: lot,
    after: { ...lot, ref: field('char', { readonly: true }) },
    breaks: ['diff/request-optional-property-removed'],
  },
  {
    name: 'a field that leads to another model',
    before: { product_id: field('many2one', { required: true, relation: 'product.template' }) },
    after: { product_id: field('many2one', { required: true, relation: 'product.product' }) },
    breaks: ['diff/request-enum-value-removed', 'diff/response-enum-value-added'],
  },
  {
    name: 'a selection with a key less, which cannot be written any more',
    before: { state: field('selection', { selection: ['draft', 'done'] }) },
    after: { state: field('selection', { selection: ['draft'] }) },
    breaks: ['diff/request-enum-value-removed'],
  },
  {
    name: 'a selection with a key more, which a careful reader stands',
    before: { state: field('selection', { readonly: true, selection: ['draft'] }) },
    after: { state: field('selection', { readonly: true, selection: ['draft', 'done'] }) },
    breaks: [],
    warns: ['diff/response-enum-value-added'],
  },
  {
    name: 'a field that must have a value now',
    before: lot,
    after: { ...lot, ref: field('char', { required: true }) },
    breaks: ['diff/request-became-not-nullable'],
  },
  {
    name: 'a short text that became a long one',
    before: lot,
    after: { ...lot, ref: field('html') },
    breaks: [],
  },
];

describe('two snapshots of Odoo in millwright diff', () => {
  for (const { name, before, after, breaks, warns = [] } of cases)
    it(name, () => {
      place.write({
        'old.json': snapshot({ 'stock.lot': before }),
        'new.json': snapshot({ 'stock.lot': after }, '19.0.1.3'),
      });
      const { findings, base, revision } = json('old.json', 'new.json');
      const codes = (wanted: string): readonly string[] =>
        [...new Set(findings.filter(({ severity }) => severity === wanted).map(({ code }) => code))].sort();
      expect({ breaks: codes('error'), warns: codes('warning') }).toEqual({ breaks, warns });
      expect([base.version, revision.version]).toEqual(['18.0.1.3', '19.0.1.3']);
    });

  it('names the line of the snapshot', () => {
    const [before, after] = [snapshot({ 'stock.lot': lot }), snapshot({ 'stock.lot': { name: lot.name } }, '19.0.1.3')];
    place.write({ 'old.json': before, 'new.json': after });
    const { findings } = json('old.json', 'new.json');
    const line = before.split('\n').findIndex((text) => text.includes('"ref"')) + 1;
    expect(new Set(findings.map(({ was }) => was?.line))).toEqual(new Set([line]));
    expect(new Set(findings.map(({ location }) => location.pointer))).toEqual(new Set(['/models/stock.lot']));
    expect(diff('old.json', 'new.json').stdout).toContain(`${line} |       "ref": {`);
  });

  it('tells a model that is gone', () => {
    place.write({
      'old.json': snapshot({ 'stock.lot': lot, 'stock.valuation.layer': lot }),
      'new.json': snapshot({ 'stock.lot': lot }),
    });
    const { findings } = json('old.json', 'new.json');
    const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    expect(codes).toEqual(['diff/operation-removed', 'diff/operation-removed']);
  });

  it('finds nothing between the snapshot that is committed and itself', () => {
    const committed = readFileSync(new URL('../../packages/odoo/snapshots/odoo-19.json', import.meta.url), 'utf8');
    place.write({ 'old.json': committed, 'new.json': committed });
    expect(json('old.json', 'new.json').verdict).toBe('none');
  });

  it('refuses a snapshot beside a contract, and one that is broken', () => {
    place.write({
      'old.json': snapshot({ 'stock.lot': lot }),
      'schema.json': '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"string"}',
      'broken.json': '{"format":"millwright.odoo/1","base":"19.0","models":{"stock.lot":{"name":{}}}}',
      'cut.json': '{"format":"millwright.odoo/1","base":"19.0","models":{',
    });
    const mixed = diff('old.json', 'schema.json');
    expect([mixed.status, mixed.stderr]).toEqual([
      2,
      expect.stringMatching(/old\.json is a snapshot of Odoo, schema\.json is JSON Schema/),
    ]);
    const broken = diff('old.json', 'broken.json');
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringMatching(/broken\.json is no snapshot of Odoo.*\n.*odoo introspect/),
    ]);
    const cut = diff('old.json', 'cut.json');
    expect([cut.status, cut.stdout]).toEqual([3, expect.stringMatching(/^cut\.json:1:\d+ error contract\//)]);
  });
});
