import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  type Difference,
  laterVersion,
  reconcile,
  repairDifferences,
  sidesOf,
  UnsortedSide,
} from '@millwright/runtime/reconcile';
import { describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';
import { collected, linesOf, lotSchema, reconciled, side } from './fixtures.ts';

const key = ['id'];

describe('what counts as equal', () => {
  const lot = (members: object) => [{ itemNumber: 'A', ...members }];
  const lines = async (one: object, other: object, options: object = {}) =>
    linesOf((await reconciled(lot(one), lot(other), { key: ['itemNumber'], schema: lotSchema, ...options })).told);

  it.each([
    [{ quantity: { value: '12.50', unit: 'KGM' } }, { quantity: { unit: 'KGM', value: '12.5' } }],
    [{ quantity: { value: '-0.0' } }, { quantity: { value: '0' } }],
    [{ quantity: { value: '007' } }, { quantity: { value: '7.000' } }],
    [{ origin: { at: '2026-04-15T06:30:00Z' } }, { origin: { at: '2026-04-15t08:30:00.000+02:00' } }],
    [{ origin: { at: '2026-01-01T00:30:00+01:00' } }, { origin: { at: '2025-12-31T23:30:00Z' } }],
    [{ defects: [{ value: '1' }, { value: '2' }] }, { defects: [{ value: '2.0' }, { value: '1.0' }] }],
    [{ parents: [{ quantity: { value: '1' } }] }, { parents: [{ quantity: { value: '1.0' } }] }],
    [{ other: 1.0 }, { other: 1 }],
    [{ gone: undefined }, {}],
  ])('%j is %j', async (one, other) => expect(await lines(one, other)).toEqual([]));

  it.each([
    [{ quantity: { value: '12.5', unit: 'KGM' } }, { quantity: { value: '12.5', unit: 'C62' } }, '/quantity/unit'],
    [{ quantity: { value: '12.5000000001' } }, { quantity: { value: '12.5' } }, '/quantity/value'],
    [{ quantity: { value: '99999999999999999.1' } }, { quantity: { value: '99999999999999999.2' } }, '/quantity/value'],
    [{ quantity: { value: 12.5 } }, { quantity: { value: '12.5' } }, '/quantity/value'],
    [{ quantity: { value: 'a lot' } }, { quantity: { value: 'a lot.0' } }, '/quantity/value'],
    [{ origin: { at: '2026-04-15T06:30:00.0001Z' } }, { origin: { at: '2026-04-15T06:30:00Z' } }, '/origin/at'],
    [{ origin: { at: '2026-02-30T00:00:00Z' } }, { origin: { at: '2026-03-02T00:00:00Z' } }, '/origin/at'],
    [{ origin: { at: '2016-12-31T23:59:60Z' } }, { origin: { at: '2017-01-01T00:00:00Z' } }, '/origin/at'],
    [
      { steps: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'] },
      { steps: ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'] },
      '/steps/0 /steps/1',
    ],
    [{ lotNumber: '1.0' }, { lotNumber: '1' }, '/lotNumber'],
    [{ other: null }, {}, '/other'],
    [{ 'a/b~': 1 }, { 'a/b~': 2 }, '/a~1b~0'],
    [{ defects: [{ value: '1' }] }, { defects: [{ value: '1' }, { value: '1.0' }] }, '/defects'],
  ])('%j is not %j', async (one, other, pointers) =>
    expect(await lines(one, other)).toEqual([`different ["A"] ${pointers}`]),
  );

  it('numbers that JSON does not hold, when they were read as what they are', async () => {
    expect(await lines({ other: 10n ** 20n }, { other: 10n ** 20n })).toEqual([]);
    expect(await lines({ other: 10n ** 20n }, { other: 10n ** 20n + 1n })).toEqual(['different ["A"] /other']);
  });

  it('a pointer that is ignored, with any token', async () => {
    const one = { extensions: { a: 1 }, steps: [{ at: 1, by: 'x' }] };
    const other = { extensions: { b: 2 }, steps: [{ at: 1, by: 'y' }] };
    expect(await lines(one, other)).toHaveLength(1);
    expect(await lines(one, other, { ignore: ['/extensions', '/steps/*/by'] })).toEqual([]);
    expect(await lines(one, other, { ignore: ['/*'] })).toEqual([]);
    await expect(lines(one, other, { ignore: ['extensions'] })).rejects.toThrow('no JSON pointer');
  });

  it('members that every object inherits, by their own values only', async () => {
    const forged = JSON.parse('{"__proto__": {"value": "1"}, "constructor": 1}');
    expect(await lines(forged, {})).toEqual(['different ["A"] /__proto__ /constructor']);
    expect(await lines(forged, forged)).toEqual([]);
  });
});

describe('a side that is not as it should be', () => {
  it('tells keys that are missing, twice, or no keys, and goes on', async () => {
    const record = [{ id: 1 }, { id: 1, v: 2 }, {}, null, { id: { a: 1 } }, { id: 2 }, new Error('line 7 is no JSON')];
    const { told, totals } = await reconciled(record, [{ id: 2 }, { id: 2 }, { id: 3 }, { id: 3 }], { key });
    expect(linesOf(told)).toEqual([
      ...['duplicate [1]', 'duplicate [2]', 'duplicate [3]', 'extra [3]', 'missing [1]'],
      ...['unreadable 3', 'unreadable 4', 'unreadable 5', 'unreadable 7'],
    ]);
    expect(totals).toEqual({
      ...{ record: 7, copy: 4, equal: 1, missing: 1, extra: 1, different: 0, duplicate: 3, unreadable: 4 },
    });
    expect(told.map((one) => (one.kind === 'unreadable' ? one.reason : ''))).toContain('line 7 is no JSON');
  });

  it('tells what is nested too deeply instead of failing', async () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    const { told } = await reconciled([{ id: 1, deep }, { id: 2 }], [{ id: 2 }], { key });
    expect(told).toMatchObject([{ kind: 'unreadable', position: 1, reason: expect.stringContaining('too deeply') }]);
  });

  it('refuses a side that is not sorted when it was said to be, and closes both', async () => {
    const closed: string[] = [];
    const closing = (name: string, ids: readonly number[]) => ({
      name,
      read: async function* () {
        try {
          for (const id of ids) yield { id };
        } finally {
          closed.push(name);
        }
      },
    });
    const differences = reconcile(
      { record: closing('erp', [1, 2, 9]), copy: closing('mes', [1, 3, 2]) },
      { key, sorted: true },
    );
    await expect(collected(differences)).rejects.toThrow(UnsortedSide);
    expect(closed.sort()).toEqual(['erp', 'mes']);
  });

  it('fails as its reading does', async () => {
    const broken = {
      name: 'mes',
      read: async function* () {
        yield { id: 1 };
        throw new Error('connection lost');
      },
    };
    for (const sorted of [false, true])
      await expect(
        collected(reconcile({ record: side('erp', [{ id: 1 }]), copy: broken }, { key, sorted })),
      ).rejects.toThrow('connection lost');
  });

  it('tells differences without members behind heldMax, and drops what has become equal', async () => {
    const record = [1, 2, 3].map((id) => ({ id, v: 1 }));
    const copy = record.map(({ id }) => ({ id, v: 2 }));
    const { told, totals } = await reconciled(record, copy, { key, heldMax: 1 });
    expect(told.map((one) => one.kind === 'different' && one.members?.map(({ pointer }) => pointer))).toEqual([
      ...[['/v'], undefined, undefined],
    ]);
    expect(totals.different).toBe(3);
    let reads = 0;
    const moving = {
      name: 'erp',
      read: () => {
        reads += 1;
        return reads === 1 ? record : copy.slice(0, 2);
      },
    };
    const later = await collected(reconcile({ record: moving, copy: side('mes', copy) }, { key }));
    expect(later).toEqual([]);
  });
});

describe('repair', () => {
  const differences: readonly Difference[] = [
    { kind: 'missing', key: [1], record: { id: 1 } },
    { kind: 'different', key: [2], recordVersion: 5, copyVersion: 4, record: { id: 2 } },
    { kind: 'different', key: [3], recordVersion: 4, copyVersion: 5, record: { id: 3 } },
    { kind: 'extra', key: [4], copy: { id: 4 } },
    { kind: 'duplicate', side: 'mes', key: [5] },
    { kind: 'unreadable', side: 'mes', position: 6, reason: 'has no id' },
    { kind: 'missing', key: [7], record: { id: 7 } },
  ];

  it('lets the system of record win, but leaves what is later in the copy, and goes on after a failure', async () => {
    const restored: unknown[] = [];
    const port = {
      restore: async (record: unknown) => {
        if ((record as { id: number }).id === 1) throw new Error('broker away');
        restored.push(record);
      },
    };
    const repairs = await collected(repairDifferences(differences, port));
    expect(repairs.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'broker away'],
      ['repaired', undefined],
      ['left', 'the copy has the later version'],
      ['left', 'the system of record does not have it'],
      ['left', expect.stringContaining('twice')],
      ['left', expect.stringContaining('cannot be read')],
      ['repaired', undefined],
    ]);
    expect(restored).toEqual([{ id: 2 }, { id: 7 }]);
  });

  it('overwrites and withdraws where it is told to, and leaves nothing to find', async () => {
    const record = [1, 2, 3].map((id) => ({ id, version: id }));
    const copy = new Map<number, object>([
      [2, { id: 2, version: 9 }],
      [4, { id: 4, version: 1 }],
    ]);
    const sides = { record: side('erp', record), copy: { name: 'mes', read: () => [...copy.values()] } };
    const options = { key, version: 'version' };
    const port = {
      restore: async (object: unknown) => void copy.set((object as { id: number }).id, object as object),
      withdraw: async (object: unknown) => void copy.delete((object as { id: number }).id),
    };
    const repairs = await collected(repairDifferences(reconcile(sides, options), port, { overwriteLater: true }));
    expect(repairs.map(({ outcome }) => outcome)).toEqual(['repaired', 'repaired', 'repaired', 'repaired']);
    expect(await collected(reconcile(sides, options))).toEqual([]);
  });
});

it('takes the system of record by its name, else the first side', () => {
  const [mes, erp] = [side('mes', []), side('erp', [])];
  expect(sidesOf(mes, erp, 'erp')).toEqual({ record: erp, copy: mes, isDeclared: true });
  expect(sidesOf(mes, erp, 'mes')).toEqual({ record: mes, copy: erp, isDeclared: true });
  expect(sidesOf(mes, erp, 'quality')).toEqual({ record: mes, copy: erp, isDeclared: false });
});

it('knows the later version of whole numbers and instants, and says where it does not', () => {
  expect(laterVersion(10, 9)).toBe('left');
  expect(laterVersion('9', '10')).toBe('right');
  expect(laterVersion(3, '3')).toBe('neither');
  expect(laterVersion('2026-01-01T00:00:00Z', '2026-01-01T00:30:00+01:00')).toBe('left');
  expect(laterVersion('a', 'b')).toBe(undefined);
  expect(laterVersion(undefined, 1)).toBe(undefined);
});

it('compares many objects in less memory than they take', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...['--conditions=@millwright/source', '--max-old-space-size=160'],
      ...[join(root, 'test/reconcile/many.ts'), '300000'],
    ],
    { encoding: 'utf8', timeout: 170_000 },
  );
  expect([status, stderr]).toEqual([0, '']);
  const { bytes, totals, peakMiB } = JSON.parse(stdout);
  expect(totals).toEqual({
    ...{ record: 300_000, copy: 300_000, equal: 299_997, missing: 1, extra: 1, different: 2 },
    ...{ duplicate: 0, unreadable: 0 },
  });
  expect(bytes / 2 ** 20).toBeGreaterThan(190);
  expect(peakMiB).toBeLessThan(160);
}, 180_000);
