import assert from 'node:assert/strict';
import type { Message } from '@millwright/runtime';
import type { InboxClaim, Lease, Store } from '@millwright/runtime/messaging';
import type { ConformanceCase } from '../conformance.ts';

/** What the suite needs of an implementation. */
export interface StoreSubject<Connection = unknown> {
  /** An empty store of its own, migrated; the suite closes it. */
  open(): Promise<Store<Connection>>;
  /** The application's own write and read, by the connection of a transaction. */
  write(connection: Connection, name: string, value: string): void | Promise<void>;
  read(connection: Connection, name: string): string | undefined | Promise<string | undefined>;
  readonly features: Store['features'];
}

export const bytes = (data: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(data) as Uint8Array<ArrayBuffer>;

export function message(id: string, key = 'k', attributes: Readonly<Record<string, unknown>> = {}): Message {
  const given = { specversion: '1.0', id, source: '/plants/PL01/mes', type: 'test.happened.v1' };
  return { attributes: { ...given, ...attributes }, data: bytes(`{"id":"${id}"}`), partitionKey: key };
}

export const claim = (id: string, more: Partial<InboxClaim> = {}): InboxClaim => ({
  ...{ subscriber: 'erp', source: '/plants/PL01/mes', id, attributes: message(id).attributes, now: 1000 },
  expiresAt: 5000,
  ...more,
});

type Run = (store: Store, subject: StoreSubject) => Promise<void>;

export function given(
  name: string,
  run: Run,
  isPromised: ConformanceCase<StoreSubject>['isPromised'] = () => true,
): ConformanceCase<StoreSubject> {
  return {
    name,
    isPromised,
    run: async (subject) => {
      const store = await subject.open();
      try {
        await run(store, subject);
      } finally {
        await store.close();
      }
    },
  };
}

export async function put(
  store: Store,
  id: string,
  { key = 'k', priority = 3, now = 1000, address = 'a/b', type = 'test.happened.v1' } = {},
) {
  return store.transaction((transaction) =>
    transaction.enqueue({ address, message: message(id, key, { type }), priority, now }),
  );
}

export async function leased(store: Store, holder = 'r1', now = 2000): Promise<Lease> {
  const lease = await store.outbox.lease(holder, now, 1000);
  assert.ok(lease, 'no lease');
  return lease;
}

export const idsOf = (rows: readonly { readonly message: Message }[]): readonly unknown[] =>
  rows.map((row) => row.message.attributes['id']);

export function bury(store: Store, id: string, reason = 'no item "FG-1"'): Promise<boolean> {
  return store.transaction((transaction) =>
    transaction.bury({
      ...claim(id),
      ...{ address: 'a/b', message: message(id), attempts: 3, firstFailedAt: 900, now: 1500 },
      failure: { kind: 'contract', reason, pointer: '/itemNumber' },
    }),
  );
}
