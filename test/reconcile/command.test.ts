import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workplace } from '../cli/run-cli.ts';

const place = workplace();
const lot = (lotNumber: string, members: object = {}): object => ({
  ...{ itemNumber: 'FG-1000', lotNumber, status: 'released', quantity: { value: '500', unit: 'C62' }, version: 3 },
  ...members,
});
const ndjson = (...objects: readonly object[]): string => objects.map((one) => `${JSON.stringify(one)}\n`).join('');
const ofLots = [
  ...['--key', 'itemNumber,lotNumber', '--version-member', 'version'],
  ...['--schema', 'Lot', '--contract', join(root, 'schemas')],
];

describe('millwright reconcile', () => {
  it('lets the system of record of the schema be right, wherever it stands, and compares by the schema', () => {
    place.write({
      'mes.ndjson': ndjson(
        lot('L-1', { madeAt: '2026-04-15T08:30:00+02:00', quantity: { unit: 'C62', value: '500.0' } }),
        lot('L-2', { status: 'on-hold', version: 2 }),
        lot('L-9'),
      ),
      'erp.json': JSON.stringify({ items: [lot('L-3'), lot('L-2'), lot('L-1', { madeAt: '2026-04-15T06:30:00Z' })] }),
    });
    const text = place.run(['reconcile', 'mes=mes.ndjson', 'erp=erp.json', ...ofLots]);
    expect(text.stderr).toContain('erp is right, as the system of record by x-governance');
    expect([text.status, text.stdout.split('\n')]).toEqual([
      1,
      [
        'extra      itemNumber=FG-1000 lotNumber=L-9: erp does not have it, mes version 3',
        'missing    itemNumber=FG-1000 lotNumber=L-3: mes does not have it, erp version 3',
        'different  itemNumber=FG-1000 lotNumber=L-2, erp version 3, mes version 2',
        '           /status  erp "released"  mes "on-hold"',
        '           /version  erp 3  mes 2',
        'erp has 3 objects, mes has 3: 1 missing, 1 extra, 1 different.',
        '',
      ],
    ]);
    const json = place.run(['reconcile', 'mes=mes.ndjson', 'erp=erp.json', ...ofLots, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ format: 'millwright.reconcile/1', record: 'erp', copy: 'mes' },
      differences: [
        { kind: 'extra', key: ['FG-1000', 'L-9'], copy: { lotNumber: 'L-9' } },
        { kind: 'missing', key: ['FG-1000', 'L-3'], record: { lotNumber: 'L-3' } },
        {
          kind: 'different',
          members: [{ pointer: '/status', record: 'released', copy: 'on-hold' }, { pointer: '/version' }],
        },
      ],
      totals: { record: 3, copy: 3, equal: 1, missing: 1, extra: 1, different: 1, duplicate: 0, unreadable: 0 },
    });
  });

  it('ends with 0 when nothing differs, sorted or not, with a schema file or none', () => {
    place.write({
      'a.jsonl': `\uFEFF${ndjson(lot('L-1'), lot('L-2'))}\n`,
      'b.json': JSON.stringify([lot('L-1'), lot('L-2')]),
    });
    for (const more of [
      [],
      ['--sorted'],
      ['--schema', join(root, 'schemas/objects/lot.yaml'), '--root', join(root, 'schemas')],
    ]) {
      const { status, stdout } = place.run(['reconcile', 'a.jsonl', 'b.json', '--key', 'lotNumber', ...more]);
      expect([status, stdout]).toEqual([0, 'a.jsonl has 2 objects, b.json has 2: no differences.\n']);
    }
  });

  it('keeps whole numbers of any length apart', () => {
    place.write({ 'a.ndjson': '{"id":1,"n":9007199254740993}\n', 'b.ndjson': '{"id":1,"n":9007199254740992}\n' });
    const { status, stdout } = place.run(['reconcile', 'a.ndjson', 'b.ndjson', '--key', 'id', '--format', 'json']);
    expect([status, stdout]).toEqual([1, expect.stringContaining('"record":9007199254740993,"copy":9007199254740992')]);
  });

  it('tells lines that are no objects, and leaves out what is ignored', () => {
    place.write({ 'a.ndjson': '{"id":1,"x":1}\nnot json\n[]\n{"x":2}\n', 'b.ndjson': '{"id":1,"x":2}\n' });
    const { status, stdout } = place.run(['reconcile', 'a.ndjson', 'b.ndjson', '--key', 'id', '--ignore', '/x']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^unreadable a\.ndjson, object 2: line 2 is no JSON: /);
    expect(stdout).toContain('object 3: is no object');
    expect(stdout).toContain('object 4: has no id');
    expect(stdout).toContain('3 unreadable.');
  });

  it('shows no terminal commands of its data, and only so many differences', () => {
    const many = Array.from({ length: 250 }, (_, id) => ({ id: `\u001b[31m${id}` }));
    place.write({ 'a.ndjson': ndjson(...many), 'b.ndjson': '' });
    const { stdout } = place.run(['reconcile', 'a.ndjson', 'b.ndjson', '--key', 'id']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n')).toHaveLength(203);
    expect(stdout).toContain('... and 50 more');
  });

  it.each([
    [['a.json'], '1 side was named, not two'],
    [['a.json', 'a.json', 'a.json', '--key', 'id'], '3 sides were named, not two'],
    [['a.json', 'gone.json', '--key', 'id'], 'There is no file gone.json'],
    [['a.json', 'a.json'], 'No key was named'],
    [['a.json', 'a.txt', '--key', 'id'], 'a.txt is neither NDJSON nor JSON'],
    [['a.json', 'number.json', '--key', 'id'], 'number.json holds no array'],
    [['a.json', 'broken.json', '--key', 'id'], 'broken.json is no JSON'],
    [['a.json', 'a.json', '--key', 'id', '--ignore', 'x'], '--ignore x is no JSON pointer'],
    [['a.json', 'a.json', '--key', 'id', '--sorted'], 'Not sorted by its key'],
    [
      ['a.json', 'a.json', '--key', 'id', '--schema', 'Lott', '--contract', join(root, 'schemas')],
      'has no schema Lott',
    ],
  ])('refuses %j', (args, message) => {
    place.write({ 'a.json': '[{"id":2},{"id":1}]', 'a.txt': '', 'number.json': '1', 'broken.json': '[' });
    const { status, stderr } = place.run(['reconcile', ...args]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
