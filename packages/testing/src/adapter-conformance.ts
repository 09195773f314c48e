import assert from 'node:assert/strict';
import type { ConformanceCase } from './conformance.ts';
import { derivePayloads, type PayloadSchema } from './payloads.ts';

/** One message, as the run hands it to an adapter. */
export interface AdapterMessage {
  /** Two messages with one id are one message. */
  readonly id: string;
  /** Messages of one key take effect in the order of `sequence`, which begins with 1. */
  readonly key: string;
  readonly sequence: number;
  readonly data: unknown;
}

/** `applied` and `duplicate` ack, `waiting` keeps it for one before it, `refused` makes a dead letter. */
export type AdapterOutcome = 'applied' | 'duplicate' | 'waiting' | 'refused';

/** An adapter at work with a system of its own, empty at first. */
export interface AdapterAtWork {
  deliver(message: AdapterMessage): Promise<AdapterOutcome>;
  /** The process dies after the message was applied and before it is acked; what was in memory is gone, then it starts again. */
  crashBeforeAck(message: AdapterMessage): Promise<void>;
  /** Ids of the messages that took effect in the system, in that order; one that took effect twice is there twice. */
  effects(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What the run needs of an adapter. */
export interface AdapterSubject {
  readonly open: () => Promise<AdapterAtWork>;
  readonly schema: PayloadSchema;
  /** Default 1. */
  readonly seed?: number;
}

type Payloads = ReturnType<typeof derivePayloads>;
type Run = (adapter: AdapterAtWork, payloads: Payloads) => Promise<void>;

function given(name: string, run: Run): ConformanceCase<AdapterSubject> {
  return {
    name,
    isPromised: () => true,
    run: async ({ open, schema, seed }) => {
      const payloads = derivePayloads(schema, seed);
      const adapter = await open();
      try {
        await run(adapter, payloads);
      } finally {
        await adapter.close();
      }
    },
  };
}

const message = (id: string, data: unknown, key = id, sequence = 1): AdapterMessage => ({ id, key, sequence, data });

/** What an adapter promises, case by case, whatever system is behind it. */
export const adapterConformance: readonly ConformanceCase<AdapterSubject>[] = [
  given('applies what the contract allows, the bounds too', async (adapter, { valid, edge }) => {
    const all = [...valid, ...edge].map((data, index) => message(`valid-${index}`, data));
    for (const each of all) assert.equal(await adapter.deliver(each), 'applied', JSON.stringify(each.data));
    assert.deepEqual(
      await adapter.effects(),
      all.map(({ id }) => id),
    );
  }),
  given('refuses what the contract forbids, without any effect', async (adapter, { invalid }) => {
    assert.ok(invalid.length > 0, 'the schema forbids nothing that was tried');
    for (const [index, data] of invalid.entries())
      assert.equal(await adapter.deliver(message(`invalid-${index}`, data)), 'refused', JSON.stringify(data));
    assert.deepEqual(await adapter.effects(), []);
  }),
  given('a message that comes again takes effect once', async (adapter, { valid: [data] }) => {
    const [first, second] = [message('a', data), message('b', data)];
    for (const each of [first, first, second, first])
      assert.match(await adapter.deliver(each), /^(applied|duplicate)$/);
    assert.deepEqual(await adapter.effects(), ['a', 'b']);
  }),
  given('messages of one key take effect in their order, in whatever order they come', async (adapter, payloads) => {
    const [data] = payloads.valid;
    const sent = [3, 1, 2].map((sequence) => message(`k-${sequence}`, data, 'k', sequence));
    for (const each of sent) await adapter.deliver(each);
    // What waits comes again, as a broker does it.
    for (const each of [...sent, ...sent]) await adapter.deliver(each);
    assert.deepEqual(await adapter.effects(), ['k-1', 'k-2', 'k-3']);
  }),
  given('a crash between the effect and the ack does not repeat the effect', async (adapter, { valid: [data] }) => {
    await adapter.crashBeforeAck(message('a', data));
    assert.match(await adapter.deliver(message('a', data)), /^(applied|duplicate)$/);
    assert.deepEqual(await adapter.effects(), ['a']);
  }),
  given('a poison message is put aside, and the others go on', async (adapter, { valid, invalid }) => {
    const poison = message('poison', invalid[0], 'p');
    assert.equal(await adapter.deliver(poison), 'refused');
    assert.equal(await adapter.deliver(message('after', valid[0])), 'applied');
    // By then it is a dead letter, which an adapter may remember.
    assert.match(await adapter.deliver(poison), /^(refused|duplicate)$/);
    assert.deepEqual(await adapter.effects(), ['after']);
  }),
];
