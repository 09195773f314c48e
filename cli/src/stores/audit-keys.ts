import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AuditKey, SignedCheckpoint } from '@millwright/runtime/messaging';
import { StoreFailure, UsageFailure } from '../failure.ts';

/** A key of an Ed25519 pair in PEM. */
export async function readKey(file: string, kind: 'private' | 'public'): Promise<AuditKey> {
  return webKeyOf(keyObjectOf(file, kind), kind);
}

/** The public half of a private key. */
export async function publicHalfOf(file: string): Promise<AuditKey> {
  return webKeyOf(createPublicKey(keyObjectOf(file, 'private')), 'public');
}

function keyObjectOf(file: string, kind: 'private' | 'public'): KeyObject {
  const text = readText(file, `a ${kind} key`);
  try {
    // From a private key Node would make the public one; whoever asks for the public one should not carry the other about.
    const isPrivate = text.includes('PRIVATE KEY');
    if (isPrivate !== (kind === 'private')) throw new Error(`it holds ${isPrivate ? 'a private' : 'no private'} key`);
    const key = kind === 'private' ? createPrivateKey(text) : createPublicKey(text);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is of the kind ${key.asymmetricKeyType}`);
    return key;
  } catch (error) {
    throw new UsageFailure(
      `${file} is no ${kind} key of Ed25519: ${error instanceof Error ? error.message : String(error)}`,
      `millwright audit key audit.key makes the pair: audit.key is private, audit.key.pub public.`,
    );
  }
}

function webKeyOf(key: KeyObject, kind: 'private' | 'public'): Promise<AuditKey> {
  return crypto.subtle.importKey('jwk', key.export({ format: 'jwk' }), 'Ed25519', false, [
    kind === 'private' ? 'sign' : 'verify',
  ]);
}

/** True when others than its owner can read it. Windows tells no such thing. */
export function isReadableByOthers(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

function readText(file: string, what: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageFailure(`There is no file ${file} for ${what}`, 'Check the path.');
  return readFileSync(file, 'utf8');
}

/** Checkpoints, one JSON object a line; a file that does not exist yet has none. */
export function readCheckpoints(file: string, whenAbsent: 'none' | 'fails'): readonly SignedCheckpoint[] {
  if (whenAbsent === 'none' && statSync(file, { throwIfNoEntry: false }) === undefined) return [];
  const lines = readText(file, 'checkpoints').split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [checkpointOf(line, `${file}:${index + 1}`)]));
}

function checkpointOf(line: string, place: string): SignedCheckpoint {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const { number, hash, at, signature } = (value ?? {}) as Partial<Record<keyof SignedCheckpoint, unknown>>;
  const isOne = Number.isSafeInteger(number) && typeof hash === 'string' && Number.isSafeInteger(at);
  if (!isOne || typeof signature !== 'string')
    throw new StoreFailure(
      'audit/checkpoint-unreadable',
      `${place} is no checkpoint`,
      'Use the file as millwright audit checkpoint wrote it; a line that is broken may have been tampered with.',
    );
  return { number: number as number, hash, at: at as number, signature };
}
