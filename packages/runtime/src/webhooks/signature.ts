import { createHmac, sign, timingSafeEqual, verify } from 'node:crypto';
import { parseKeys, type WebhookKey, WebhookKeyInvalid } from './keys.ts';

/** What a signature covers. */
export interface SignedWebhook {
  /** Names the event, the same for every try: 1 to 256 visible ASCII characters without a full stop. */
  readonly id: string;
  /** When this try is made, in milliseconds since 1970; the header has whole seconds. */
  readonly timestamp: number;
  /** The bytes as they are sent. */
  readonly body: Uint8Array | string;
}

/** Not an interface, which could not be given where any headers may be, such as to `fetch`. */
export type WebhookHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  /** One signature for each secret, with a blank between them. */
  readonly 'webhook-signature': string;
};

/** A receiver verifies no more than that, however many an attacker puts into the header. */
const signatureCountMax = 16;

/** Id and timestamp are joined to the body by full stops, so one in the id would let a part of it pass for another. */
export function isWebhookId(id: string): boolean {
  return /^[!-\-/-~]{1,256}$/.test(id);
}

/**
 * The three headers of Standard Webhooks 1.0: a signature `v1` for each `whsec_` secret and `v1a` for each `whsk_` key. Give the
 * new and the old one while receivers change over. Throws `WebhookKeyInvalid` for a secret and TypeError for an id that can not be used.
 */
export function signWebhook({ id, timestamp, body }: SignedWebhook, secrets: readonly string[]): WebhookHeaders {
  if (!isWebhookId(id)) throw new TypeError('a webhook id has 1 to 256 visible ASCII characters and no full stop');
  const seconds = String(Math.floor(timestamp / 1000));
  const content = contentOf(id, seconds, typeof body === 'string' ? Buffer.from(body) : body);
  const signatures = parseKeys(secrets).map((key) => {
    if (key.kind === 'public') throw new WebhookKeyInvalid('a whpk_ key can not sign');
    return key.kind === 'shared' ? sharedSignature(key.bytes, content) : privateSignature(key, content);
  });
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}

/** Keys that a receiver may have. */
export function parseVerifyingKeys(secrets: readonly string[]): readonly WebhookKey[] {
  const keys = parseKeys(secrets);
  if (keys.some(({ kind }) => kind === 'private'))
    throw new WebhookKeyInvalid('a receiver has the whpk_ key, not whsk_');
  return keys;
}

/** True when one of the signatures is by one of the keys. Those of unknown versions are passed over. */
export function isSignedBy(keys: readonly WebhookKey[], headers: WebhookHeaders, body: Uint8Array): boolean {
  const given = headers['webhook-signature'].split(' ').filter((text) => text !== '');
  if (given.length > signatureCountMax) return false;
  const content = contentOf(headers['webhook-id'], headers['webhook-timestamp'], body);
  return keys.some((key) => {
    if (key.kind !== 'shared') return given.some((text) => isPublicMatch(key, content, text));
    const expected = Buffer.from(sharedSignature(key.bytes, content));
    return given.some((text) => isSame(expected, Buffer.from(text)));
  });
}

function contentOf(id: string, seconds: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
}

function sharedSignature(secret: Buffer, content: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
}

function privateSignature({ key }: Extract<WebhookKey, { key: unknown }>, content: Buffer): string {
  return `v1a,${sign(null, content, key).toString('base64')}`;
}

function isPublicMatch({ key }: Extract<WebhookKey, { key: unknown }>, content: Buffer, text: string): boolean {
  const signature = Buffer.from(text.slice('v1a,'.length), 'base64');
  // Back to text: of the many ways to write the same bytes only one counts.
  return text === `v1a,${signature.toString('base64')}` && verify(null, content, key, signature);
}

/** In a time that says nothing of where they differ. */
function isSame(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
