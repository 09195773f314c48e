import type { webcrypto } from 'node:crypto';
import {
  type AuditLog,
  type AuditRecord,
  auditHash,
  auditRoot,
  type Checkpoint,
  signCheckpoint,
  verifyAudit,
} from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { describe, expect, it } from 'vitest';

const count = 12;
const generate = async () =>
  (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
const { privateKey, publicKey } = await generate();

/** A trail as a store wrote it. */
async function written(): Promise<readonly AuditRecord[]> {
  const store = createMemoryStore();
  for (let index = 1; index <= count; index += 1)
    await store.transaction((transaction) =>
      transaction.record({
        ...{ at: index * 1_000, action: 'decided', actor: 'quality', subject: `lot ${index}` },
        details: { accepted: index % 2 === 0, quantity: index },
      }),
    );
  return store.audit.read({ limit: 100 });
}

const records = await written();
const at = (number: number): AuditRecord => records[number - 1] as AuditRecord;

/** The log of a store whose rows are these. */
const logOf = (rows: readonly AuditRecord[]): AuditLog => ({
  read: async ({ after = 0, limit }) => rows.filter(({ number }) => number > after).slice(0, limit),
});

/** What somebody does who can write every row and knows how the chain is made. */
async function restamped(entries: readonly AuditRecord[]): Promise<readonly AuditRecord[]> {
  const rows: AuditRecord[] = [];
  for (const [index, entry] of entries.entries()) {
    const number = index + 1;
    rows.push({ ...entry, number, hash: auditHash(rows.at(-1)?.hash ?? auditRoot, number, entry) });
  }
  return rows;
}

const altered = records.map((record) => (record.number === 7 ? { ...record, actor: 'nobody' } : record));
const rehashed = await Promise.all(
  altered.map(async (record) => (record.number === 7 ? { ...record, hash: auditHash(at(6).hash, 7, record) } : record)),
);
const removed = records.filter(({ number }) => number !== 7);
const beheaded = records.filter(({ number }) => number > 2);
const truncated = records.slice(0, 8);
const forged = await restamped(altered);
const closedUp = await restamped(removed);

const checkpointAt = (number: number): Checkpoint => ({ number, hash: at(number).hash, at: number * 1_000 });
const checkpoints = await Promise.all([3, 10].map((number) => signCheckpoint(checkpointAt(number), privateKey)));

/** What is done to the rows, what the chain shows by itself, and what it shows with checkpoints of entries 3 and 10. */
const cases = [
  ['nothing', records, [], []],
  ['an altered row', altered, [['altered', 7]], [['altered', 7]]],
  ['an altered row with a hash that fits it', rehashed, [['altered', 8]], [['altered', 8]]],
  ['a removed row', removed, [['missing', 7]], [['missing', 7]]],
  ['the first rows removed', beheaded, [['missing', 1]], [['missing', 1]]],
  ['a truncated tail', truncated, [], [['truncated', 10]]],
  ['all rows removed', [], [], [['truncated', 10]]],
  ['an altered row and a full restamp', forged, [], [['restamped', 10]]],
  ['a removed row and a full restamp', closedUp, [], [['restamped', 10]]],
] as const;

describe('verifyAudit', () => {
  for (const [name, rows, alone, withCheckpoints] of cases) {
    it(`judges ${name} by the chain alone`, async () => {
      const { faults, vouchedTo } = await verifyAudit(logOf(rows));
      expect(faults.map(({ kind, number }) => [kind, number])).toEqual(alone);
      expect(vouchedTo).toBe(0);
    });

    it(`judges ${name} with signed checkpoints kept elsewhere`, async () => {
      const { faults } = await verifyAudit(logOf(rows), { checkpoints, publicKey });
      expect(faults.map(({ kind, number }) => [kind, number])).toEqual(withCheckpoints);
    });
  }

  it('says how far the checkpoints reach, and what to sign next', async () => {
    const verdict = await verifyAudit(logOf(records), { checkpoints, publicKey });
    expect(verdict).toEqual({ faults: [], count, head: { number: count, hash: at(count).hash }, vouchedTo: 10 });
    const next = await signCheckpoint({ ...verdict.head, at: 1 }, privateKey);
    expect(await verifyAudit(logOf(records), { checkpoints: [next], publicKey })).toMatchObject({ vouchedTo: count });
  });

  it('does not see what happens behind the last checkpoint', async () => {
    expect(await verifyAudit(logOf(records.slice(0, 11)), { checkpoints, publicKey })).toMatchObject({
      faults: [],
      vouchedTo: 10,
    });
  });

  it('finds that one of two checkpoints of the same entry saw another trail', async () => {
    const other = await signCheckpoint({ ...checkpointAt(10), hash: forged[9]?.hash ?? '' }, privateKey);
    const verdict = await verifyAudit(logOf(records), { checkpoints: [...checkpoints, other], publicKey });
    expect(verdict).toMatchObject({ faults: [{ kind: 'restamped', number: 10 }], vouchedTo: 3 });
  });

  it('can vouch for an empty trail', async () => {
    const { head } = await verifyAudit(logOf([]));
    const empty = await signCheckpoint({ ...head, at: 1 }, privateKey);
    expect((await verifyAudit(logOf([]), { checkpoints: [empty], publicKey })).faults).toEqual([]);
    expect((await verifyAudit(logOf(records), { checkpoints: [empty], publicKey })).faults).toEqual([]);
    const other = await signCheckpoint({ number: 0, hash: at(1).hash, at: 1 }, privateKey);
    const { faults } = await verifyAudit(logOf(records), { checkpoints: [other], publicKey });
    expect(faults).toEqual([{ kind: 'restamped', number: 0 }]);
  });

  it('believes no checkpoint that the key did not sign', async () => {
    const stranger = await generate();
    const [signed] = checkpoints as [(typeof checkpoints)[number]];
    const strange = await signCheckpoint(checkpointAt(10), stranger.privateKey);
    const forgeries = [
      strange,
      { ...signed, number: 4 },
      { ...signed, hash: at(4).hash },
      { ...signed, at: 4 },
      { ...signed, signature: '' },
      { ...signed, signature: signed.signature.toUpperCase() },
    ];
    for (const forgery of forgeries) {
      const verdict = await verifyAudit(logOf(records), { checkpoints: [forgery], publicKey });
      expect(verdict.faults).toEqual([{ kind: 'checkpoint-invalid', number: forgery.number }]);
      expect(verdict.vouchedTo).toBe(0);
    }
  });

  it('reads in batches, and ends early where everything is wrong', async () => {
    const many = await restamped(Array.from({ length: 2_500 }, () => at(1)));
    const limits: number[] = [];
    const counting = (rows: readonly AuditRecord[]): AuditLog => ({
      read: (query) => {
        limits.push(query.limit);
        return logOf(rows).read(query);
      },
    });
    expect(await verifyAudit(counting(many))).toMatchObject({ faults: [], count: 2_500 });
    expect(limits).toEqual([1_000, 1_000, 1_000, 1_000]);
    const wrong = await verifyAudit(counting(many.map((record) => ({ ...record, actor: 'nobody' }))));
    expect(wrong).toMatchObject({ count: 100 });
    expect(wrong.faults).toHaveLength(100);
  });
});
