import type { ConformanceCase } from './conformance.ts';
import { deadLetterCases } from './store/dead-letters.ts';
import type { StoreSubject } from './store/fixtures.ts';
import { inboxCases } from './store/inbox.ts';
import { outboxCases } from './store/outbox.ts';
import { recordCases } from './store/records.ts';
import { resendCases } from './store/resend.ts';
import { transactionCases } from './store/transactions.ts';

export type { StoreSubject } from './store/fixtures.ts';

/** The law of the store, case by case. */
export const storeConformance: readonly ConformanceCase<StoreSubject>[] = [
  ...transactionCases,
  ...outboxCases,
  ...inboxCases,
  ...deadLetterCases,
  ...recordCases,
  ...resendCases,
];
