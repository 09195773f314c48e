import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bindFlow, createFlows, type FlowPlan } from '@millwright/runtime/flow';
import { createMessaging } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { contractOf, generate, write } from './generated.ts';
import { Wire } from './wire.ts';
import { FakeClock } from './world.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
let folder = '';
let module: { readonly trip: FlowPlan<object, unknown, unknown>; bindTrip(clients: object): unknown };
let createClient: (config: object) => unknown;

beforeAll(async () => {
  const contract = await contractOf([fixture('travel.openapi.yaml'), fixture('travel.arazzo.yaml')]);
  const [files, diagnostics] = generate(contract);
  expect(diagnostics).toEqual([]);
  folder = write('travel', files);
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
  module = await load('flows.ts');
  ({ createClient } = await load('client.ts'));
});

/** A travel agency that books and cancels, and the process that asks it. */
function agency(refuses: (name: string, count: number) => number | undefined, price = 7) {
  const done: string[] = [];
  const keys: (string | null)[] = [];
  const counts = new Map<string, number>();
  const answers: Readonly<Record<string, object>> = {
    'POST /hotels': { number: 'H-1', price: 10.5 },
    'POST /flights': { number: 'F-1', price: 3 },
  };
  const fetch = async (url: URL, { method, headers }: { method: string; headers: Headers }): Promise<Response> => {
    const name = `${method} ${url.pathname}${url.search}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    keys.push(headers.get('idempotency-key'));
    const status = refuses(name, count);
    if (status !== undefined) return new Response(null, { status });
    done.push(name);
    if (method === 'DELETE') return new Response(null, { status: 204 });
    const body = JSON.stringify(answers[name] ?? { number: `C-${count}`, price });
    return new Response(body, { status: 201, headers: { 'content-type': 'application/json' } });
  };
  const clock = new FakeClock();
  const store = createMemoryStore();
  const messaging = createMessaging({ store, clock, transport: new Wire().transport(), source: '/test' });
  const client = createClient({ baseUrl: 'http://travel.test', fetch });
  const flows = createFlows({
    ...{ store, messaging, clock, flows: [bindFlow(module.trip, module.bindTrip({ travelOpenapi: client }))] },
  });
  const run = async (inputs: object) => {
    await flows.start(module.trip, 'T-1', inputs);
    for (let round = 0; round < 100; round += 1) {
      await flows.poll();
      const view = await flows.find('trip', 'T-1');
      if (view?.dueAt === undefined) return view;
      clock.at = view.dueAt;
    }
    return undefined;
  };
  return { run, done, keys, flows };
}

describe("a flow from somebody else's description", () => {
  it('compiles as it is generated', () => {
    const config = {
      compilerOptions: {
        ...{ target: 'es2023', module: 'nodenext', lib: ['es2023', 'dom'], types: [], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUnusedLocals: true, noUnusedParameters: true },
        ...{
          noPropertyAccessFromIndexSignature: true,
          noUncheckedIndexedAccess: true,
          allowImportingTsExtensions: true,
        },
      },
      include: ['**/*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it('runs to its end', async () => {
    const { run, done, keys } = agency(() => undefined);
    expect(await run({ nights: 2 })).toMatchObject({
      status: 'completed',
      outputs: { hotel: 'H-1', price: 10.5, car: 'C-1' },
    });
    expect(done).toEqual(['POST /hotels', 'POST /flights', 'POST /cars', 'POST /cars']);
    // Derived where the description gives none and the operation takes one.
    expect(keys[0]).toBe('T-1/trip.hotel.1');
  });
});

describe('compensation', () => {
  const carsOut = (name: string) => (name === 'POST /cars?class=luxury' ? 409 : undefined);

  it('undoes what was done, the latest first, in workflows inside as well', async () => {
    const { run, done } = agency(carsOut);
    const view = await run({ nights: 2, carClass: 'luxury' });
    expect(view).toMatchObject({
      status: 'compensated',
      failure: { workflow: 'trip', step: 'car', reason: 'answer 409' },
    });
    expect(done).toEqual([
      ...['POST /hotels', 'POST /flights', 'POST /cars'],
      ...['DELETE /bookings/C-1', 'DELETE /bookings/F-1', 'DELETE /bookings/H-1'],
    ]);
  });

  it('is tried again, and goes on', async () => {
    const { run, done } = agency((name, count) =>
      name === 'DELETE /bookings/F-1' && count <= 2 ? 500 : carsOut(name),
    );
    expect(await run({ nights: 2, carClass: 'luxury' })).toMatchObject({ status: 'compensated' });
    expect(done.slice(3)).toEqual(['DELETE /bookings/C-1', 'DELETE /bookings/F-1', 'DELETE /bookings/H-1']);
  });

  it('that fails for good leaves the run for a person, where it stopped', async () => {
    const { run, done, flows } = agency((name) => (name === 'DELETE /bookings/F-1' ? 500 : carsOut(name)));
    const view = await run({ nights: 2, carClass: 'luxury' });
    expect(view).toMatchObject({ status: 'failed', at: [{ workflow: 'trip', step: 'car' }, { workflow: 'cancel' }] });
    expect(view?.failure?.reason).toContain('what should undo has failed');
    expect(done.slice(3)).toEqual(['DELETE /bookings/C-1']);
    expect(await flows.list({ flow: 'trip', status: 'failed', limit: 5 })).toEqual([view]);
  });

  it('has nothing to do where nothing was done', async () => {
    const { run, done } = agency((name) => (name === 'POST /hotels' ? 500 : undefined));
    expect(await run({ nights: 2 })).toMatchObject({ status: 'failed', failure: { step: 'hotel' } });
    expect(done).toEqual([]);
  });
});

describe('a condition', () => {
  it('that does not hold fails the step', async () => {
    const { run } = agency(() => undefined, 2_000);
    expect(await run({ nights: 2 })).toMatchObject({
      status: 'compensated',
      failure: { step: 'car', reason: 'answer 201 does not meet the criteria' },
    });
  });

  it('compares texts without regard to case', async () => {
    const { run } = agency(() => undefined, 2_000);
    expect(await run({ nights: 2, carClass: 'luxury' })).toMatchObject({ status: 'completed' });
  });
});
