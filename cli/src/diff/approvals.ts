import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  defaultLimits,
  isJsonObject,
  type JsonValue,
  locate,
  readDocument,
  type SourceDocument,
  type SourceLocation,
} from '@millwright/contract';
import { UsageFailure } from '../failure.ts';

/** Somebody's decision that a finding is wanted. */
export interface Approval {
  readonly fingerprint: string;
  readonly reason: string;
  readonly who: string;
  /** Last day on which it holds, ISO 8601. */
  readonly expires: string;
}

interface Located extends Approval {
  readonly location: SourceLocation;
}

const example = "- { fingerprint: 0123456789abcdef, reason: 'ticket 4711', who: 'quality team', expires: 2030-01-31 }";

/** Reads a list of approvals; a list that is not as it should be is wrong usage, because it would let breaks through. */
export function readApprovals(path: string): readonly Located[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new UsageFailure(`The approvals ${path} cannot be read`, 'Check the path given with --approvals.');
  }
  if (bytes.toString().trim() === '') return [];
  const [document, diagnostics] = readDocument({ file: path, uri: pathToFileURL(path).href, bytes }, defaultLimits);
  if (document === undefined) {
    const [first] = diagnostics;
    const place = first?.location === undefined ? path : `${path}:${first.location.line}:${first.location.column}`;
    throw new UsageFailure(`${place}: ${first?.message ?? 'unreadable'}`, `Write a list, such as: ${example}`);
  }
  if (!Array.isArray(document.value)) throw new UsageFailure(`${path} is no list`, `Write a list, such as: ${example}`);
  return document.value.map((item, index) => approvalOf(item as JsonValue, index, document));
}

function approvalOf(item: JsonValue, index: number, document: SourceDocument): Located {
  const location = locate(document, `/${index}`);
  const failure = (what: string): UsageFailure =>
    new UsageFailure(
      `${location.file}:${location.line}:${location.column}: ${what}`,
      `Write each approval like this: ${example}`,
    );
  if (!isJsonObject(item)) throw failure('an approval is an object');
  const text = (name: keyof Approval): string => {
    const value = item[name];
    if (typeof value !== 'string' || value.trim() === '') throw failure(`an approval needs ${name} as a text`);
    return value;
  };
  const approval = {
    fingerprint: text('fingerprint'),
    reason: text('reason'),
    who: text('who'),
    expires: text('expires'),
  };
  const unknown = Object.keys(item).find((name) => !Object.hasOwn(approval, name));
  if (unknown !== undefined) throw failure(`an approval has no member ${unknown}`);
  if (!/^[0-9a-f]{16}$/.test(approval.fingerprint)) throw failure('a fingerprint has 16 hexadecimal digits');
  const day = new Date(`${approval.expires}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== approval.expires)
    throw failure(`expires is ${JSON.stringify(approval.expires)}, no day such as 2030-01-31`);
  return { ...approval, location };
}

/** Approvals that hold today by fingerprint, and what is wrong with the others: none may linger unnoticed. */
export function applyApprovals(
  approvals: readonly Located[],
  fingerprints: ReadonlySet<string>,
  today: string,
): { readonly valid: ReadonlyMap<string, Approval>; readonly faults: readonly Diagnostic[] } {
  const valid = new Map<string, Approval>();
  const faults: Diagnostic[] = [];
  for (const { location, ...approval } of approvals) {
    const faultOf = !fingerprints.has(approval.fingerprint) ? unused : approval.expires < today ? expired : undefined;
    if (faultOf === undefined) valid.set(approval.fingerprint, approval);
    else faults.push({ severity: 'error', location, ...faultOf(approval) });
  }
  return { valid, faults };
}

type Fault = Pick<Diagnostic, 'code' | 'message' | 'why' | 'fix'>;

const unused = ({ fingerprint, who }: Approval): Fault => ({
  code: 'diff/approval-unused',
  message: `The approval of ${fingerprint} by ${who} matches no finding`,
  why: 'A leftover lets the same break through when it comes back.',
  fix: 'Remove it.',
});

const expired = ({ fingerprint, who, expires }: Approval): Fault => ({
  code: 'diff/approval-expired',
  message: `The approval of ${fingerprint} by ${who} expired on ${expires}`,
  why: 'Nobody has decided that the break is still wanted.',
  fix: 'Ask again and give it a new date, or mend the contract.',
});
