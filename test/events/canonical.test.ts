import { readdirSync, readFileSync } from 'node:fs';
import * as sdk from '@millwright/sdk/events';
import { ContractViolation } from '@millwright/sdk/events';
import { describe, expect, it } from 'vitest';

interface EventExample extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly source: string;
  readonly producer: string;
  readonly plantid: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const folder = new URL('../../schemas/examples/events/', import.meta.url);
const examples = readdirSync(folder)
  .sort()
  .map((file): readonly [string, EventExample] => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as EventExample,
  ]);

type Publish = (bus: sdk.Bus, input: object) => Promise<Readonly<Record<string, unknown>>>;
type Subscribe = (
  bus: sdk.Bus,
  handler: (message: sdk.Received<unknown, unknown>) => void,
) => Promise<sdk.Subscription>;

const functions = sdk as unknown as Readonly<Record<string, unknown>>;

/** `work-order.released` is published by `publishWorkOrderReleased`. */
function functionOf<T>(action: 'publish' | 'subscribe', event: string): T {
  const name = `${action}${event.replace(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
  const found = functions[name];
  if (typeof found !== 'function') throw new Error(`the SDK has no ${name}`);
  return found as T;
}

function plant(example: EventExample, config: Partial<sdk.BusConfig> = {}) {
  const transport = sdk.createMemoryTransport({ redeliveryDelayMs: 1 });
  const bus = sdk.createBus({ transport, source: example.source, producer: example.producer, ...config });
  return { transport, bus };
}

/** What a producer gives: the bus fills in the rest of the envelope. */
function inputOf({ data, ...attributes }: EventExample, more: object = {}): object {
  const filled = new Set(['specversion', 'source', 'type', 'datacontenttype', 'contractversion', 'producer']);
  const given = Object.entries(attributes).filter(([name]) => !filled.has(name));
  return { ...Object.fromEntries(given), data: { ...data, ...more } };
}

it('there is an example for every event that the SDK publishes', () => {
  const published = Object.keys(functions).filter(
    (name) => name.startsWith('publish') && typeof functions[name] === 'function',
  );
  expect(examples.map(([event]) => functionOf<() => void>('publish', event).name).sort()).toEqual(published.sort());
});

describe.each(examples)('%s', (event, example) => {
  it('arrives as it was published', async () => {
    const { bus, transport } = plant(example);
    const got: sdk.Received<unknown, unknown>[] = [];
    await functionOf<Subscribe>('subscribe', event)(bus, (message) => void got.push(message));
    const sent = await functionOf<Publish>('publish', event)(bus, inputOf(example));
    await transport.drain();
    const { data, ...attributes } = example;
    expect(transport.deadLetters).toEqual([]);
    expect(sent).toEqual(attributes);
    expect(got).toMatchObject([{ data, attempt: 1, parameters: { plant: example.plantid } }]);
    expect(got[0]?.headers).toEqual(attributes);
  });

  it('is refused with a member that nobody declared, and nothing is sent', async () => {
    const { bus, transport } = plant(example);
    const got: unknown[] = [];
    await functionOf<Subscribe>('subscribe', event)(bus, (message) => void got.push(message));
    const publish = functionOf<Publish>('publish', event);
    const error: unknown = await publish(bus, inputOf(example, { colour: 'blue' })).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'contract-violation', part: 'payload', pointer: '' });
    expect((error as ContractViolation).message).toContain('colour');
    expect((error as ContractViolation).message).not.toContain('blue');
    await expect(publish(bus, { ...inputOf(example), colour: 'blue' })).rejects.toMatchObject({ part: 'headers' });
    await transport.drain();
    expect(got).toEqual([]);
  });

  it('passes at a consumer that does not know a member, and not when a declared one is wrong', async () => {
    // No canonical object begins with a flag.
    const [member] = Object.keys(example.data) as [string];
    const violations: ContractViolation[] = [];
    const { bus, transport } = plant(example, { onViolation: (error) => violations.push(error) });
    const newer = sdk.createBus({ ...bus.config, validate: false });
    const got: sdk.Received<unknown, unknown>[] = [];
    await functionOf<Subscribe>('subscribe', event)(bus, (message) => void got.push(message));
    const publish = functionOf<Publish>('publish', event);
    await publish(newer, inputOf(example, { colour: 'blue' }));
    await transport.drain();
    expect(got.map(({ data }) => data)).toEqual([{ ...example.data, colour: 'blue' }]);
    await publish(newer, inputOf(example, { [member]: false }));
    await transport.drain();
    expect(got).toHaveLength(1);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toBeInstanceOf(ContractViolation);
    expect(violations[0]).toMatchObject({ part: 'payload', pointer: `/${member}` });
    expect(transport.deadLetters.map(({ reason }) => reason)).toEqual([violations[0]?.message]);
  });
});
