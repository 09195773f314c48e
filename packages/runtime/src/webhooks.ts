export { WebhookKeyInvalid } from './webhooks/keys.ts';
export type {
  ReceivedWebhook,
  ReceiveWebhookOptions,
  WebhookReceipt,
  WebhookRefusal,
  WebhookRequest,
} from './webhooks/receive.ts';
export { receiveWebhook } from './webhooks/receive.ts';
export type { OutgoingWebhook, SendWebhookOptions, WebhookOutcome, WebhookTarget } from './webhooks/send.ts';
export { sendWebhook } from './webhooks/send.ts';
export type { SignedWebhook, WebhookHeaders } from './webhooks/signature.ts';
export { signWebhook } from './webhooks/signature.ts';
export type { Lookup, TargetRefusal } from './webhooks/target.ts';
