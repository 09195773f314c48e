import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { retryAfterMs } from '../http/retry.ts';
import { type Clock, systemClock } from '../messaging/clock.ts';
import { networksOf } from './networks.ts';
import { signWebhook } from './signature.ts';
import { hostOf, type PinnedTarget, pinTarget, type TargetOptions, type TargetRefusal } from './target.ts';

/** Who gets webhooks. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` secrets and `whsk_` keys; every one signs. Of one receiver only. */
  readonly secrets: readonly string[];
}

export interface OutgoingWebhook {
  /** The same for every try of an event: by it the receiver knows a second one. No full stop. */
  readonly id: string;
  readonly body: Uint8Array | string;
  /** Default `application/json`. */
  readonly contentType?: string;
}

export interface SendWebhookOptions extends TargetOptions {
  /** For everything: name, connection, request and answer. Default 15,000. */
  readonly timeoutMs?: number;
  /** Default 1 MiB. */
  readonly bodyBytesMax?: number;
  /** Of an answer, which is thrown away; where there is more the connection is cut. Default 64 KiB. */
  readonly responseBytesMax?: number;
  /** Certificates to trust instead of the public ones, as PEM: those of a plant. */
  readonly ca?: string;
  readonly clock?: Pick<Clock, 'now'>;
}

/** What became of one try. No part of it repeats the URL, a secret or the body. */
export type WebhookOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** Worth another try, not before `retryAfterMs` where the receiver asked for that. */
  | {
      readonly kind: 'again';
      readonly reason: 'lookup-failed' | 'connection-failed' | 'timeout' | 'status';
      readonly status?: number;
      readonly retryAfterMs?: number;
      /** Of the network or TLS error. */
      readonly code?: string;
    }
  /** 410: the receiver wants no more, of this event or any other. */
  | { readonly kind: 'disabled'; readonly status: 410 }
  /** Another try gets the same answer. */
  | {
      readonly kind: 'refused';
      readonly reason: TargetRefusal | 'body-too-large' | 'redirect' | 'status';
      readonly status?: number;
    };

const dayMs = 86_400_000;

/**
 * Sends an event to a URL that somebody else chose, once. Nothing is connected before the URL and all its addresses are found to
 * be outside, and the connection goes to the address that was checked whatever the name leads to by then. No redirect is followed.
 * Whoever calls it keeps the event until it is `delivered`, and tries again as the outcome says. Rejects only for what the caller
 * set: a secret, an id or a network that can not be used.
 */
export async function sendWebhook(
  { url, secrets }: WebhookTarget,
  { id, body, contentType = 'application/json' }: OutgoingWebhook,
  options: SendWebhookOptions = {},
): Promise<WebhookOutcome> {
  const { timeoutMs = 15_000, bodyBytesMax = 2 ** 20, clock = systemClock } = options;
  const bytes = Buffer.from(body);
  if (bytes.length > bodyBytesMax) return { kind: 'refused', reason: 'body-too-large' };
  const signed = signWebhook({ id, timestamp: clock.now(), body: bytes }, secrets);
  const allowed = networksOf(options.allowedNetworks ?? []);
  const signal = AbortSignal.timeout(timeoutMs);
  let target: PinnedTarget | TargetRefusal;
  try {
    target = await withinTime(signal, pinTarget(url, allowed, options));
  } catch (error) {
    return failureOf(error, signal, 'lookup-failed');
  }
  if (typeof target === 'string') return { kind: 'refused', reason: target };
  const headers = { ...signed, 'content-type': contentType, 'content-length': bytes.length };
  return post(target, { bytes, headers, signal }, options);
}

function withinTime<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, late]);
}

interface Posting {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
}

function post(target: PinnedTarget, { bytes, headers, signal }: Posting, options: SendWebhookOptions) {
  const { responseBytesMax = 2 ** 16, ca, clock = systemClock } = options;
  const { url } = target;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<WebhookOutcome>((resolve) => {
    let outcome: WebhookOutcome | undefined;
    const request = send({
      ...{ protocol: url.protocol, hostname: hostOf(url), port: url.port, path: url.pathname + url.search },
      ...{ method: 'POST', headers: { ...headers, 'user-agent': 'millwright-webhooks' }, signal },
      // No pool: a socket that was opened for one target is not used for another, and no proxy of the environment is asked.
      ...{ agent: false, lookup: pinnedLookup(target), ...(ca === undefined ? {} : { ca }) },
    });
    request.on('response', (response) => {
      outcome = classify(response, clock.now());
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > responseBytesMax) response.destroy();
      });
    });
    // Once there is a status it has decided, and what breaks after it changes nothing.
    request.on('error', (error) => resolve(outcome ?? failureOf(error, signal, 'connection-failed')));
    request.on('close', () => resolve(outcome ?? { kind: 'again', reason: 'connection-failed' }));
    request.end(bytes);
  });
}

function pinnedLookup({ addresses }: PinnedTarget): NonNullable<RequestOptions['lookup']> {
  return (_, { all }, callback) => {
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0].address, addresses[0].family);
  };
}

function classify({ statusCode: status = 0, headers }: IncomingMessage, now: number): WebhookOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'disabled', status };
  if (status >= 300 && status < 400) return { kind: 'refused', reason: 'redirect', status };
  const asked = retryAfterMs(headers['retry-after'] ?? null, now);
  if (status < 500 && asked === undefined && ![408, 425, 429].includes(status))
    return { kind: 'refused', reason: 'status', status };
  // A receiver may ask for a pause, not for silence.
  const pause = asked === undefined ? {} : { retryAfterMs: Math.min(asked, dayMs) };
  return { kind: 'again', reason: 'status', status, ...pause };
}

function failureOf(error: unknown, signal: AbortSignal, reason: 'lookup-failed' | 'connection-failed'): WebhookOutcome {
  if (signal.aborted) return { kind: 'again', reason: 'timeout' };
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return { kind: 'again', reason, ...(typeof code === 'string' ? { code } : {}) };
}
