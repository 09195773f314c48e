import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore, type MemoryConnection } from '@millwright/runtime/stores/memory';
import {
  type ReceiveWebhookOptions,
  receiveWebhook,
  signWebhook,
  WebhookKeyInvalid,
  type WebhookRequest,
} from '@millwright/runtime/webhooks';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

/** The vectors that the documentation of Svix (v1) and the tests of its server (v1a) publish. */
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330_000;
const body = '{"test": 2432232314}';
const shared = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const signedByShared = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const privateKey = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const signedByPrivate = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';

const otherShared = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherPair = generateKeyPairSync('ed25519');
const otherPublic = `whpk_${otherPair.publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')}`;

const headers = signWebhook({ id, timestamp, body }, [shared, privateKey]);
const request: WebhookRequest = { headers: { ...headers }, body: Buffer.from(body) };
const clockAt = (now: number) => ({ now: () => now });

/** A receiver whose effect is a count in the store. */
function receiver(changes: Partial<ReceiveWebhookOptions<MemoryConnection>> = {}) {
  const store: Store<MemoryConnection> = changes.store ?? createMemoryStore();
  const options: ReceiveWebhookOptions<MemoryConnection> = {
    endpoint: 'orders',
    secrets: [shared],
    clock: clockAt(timestamp),
    handle: ({ transaction: { connection } }) => connection.set('applied', Number(connection.get('applied') ?? 0) + 1),
    ...changes,
    store,
  };
  return {
    receive: (given: WebhookRequest = request, more: Partial<typeof options> = {}) =>
      receiveWebhook(given, { ...options, ...more }),
    applied: () => store.transaction(({ connection }) => connection.get('applied') ?? 0),
  };
}

const accepted = { kind: 'accepted', id, status: 204 };
const duplicate = { kind: 'duplicate', id, status: 204 };

describe('signWebhook', () => {
  it('gives the published signatures', () => {
    expect(headers).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': `${signedByShared} ${signedByPrivate}`,
    });
  });

  it('takes a private key without its public half, and time between two seconds', () => {
    const seed = Buffer.from(privateKey.slice(5), 'base64').subarray(0, 32).toString('base64');
    const signed = signWebhook({ id, timestamp: timestamp + 999, body: Buffer.from(body) }, [`whsk_${seed}`]);
    expect(signed['webhook-signature']).toBe(signedByPrivate);
  });

  it('agrees with the reference library on whatever is signed', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!-\-/-~]{1,40}$/),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (name, seconds, text, bytes) => {
          const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
          const signed = signWebhook({ id: name, timestamp: seconds * 1000, body: text }, [secret]);
          const judged = new Webhook(secret).sign(name, new Date(seconds * 1000), text);
          expect(signed['webhook-signature']).toBe(judged);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is verified by the reference library during a rotation', () => {
    const signed = signWebhook({ id, timestamp: Date.now(), body }, [otherShared, shared]);
    for (const secret of [otherShared, shared])
      expect(new Webhook(secret).verify(body, { ...signed })).toEqual(JSON.parse(body));
  });

  it('refuses an id in which a part of the body could hide', () => {
    for (const name of ['', 'a.b', 'a b', 'ä', 'a\r\nx: y', 'x'.repeat(257)])
      expect(() => signWebhook({ id: name, timestamp, body }, [shared])).toThrow(TypeError);
  });

  const weak = Buffer.alloc(23, 1).toString('base64');
  const long = Buffer.alloc(65, 1).toString('base64');
  const mixed = Buffer.concat([Buffer.from(privateKey.slice(5), 'base64').subarray(0, 32), Buffer.alloc(32, 9)]);
  const unusable = [
    [],
    [''],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['whsec_'],
    [`whsec_${weak}`],
    [`whsec_${long}`],
    ['whsec_not*base64*not*base64*not*base64*'],
    [`${shared}\n`],
    [`whsk_${weak}`],
    [`whsk_${mixed.toString('base64')}`],
    [shared, 'whsec_c2hvcnQ='],
  ];
  it.each(unusable.map((secrets) => [secrets]))('refuses the secrets %j and does not repeat them', async (secrets) => {
    for (const use of [
      async () => signWebhook({ id, timestamp, body }, secrets),
      () => receiver({ secrets }).receive(),
    ]) {
      const error = await use().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WebhookKeyInvalid);
      for (const secret of secrets.filter((text) => text.length > 6))
        expect(String(error)).not.toContain(secret.slice(6));
    }
  });

  it('does not sign with a public key, nor verify with a private one', async () => {
    expect(() => signWebhook({ id, timestamp, body }, [publicKey])).toThrow(WebhookKeyInvalid);
    await expect(receiver({ secrets: [privateKey] }).receive()).rejects.toThrow(WebhookKeyInvalid);
  });
});

describe('receiveWebhook', () => {
  it.each([
    ['the shared secret', [shared]],
    ['the public key', [publicKey]],
    ['the old secret, while the new one is not known yet', [shared, otherShared]],
    ['one of several keys', [otherPublic, otherShared, publicKey]],
  ])('accepts what is signed by %s', async (_, secrets) => {
    const { receive, applied } = receiver({ secrets });
    expect(await receive()).toEqual(accepted);
    expect(await applied()).toBe(1);
  });

  it('finds its own signature wherever it stands among those of other secrets', async () => {
    for (const secrets of [
      [otherShared, privateKey, shared],
      [shared, otherShared],
    ]) {
      const signed = signWebhook({ id, timestamp, body }, secrets);
      expect(await receiver().receive({ ...request, headers: signed })).toEqual(accepted);
    }
  });

  it('gives the handler id, time and the bytes that were signed', async () => {
    const seen: unknown[] = [];
    const handle: ReceiveWebhookOptions<MemoryConnection>['handle'] = ({ transaction, ...webhook }) => {
      seen.push({ ...webhook, body: new TextDecoder().decode(webhook.body) });
    };
    await receiver({ handle }).receive();
    expect(seen).toEqual([{ id, timestamp, body }]);
  });

  it('takes headers in any case, of node:http and of fetch, and a body in parts', async () => {
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    const fetched = new Request('https://hooks.example', { method: 'POST', headers: { ...headers }, body });
    const requests: readonly WebhookRequest[] = [
      { headers: upper, body: Readable.from([Buffer.from(body.slice(0, 5)), Buffer.from(body.slice(5))]) },
      { headers: fetched.headers, body: fetched.body ?? new Uint8Array() },
    ];
    for (const given of requests) expect(await receiver().receive(given)).toEqual(accepted);
  });

  const { 'webhook-id': _id, ...withoutId } = headers;
  const { 'webhook-timestamp': _timestamp, ...withoutTimestamp } = headers;
  const { 'webhook-signature': _signature, ...withoutSignature } = headers;
  const signature = (text: string) => ({ ...headers, 'webhook-signature': text });
  // Id, time and body of another cut through the same signed text.
  const cut = signWebhook({ id: 'a', timestamp: 1_000, body: `${timestamp / 1000}.{}` }, [shared]);
  const shifted = { ...cut, 'webhook-id': 'a.1', 'webhook-timestamp': String(timestamp / 1000) };
  const refusals: readonly (readonly [string, WebhookRequest['headers'], string, number, (string | undefined)?])[] = [
    ['no headers', {}, 'id-missing', 400],
    ['no id', withoutId, 'id-missing', 400],
    ['an empty id', { ...headers, 'webhook-id': ' ' }, 'id-missing', 400],
    ['another id', { ...headers, 'webhook-id': `${id}x` }, 'signature-invalid', 401],
    ['an id of two values', { ...headers, 'Webhook-Id': id }, 'id-invalid', 400],
    ['a full stop moved from the id into the body', shifted, 'id-invalid', 400, '{}'],
    ['no timestamp', withoutTimestamp, 'timestamp-missing', 400],
    ['another timestamp', { ...headers, 'webhook-timestamp': '1614265331' }, 'signature-invalid', 401],
    ...['NaN', '1e9', '-1614265330', '1614265330.0', '0x60378a72', '9'.repeat(13)].map(
      (text) => [`the timestamp ${text}`, { ...headers, 'webhook-timestamp': text }, 'timestamp-invalid', 400] as const,
    ),
    ['no signature', withoutSignature, 'signature-missing', 401],
    ['a signature without a version', signature(signedByShared.slice(3)), 'signature-invalid', 401],
    ['a signature of an unknown version', signature(signedByShared.replace('v1', 'v2')), 'signature-invalid', 401],
    ['a signature cut short', signature(signedByShared.slice(0, -5)), 'signature-invalid', 401],
    ['an empty signature', signature('v1,'), 'signature-invalid', 401],
    ['a signature by another', signWebhook({ id, timestamp, body }, [otherShared]), 'signature-invalid', 401],
    ['too many signatures', signature(`${'v1,x '.repeat(16)}${signedByShared}`), 'signature-invalid', 401],
    ['a long header', signature(`${signedByShared} ${'x'.repeat(5_000)}`), 'signature-invalid', 401],
    ['another body', headers, 'signature-invalid', 401, `${body} `],
    ['no body', headers, 'signature-invalid', 401, ''],
  ];
  const cases = refusals.map(([name, given, reason, status, text = body]) => ({ name, given, reason, status, text }));
  it.each(cases)('refuses $name', async ({ given, reason, status, text }) => {
    const { receive, applied } = receiver({ secrets: [shared, publicKey] });
    expect(await receive({ headers: given, body: Buffer.from(text) })).toEqual({ kind: 'refused', reason, status });
    expect(await applied()).toBe(0);
  });

  it('verifies a public key only by its own signature, written in one way', async () => {
    const { receive } = receiver({ secrets: [publicKey] });
    const bits = signedByPrivate.replace('Ag==', 'Ah==');
    expect(Buffer.from(bits.slice(4), 'base64')).toEqual(Buffer.from(signedByPrivate.slice(4), 'base64'));
    for (const text of [
      bits,
      signedByPrivate.replace('v1a', 'v1'),
      signedByShared,
      'v1a,',
      signedByPrivate.slice(0, -8),
    ])
      expect(await receive({ ...request, headers: signature(text) })).toMatchObject({ reason: 'signature-invalid' });
  });

  it.each([
    [-300_001, 'refused'],
    [-300_000, 'accepted'],
    [300_000, 'accepted'],
    [300_001, 'refused'],
  ])('judges a clock that is %i ms from the sender: %s', async (apartMs, kind) => {
    const receipt = await receiver({ clock: clockAt(timestamp + apartMs) }).receive();
    expect(receipt).toMatchObject(kind === 'refused' ? { kind, reason: 'timestamp-outside', status: 401 } : { kind });
  });

  it('refuses a body over the limit without reading on', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield new Uint8Array(1024);
      }
    }
    const { receive } = receiver();
    const tooLarge = { kind: 'refused', reason: 'too-large', status: 413 };
    expect(await receive({ headers, body: endless() }, { bodyBytesMax: 4096 })).toEqual(tooLarge);
    expect(read).toBe(5);
    expect(await receive(request, { bodyBytesMax: body.length - 1 })).toEqual(tooLarge);
    expect(await receive(request, { bodyBytesMax: body.length })).toEqual(accepted);
    await receive({ headers: withoutSignature, body: endless() });
    expect(read).toBe(5);
  });

  it('knows a replay as a duplicate, also after a restart with the same store', async () => {
    const store = createMemoryStore();
    const before = receiver({ store });
    expect(await before.receive()).toEqual(accepted);
    expect(await before.receive()).toEqual(duplicate);
    const after = receiver({ store, clock: clockAt(timestamp + 250_000) });
    expect(await after.receive()).toEqual(duplicate);
    expect(await after.applied()).toBe(1);
  });

  it('knows a later try of the sender, which has a new timestamp, as a duplicate', async () => {
    const { receive, applied } = receiver();
    await receive();
    const later = timestamp + 3_600_000;
    const again = { headers: signWebhook({ id, timestamp: later, body }, [shared]), body: Buffer.from(body) };
    expect(await receive(again, { clock: clockAt(later) })).toEqual(duplicate);
    expect(await applied()).toBe(1);
  });

  it('applies one of two that come at the same time', async () => {
    const { receive, applied } = receiver();
    const receipts = await Promise.all([receive(), receive()]);
    expect(receipts.map(({ kind }) => kind).sort()).toEqual(['accepted', 'duplicate']);
    expect(await applied()).toBe(1);
  });

  it('has an inbox for each endpoint', async () => {
    const store = createMemoryStore();
    expect(await receiver({ store, endpoint: 'one' }).receive()).toEqual(accepted);
    expect(await receiver({ store, endpoint: 'two' }).receive()).toEqual(accepted);
  });

  it('remembers an id as long as it can be replayed, whatever is purged', async () => {
    const store = createMemoryStore();
    const early = receiver({ store, dedupeMs: 0, clock: clockAt(timestamp - 300_000) });
    expect(await early.receive()).toEqual(accepted);
    await store.purge(timestamp + 300_000, 100);
    expect(await early.receive(request, { clock: clockAt(timestamp + 300_000) })).toEqual(duplicate);
    expect(await store.purge(timestamp + 300_001, 100)).toBe(1);
  });

  it('takes back the claim together with the effect when the handler fails', async () => {
    const store = createMemoryStore();
    const failing = receiver({
      store,
      handle: ({ transaction: { connection } }) => {
        connection.set('applied', 1);
        throw new Error('machine is down');
      },
    });
    await expect(failing.receive()).rejects.toThrow('machine is down');
    expect(await failing.applied()).toBe(0);
    expect(await receiver({ store }).receive()).toEqual(accepted);
  });
});
