import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Contract, loadContract } from '@millwright/contract';
import { upcast } from '@millwright/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { events } from '../../generators/src/events/index.ts';
import { types } from '../../generators/src/types/index.ts';
import { validators } from '../../generators/src/validators/index.ts';
import { load, write } from '../client/generate.ts';

const versions = new URL('fixtures/versions.yaml', import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

function generated(contract: Contract): string {
  const options = { importExtension: 'ts', runtime: 'inline', validators: true } as const;
  return write([types, validators, events].flatMap((generator) => generator.generate(contract, options)[0]));
}

type Function = (...values: readonly unknown[]) => Promise<Readonly<Record<string, unknown>>>;

/** A producer of the first version, and whatever consumers a test subscribes. */
async function plant() {
  const module = (await import(
    /* @vite-ignore */ pathToFileURL(join(generated(await load(versions)), 'events.ts')).href
  )) as Readonly<Record<string, Function>>;
  const call = (name: string): Function => module[name] as Function;
  const transport = (
    module['createMemoryTransport'] as unknown as () => {
      drain(): Promise<void>;
      readonly deadLetters: readonly { readonly reason: string }[];
    }
  )();
  const bus = call('createBus')({ transport, source: '/old-erp', producer: 'svc-old' });
  return { call, bus, transport };
}

const orderV1 = { site: 'PL01', status: 'open', legacyCode: 'x', lines: [{ article: 'A' }, { article: 'B' }] };

describe('a consumer of a later version', () => {
  it('gets what a producer of an earlier one sends, as its own version', async () => {
    const { call, bus, transport } = await plant();
    const got: unknown[] = [];
    const keep = ({ data, headers }: { data: unknown; headers: Readonly<Record<string, unknown>> }): void =>
      void got.push({ data, type: headers['type'], id: headers['id'] });
    await call('subscribeOrderV2')(bus, keep);
    await call('publishOrderV1')(bus, { data: orderV1, plantid: 'PL01', id: '1' });
    await transport.drain();
    expect(got).toEqual([
      {
        id: '1',
        type: 'orders.v2',
        data: {
          plant: { id: 'PL01' },
          status: 'released',
          priority: 'normal',
          lines: [{ item: { number: 'A' } }, { item: { number: 'B' } }],
        },
      },
    ]);
  });

  it('converts over several versions, the last step by the program, and checks what comes of it', async () => {
    const { call, bus, transport } = await plant();
    const got: unknown[] = [];
    const upcastV2 = ({ plant: { id }, lines }: { plant: { id: string }; lines: readonly unknown[] }) => ({
      plantId: id,
      lineCount: lines.length,
    });
    const keep = ({ data }: { data: unknown }): void => void got.push(data);
    await call('subscribeOrderV3')(bus, keep, { upcast: { OrderV2: upcastV2 } });
    await call('publishOrderV1')(bus, { data: orderV1, plantid: 'PL01' });
    await call('publishOrderV3')(bus, { data: { plantId: 'PL02', lineCount: 0 }, plantid: 'PL02' });
    await call('publishOrderV1')(bus, { data: { ...orderV1, site: 'PLANT-1' }, plantid: 'PL01' });
    await transport.drain();
    expect(got).toHaveLength(2);
    expect(got).toEqual(
      expect.arrayContaining([
        { plantId: 'PL01', lineCount: 2 },
        { plantId: 'PL02', lineCount: 0 },
      ]),
    );
    // It fits the first version and not what it became: kept with the place.
    expect(transport.deadLetters.map(({ reason }) => reason)).toEqual([expect.stringContaining('/plantId')]);
  });

  it('does not compile without the converter that the contract leaves to the program', async () => {
    const folder = generated(await load(versions));
    const use = `import { subscribeOrderV2, subscribeOrderV3, type Bus } from './events.ts';
declare const bus: Bus;
await subscribeOrderV2(bus, ({ data }) => void data.plant.id);
await subscribeOrderV3(bus, ({ data }) => void data.plantId, { upcast: { OrderV2: ({ plant, lines }) => ({ plantId: plant.id, lineCount: lines.length }) } });
// @ts-expect-error nothing converts version 2
await subscribeOrderV3(bus, ({ data }) => void data.plantId);
// @ts-expect-error the converter gives something else
await subscribeOrderV3(bus, ({ data }) => void data.plantId, { upcast: { OrderV2: () => ({ plantId: 1 }) } });
`;
    const settings = {
      compilerOptions: {
        ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, types: [], target: 'es2022' },
        ...{ module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.iterable'] },
      },
    };
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    writeFileSync(join(folder, 'use.ts'), use);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
  });
});

describe('x-upcast that cannot be read', () => {
  const text = readFileSync(versions, 'utf8');
  const v3 = 'x-upcast: { from: OrderV2, by: program }';
  it.each([
    ['no such message', '{ from: OrderV9, by: program }', 'names no message'],
    ['itself', '{ from: OrderV3, by: program }', 'circle'],
    ['no way', '{ from: OrderV2 }', 'neither steps nor'],
    ['both ways', '{ from: OrderV2, by: program, steps: [] }', 'has no steps'],
    ['a step of no kind', '{ from: OrderV2, steps: [{ rename: /a }] }', 'a step is one of'],
    ['a place that is none', '{ from: OrderV2, steps: [{ drop: a }] }', 'needs a JSON Pointer'],
    ['a move over other items', '{ from: OrderV2, steps: [{ move: /a/*/b, to: /c/*/b }] }', 'up to their last'],
    ['a set without value', '{ from: OrderV2, steps: [{ set: /a }] }', 'needs a value'],
    ['a stray member', '{ from: OrderV2, steps: [{ drop: /a, value: 1 }] }', 'has no "value"'],
  ])('%s', async (_, value, told) => {
    const folder = write([{ path: 'a.yaml', content: text.replace(v3, `x-upcast: ${value}`) }]);
    const [contract] = await loadContract({ entries: [join(folder, 'a.yaml')] });
    const options = { importExtension: 'ts', runtime: 'inline', validators: true } as const;
    const [, diagnostics] = events.generate(contract as Contract, options);
    expect(diagnostics).toMatchObject([
      { code: 'generate/upcast-unreadable', severity: 'error', message: expect.stringContaining(told) },
    ]);
    expect(diagnostics[0]?.location?.line).toBe(text.split('\n').findIndex((line) => line.includes(v3)) + 1);
  });
});

describe('steps', () => {
  it.each([
    ['absent places are passed over', { a: 1 }, [{ move: '/x', to: '/y' }, { drop: '/z/q' }], { a: 1 }],
    ['what is there already stays', { a: 1 }, [{ set: '/a', value: 2 }], { a: 1 }],
    [
      'null is a value',
      { a: null },
      [
        { set: '/a', value: 2 },
        { move: '/a', to: '/b' },
      ],
      { b: null },
    ],
    ['values outside the map stay', { s: 'x' }, [{ map: '/s', values: { y: 'z' } }], { s: 'x' }],
    ['inherited names are no values', { s: 'toString' }, [{ map: '/s', values: {} }], { s: 'toString' }],
    ['escaped names', { 'a/b': 1 }, [{ move: '/a~1b', to: '/c~0d' }], { 'c~d': 1 }],
    [
      'items of items',
      { a: [{ b: [{ c: 1 }, {}] }, 5] },
      [{ move: '/a/*/b/*/c', to: '/a/*/b/*/d' }],
      { a: [{ b: [{ d: 1 }, {}] }, 5] },
    ],
    ['a text where an object is meant', { a: 'x' }, [{ drop: '/a/length' }, { move: '/a/0', to: '/b' }], { a: 'x' }],
  ])('%s', (_, data, steps, wanted) => expect(upcast(data, steps)).toEqual(wanted));

  it('reach no prototype', () => {
    const data = JSON.parse('{"a":{"polluted":true},"__proto__":{"x":1}}') as object;
    const moved = upcast(data, [
      { move: '/a', to: '/__proto__' },
      { set: '/constructor/prototype/polluted', value: 1 },
    ]);
    expect(JSON.stringify(moved)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('moved there and back is what it was; the input is never changed', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), name, (data, from) => {
        fc.pre(Object.hasOwn(data, from));
        const before = structuredClone(data);
        const there = upcast(data, [{ move: `/${from}`, to: '/target/deep' }]);
        expect(data).toEqual(before);
        if (Object.hasOwn(data, 'target')) return;
        expect(upcast(there, [{ move: '/target/deep', to: `/${from}` }, { drop: '/target' }])).toEqual(before);
      }),
    );
  });
});
