import { type Clock, systemClock } from '../messaging/clock.ts';
import type { Store, Transaction } from '../store.ts';
import { isSignedBy, isWebhookId, parseVerifyingKeys, type WebhookHeaders } from './signature.ts';

/** A request as it came. */
export interface WebhookRequest {
  /** Of node:http or of fetch; names in any case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The raw bytes, or what gives them, such as the request of node:http. Never what was parsed and written again. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** A webhook that is genuine, in time and new. */
export interface ReceivedWebhook<Connection> {
  readonly id: string;
  /** When the sender made this try, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly body: Uint8Array;
  /** Where the effect belongs: it is kept together with the note that this webhook was applied, or not at all. */
  readonly transaction: Transaction<Connection>;
}

export interface ReceiveWebhookOptions<Connection> {
  /** Names this receiver: each has an inbox of its own. */
  readonly endpoint: string;
  /** `whsec_` secrets and `whpk_` keys, any of which may have signed. */
  readonly secrets: readonly string[];
  readonly store: Store<Connection>;
  readonly handle: (webhook: ReceivedWebhook<Connection>) => void | Promise<void>;
  /** How far the sender's clock may be before or behind. Default 300,000. */
  readonly toleranceMs?: number;
  /** How long an id is remembered: as long as the sender may try again, never less than twice the tolerance. Default 14 days. */
  readonly dedupeMs?: number;
  /** Default 1 MiB. */
  readonly bodyBytesMax?: number;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Why a request was not taken. It names no value of the request. */
export type WebhookRefusal =
  | 'id-missing'
  | 'id-invalid'
  | 'timestamp-missing'
  | 'timestamp-invalid'
  | 'timestamp-outside'
  | 'signature-missing'
  | 'signature-invalid'
  | 'too-large';

/** What became of a request. `status` is what to answer. */
export type WebhookReceipt =
  | { readonly kind: 'accepted'; readonly id: string; readonly status: 204 }
  /** It was applied before. The sender has to know that it need not try again. */
  | { readonly kind: 'duplicate'; readonly id: string; readonly status: 204 }
  | { readonly kind: 'refused'; readonly reason: WebhookRefusal; readonly status: 400 | 401 | 413 };

const dayMs = 86_400_000;
const headerLengthMax = 4_096;

/**
 * Takes a webhook of Standard Webhooks 1.0 once. Nothing of the body is read before the headers are in order, nothing is handled
 * before the signature is, and the id is claimed in the transaction of the handler: a second one, replayed or sent again, is a
 * duplicate also after a restart. Rejects when the handler or the store does; then nothing was applied, and an answer of 500 makes
 * the sender try again.
 */
export async function receiveWebhook<Connection>(
  request: WebhookRequest,
  options: ReceiveWebhookOptions<Connection>,
): Promise<WebhookReceipt> {
  const { endpoint, store, handle, toleranceMs = 300_000, dedupeMs = 14 * dayMs, bodyBytesMax = 2 ** 20 } = options;
  const keys = parseVerifyingKeys(options.secrets);
  const now = (options.clock ?? systemClock).now();
  const headers = readHeaders(request.headers);
  if (typeof headers === 'string') return refuse(headers);
  const timestamp = Number(headers['webhook-timestamp']) * 1000;
  if (Math.abs(now - timestamp) > toleranceMs) return refuse('timestamp-outside');
  const body = await readBody(request.body, bodyBytesMax);
  if (body === undefined) return refuse('too-large');
  if (!isSignedBy(keys, headers, body)) return refuse('signature-invalid');
  const id = headers['webhook-id'];
  // One that is early by the tolerance can be replayed until twice the tolerance from now.
  const expiresAt = now + Math.max(dedupeMs, 2 * toleranceMs);
  return store.transaction(async (transaction) => {
    const attributes = { id, source: 'webhook', type: 'webhook' };
    const claim = { subscriber: endpoint, source: 'webhook', id, attributes, now, expiresAt };
    if ((await transaction.admit(claim)) !== 'first') return { kind: 'duplicate', id, status: 204 };
    await handle({ id, timestamp, body, transaction });
    return { kind: 'accepted', id, status: 204 };
  });
}

function refuse(reason: WebhookRefusal): WebhookReceipt {
  const status = reason === 'too-large' ? 413 : /^signature|-outside$/.test(reason) ? 401 : 400;
  return { kind: 'refused', reason, status };
}

/** The three headers, or what is wrong with them. */
function readHeaders(headers: WebhookRequest['headers']): WebhookHeaders | WebhookRefusal {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signature = headerOf(headers, 'webhook-signature');
  if (id === undefined) return 'id-missing';
  if (!isWebhookId(id)) return 'id-invalid';
  if (timestamp === undefined) return 'timestamp-missing';
  if (!/^[0-9]{1,12}$/.test(timestamp)) return 'timestamp-invalid';
  if (signature === undefined) return 'signature-missing';
  if (signature.length > headerLengthMax) return 'signature-invalid';
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

/** Several of one name are joined as HTTP joins them, which no id and no timestamp survives. */
function headerOf(headers: WebhookRequest['headers'], name: string): string | undefined {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const values = entries.flatMap(([key, value = []]) => (key.toLowerCase() === name ? value : []));
  return values.length === 0 ? undefined : values.join(', ').trim() || undefined;
}

/** Undefined when there is more than is allowed. The source is then left as it is, so that an answer can still be given. */
async function readBody(body: WebhookRequest['body'], bytesMax: number): Promise<Uint8Array | undefined> {
  if (body instanceof Uint8Array) return body.length > bytesMax ? undefined : body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const source = body[Symbol.asyncIterator]();
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    length += next.value.length;
    if (length > bytesMax) return undefined;
    chunks.push(next.value);
  }
  return Buffer.concat(chunks, length);
}
