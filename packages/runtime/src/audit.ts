import { createHash } from 'node:crypto';
import type { AuditEntry, AuditLog, AuditRecord } from './store.ts';

/** The hash before the first entry. */
export const auditRoot = '0'.repeat(64);

/** One text per value: members in order of their names, so that a store that changes their order breaks nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** SHA-256 over number, entry and the hash before: 64 hexadecimal digits. */
export function auditHash(previous: string, number: number, entry: AuditEntry): string {
  const { at, action, actor, subject, details } = entry;
  const text = canonical([previous, number, at, action, actor, subject, details]);
  return createHash('sha256').update(text).digest('hex');
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the trail was at a time: the number and hash of its last entry, 0 and {@link auditRoot} while it was empty. */
export interface Checkpoint {
  readonly number: number;
  readonly hash: string;
  readonly at: number;
}

/** A checkpoint for which a key vouches. Worth something only where whoever can write the trail can not write. */
export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519, 128 hexadecimal digits. */
  readonly signature: string;
}

/** An Ed25519 `CryptoKey` of Web Crypto. */
export type AuditKey = Parameters<typeof crypto.subtle.sign>[1];

/** What is signed; its first member keeps a signature of this key for something else from passing for a checkpoint. */
function signedText({ number, hash, at }: Checkpoint): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonical(['millwright audit checkpoint 1', number, hash, at]));
}

/** Signs a checkpoint with an Ed25519 key. `head` of what {@link verifyAudit} returns is what to sign. */
export async function signCheckpoint(checkpoint: Checkpoint, privateKey: AuditKey): Promise<SignedCheckpoint> {
  const { number, hash, at } = checkpoint;
  const signature = await crypto.subtle.sign('Ed25519', privateKey, signedText(checkpoint));
  return { number, hash, at, signature: hexOf(signature) };
}

/**
 * What is wrong with a trail, and where.
 * - `altered`: this entry is not what its hash says, or the hash of the one before it was changed.
 * - `missing`: the entry of this number is not there, but later ones are.
 * - `truncated`: a checkpoint saw this number, and the trail ends before it.
 * - `restamped`: a checkpoint saw another hash at this number, so the chain up to it was computed anew.
 * - `checkpoint-invalid`: the checkpoint of this number is not signed by the key; it was not used.
 */
export interface AuditFault {
  readonly kind: 'altered' | 'missing' | 'truncated' | 'restamped' | 'checkpoint-invalid';
  readonly number: number;
}

/** Empty `faults` mean: nothing was found of what could be found. */
export interface AuditVerdict {
  /** In order of finding; reading ends when there are 100. */
  readonly faults: readonly AuditFault[];
  /** Entries that were read. */
  readonly count: number;
  /** The last entry that was read. */
  readonly head: { readonly number: number; readonly hash: string };
  /** Number of the last entry for which a checkpoint vouches; 0 without one. What comes after it could be cut off or restamped unseen. */
  readonly vouchedTo: number;
}

/** Checkpoints are believed only with the key that signed them. */
export type AuditEvidence =
  | { readonly checkpoints: readonly SignedCheckpoint[]; readonly publicKey: AuditKey }
  | { readonly checkpoints?: undefined; readonly publicKey?: undefined };

const batchMax = 1_000;
const faultsMax = 100;

/**
 * Reads a trail in batches and follows its chain.
 *
 * By itself a chain shows an altered entry and a removed one. It does not show that its end was cut off, nor that somebody who can
 * write all of it computed every hash anew: each gives a chain that is whole. Both are found with signed checkpoints that are
 * kept elsewhere, up to the last of them; make one as often as the loss between two may be.
 */
export async function verifyAudit(log: AuditLog, evidence: AuditEvidence = {}): Promise<AuditVerdict> {
  const faults: AuditFault[] = [];
  const witnesses = await witnessesOf(evidence, faults);
  let head = { number: 0, hash: auditRoot };
  let count = 0;
  let vouchedTo = 0;
  const compare = (): void => {
    const seen = witnesses.get(head.number);
    if (seen === undefined) return;
    if (seen.some((hash) => hash !== head.hash)) faults.push({ kind: 'restamped', number: head.number });
    else vouchedTo = head.number;
  };
  compare();
  for (;;) {
    const records = await log.read({ after: head.number, limit: batchMax });
    for (const record of records) {
      const { number, hash } = record;
      // After a gap the hash before is unknown, so the entry behind it cannot be judged.
      if (number !== head.number + 1) faults.push({ kind: 'missing', number: head.number + 1 });
      else if (!isAsWritten(head.hash, record)) faults.push({ kind: 'altered', number });
      head = { number, hash };
      count += 1;
      compare();
      if (faults.length >= faultsMax) return { faults, count, head, vouchedTo };
    }
    if (records.length === 0) break;
  }
  const lastSeen = Math.max(0, ...witnesses.keys());
  if (lastSeen > head.number) faults.push({ kind: 'truncated', number: lastSeen });
  return { faults, count, head, vouchedTo };
}

function isAsWritten(previous: string, record: AuditRecord): boolean {
  try {
    return auditHash(previous, record.number, record) === record.hash;
  } catch (error) {
    // Details that are nested deeper than anything that was ever recorded.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Hashes that the checkpoints of the key saw, by number. */
async function witnessesOf(
  { checkpoints = [], publicKey }: AuditEvidence,
  faults: AuditFault[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const witnesses = new Map<number, string[]>();
  for (const checkpoint of checkpoints) {
    const { number, hash, signature } = checkpoint;
    if (publicKey !== undefined && (await isSigned(checkpoint, signature, publicKey)))
      witnesses.set(number, [...(witnesses.get(number) ?? []), hash]);
    else faults.push({ kind: 'checkpoint-invalid', number });
  }
  return witnesses;
}

async function isSigned(checkpoint: Checkpoint, signature: string, publicKey: AuditKey): Promise<boolean> {
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return crypto.subtle.verify('Ed25519', publicKey, bytes, signedText(checkpoint));
}
