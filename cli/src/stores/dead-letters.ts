import { createHash } from 'node:crypto';
import type { DeadLetterRecord, FailureKind, Store } from '@millwright/runtime/messaging';

/** Letters of one page; each has its whole payload. */
const pageMax = 50;

export interface LetterQuery {
  readonly state?: DeadLetterRecord['state'];
  readonly kind?: FailureKind;
  readonly type?: string;
  /** Name of a group, or the whole text of it. */
  readonly group?: string;
}

/** A short name for what letters have in common: what went wrong and where. */
export function groupName({ group }: Pick<DeadLetterRecord, 'group'>): string {
  return createHash('sha256').update(group).digest('hex').slice(0, 8);
}

export function typeOf({ message }: Pick<DeadLetterRecord, 'message'>): string {
  const { type } = message.attributes;
  return typeof type === 'string' ? type : '';
}

/** Letters in order of their numbers, read page by page. */
export async function* lettersOf(
  { deadLetters }: Store,
  { state, kind, type, group }: LetterQuery,
): AsyncGenerator<DeadLetterRecord> {
  for (let after = 0; ; ) {
    const page = await deadLetters.list({ after, limit: pageMax, ...(state === undefined ? {} : { state }) });
    for (const letter of page) {
      if (kind !== undefined && letter.failure.kind !== kind) continue;
      if (type !== undefined && typeOf(letter) !== type) continue;
      if (group !== undefined && letter.group !== group && groupName(letter) !== group) continue;
      yield letter;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

/** Letters that failed alike. */
export interface LetterGroup {
  readonly name: string;
  readonly kind: FailureKind;
  readonly address: string;
  readonly pointer?: string;
  /** Of the example. */
  readonly reason: string;
  readonly count: number;
  readonly firstFailedAt: number;
  readonly lastBuriedAt: number;
  /** Replays of all of them. */
  readonly replays: number;
  /** Number of the first letter. */
  readonly example: number;
}

/** Groups of letters, the largest first. */
export async function groupLetters(letters: AsyncIterable<DeadLetterRecord>): Promise<readonly LetterGroup[]> {
  const groups = new Map<string, LetterGroup>();
  for await (const letter of letters) {
    const { failure, address, number, firstFailedAt, buriedAt, replays } = letter;
    const name = groupName(letter);
    const before = groups.get(name);
    groups.set(name, {
      ...(before ?? { name, address, ...failure, example: number }),
      count: (before?.count ?? 0) + 1,
      firstFailedAt: Math.min(before?.firstFailedAt ?? firstFailedAt, firstFailedAt),
      lastBuriedAt: Math.max(before?.lastBuriedAt ?? buriedAt, buriedAt),
      replays: (before?.replays ?? 0) + replays,
    });
  }
  return [...groups.values()].sort((left, right) => right.count - left.count || left.example - right.example);
}
