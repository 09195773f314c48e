import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A secret that can not be used. Says why and never what it was. */
export class WebhookKeyInvalid extends Error {
  override readonly name = 'WebhookKeyInvalid';
  readonly code = 'webhook-key-invalid';
}

/** `whsec_`: HMAC-SHA256 on both sides. `whsk_` signs and `whpk_` verifies by Ed25519. */
export type WebhookKey =
  | { readonly kind: 'shared'; readonly bytes: Buffer }
  | { readonly kind: 'private' | 'public'; readonly key: KeyObject };

/** Standard Webhooks 1.0, "Signature scheme": 192 to 512 bits. */
const sharedBytesMin = 24;
const sharedBytesMax = 64;

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads secrets as they are handed out. Throws {@link WebhookKeyInvalid}; also for none, since then anything would do. */
export function parseKeys(secrets: readonly string[]): readonly WebhookKey[] {
  if (secrets.length === 0) throw new WebhookKeyInvalid('there is no secret');
  return secrets.map(parseKey);
}

function parseKey(secret: string): WebhookKey {
  const [, kind, text = ''] = /^(whsec|whsk|whpk)_(.*)$/s.exec(secret) ?? [];
  const bytes = Buffer.from(text, 'base64');
  if (kind === undefined) throw new WebhookKeyInvalid('a secret begins with whsec_, whsk_ or whpk_');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    throw new WebhookKeyInvalid(`what follows ${kind}_ is not base64`);
  if (kind === 'whsec') {
    if (bytes.length < sharedBytesMin || bytes.length > sharedBytesMax)
      throw new WebhookKeyInvalid(`a whsec_ secret has ${sharedBytesMin} to ${sharedBytesMax} bytes`);
    return { kind: 'shared', bytes };
  }
  return kind === 'whsk' ? privateKeyOf(bytes) : publicKeyOf(bytes);
}

/** The 32 bytes of the key, with or without the 32 of its public half behind them; both are in use. */
function privateKeyOf(bytes: Buffer): WebhookKey {
  if (bytes.length !== 32 && bytes.length !== 64) throw new WebhookKeyInvalid('a whsk_ key has 32 or 64 bytes');
  const der = Buffer.concat([privatePrefix, bytes.subarray(0, 32)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const half = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
  if (bytes.length === 64 && !half.equals(bytes.subarray(32)))
    throw new WebhookKeyInvalid('the halves of the whsk_ key do not belong together');
  return { kind: 'private', key };
}

function publicKeyOf(bytes: Buffer): WebhookKey {
  if (bytes.length !== 32) throw new WebhookKeyInvalid('a whpk_ key has 32 bytes');
  const der = Buffer.concat([publicPrefix, bytes]);
  return { kind: 'public', key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}
