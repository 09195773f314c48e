import type { DeadLetterRecord, FailureKind } from '@millwright/runtime/messaging';
import { loadConfig } from '../../config.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import { clipped, inline, wrapped } from '../../format/facts-text.ts';
import { jsonText } from '../../format/json.ts';
import { timeText } from '../../format/time.ts';
import { count } from '../../input/open-contract.ts';
import {
  groupLetters,
  groupName,
  type LetterGroup,
  type LetterQuery,
  lettersOf,
  typeOf,
} from '../../stores/dead-letters.ts';
import { withStore } from '../../stores/open-store.ts';
import { storeOf } from '../../stores/store-reference.ts';
import type { Colours, Terminal } from '../../terminal.ts';

export interface DlqListFlags {
  readonly store?: string;
  readonly letters?: boolean;
  readonly kind?: FailureKind;
  readonly type?: string;
  readonly group?: string;
  readonly state: DeadLetterRecord['state'] | 'all';
  readonly limit: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** `millwright dlq list`: what could not be applied. */
export async function listLetters(_: readonly string[], flags: DlqListFlags, terminal: Terminal): Promise<ExitCode> {
  const limit = wholeNumber(flags.limit, '--limit');
  const reference = storeOf(flags.store, await loadConfig(flags.config));
  const { state, kind, type, group } = flags;
  const query: LetterQuery = {
    ...(state === 'all' ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
    ...(type === undefined ? {} : { type }),
    ...(group === undefined ? {} : { group }),
  };
  return withStore(reference, 'read', async ({ name, store }) => {
    const letters = lettersOf(store, query);
    const isEmpty =
      flags.letters === true
        ? await writeLetters(name, letters, { flags, limit }, terminal)
        : await writeGroups(name, await groupLetters(letters), flags, terminal);
    return isEmpty ? exitCodes.clean : exitCodes.findings;
  });
}

export function wholeNumber(text: string, what: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageFailure(`${what} is ${JSON.stringify(text)}`, 'Give a whole number above 0.');
}

async function writeGroups(
  store: string,
  groups: readonly LetterGroup[],
  { format, state }: DlqListFlags,
  { write, colours }: Terminal,
): Promise<boolean> {
  if (format === 'json') write(jsonText({ format: 'millwright.dlq-list/1', store, groups }));
  else {
    const letters = groups.reduce((sum, group) => sum + group.count, 0);
    const which = state === 'all' ? '' : `${state} `;
    write(groups.map((group) => `${groupText(group, colours)}\n`).join(''));
    write(
      letters === 0
        ? `No ${which}dead letters in ${store}.\n`
        : `${count(letters, `${which}dead letter`)} in ${count(groups.length, 'group')} in ${store}.\n`,
    );
  }
  return groups.length === 0;
}

function groupText(group: LetterGroup, colours: Colours): string {
  const { name, kind, address, pointer, reason, firstFailedAt, lastBuriedAt, replays, example } = group;
  const times =
    group.count === 1
      ? `failed first ${timeText(firstFailedAt)}, buried ${timeText(lastBuriedAt)}`
      : `failed first ${timeText(firstFailedAt)}, last buried ${timeText(lastBuriedAt)}`;
  const again = replays === 0 ? '' : `, ${count(replays, 'replay')}`;
  return [
    `${colours('bold', name)}  ${count(group.count, 'letter')}  ${colours('red', kind)}  ${clipped(address, 200)}`,
    `  ${wrapped(`${pointer === undefined ? '' : `${clipped(pointer, 100)}: `}${clipped(reason, 240)}`, 2)}`,
    `  ${colours('dim', wrapped(`${times}${again}, such as number ${example}`, 2))}\n`,
  ].join('\n');
}

async function writeLetters(
  store: string,
  letters: AsyncIterable<DeadLetterRecord>,
  { flags, limit }: { readonly flags: DlqListFlags; readonly limit: number },
  { write, colours }: Terminal,
): Promise<boolean> {
  const rows: ReturnType<typeof rowOf>[] = [];
  let hasMore = false;
  for await (const letter of letters) {
    hasMore = rows.length === limit;
    if (hasMore) break;
    rows.push(rowOf(letter));
  }
  if (flags.format === 'json') {
    write(jsonText({ format: 'millwright.dlq-letters/1', store, hasMore, letters: rows }));
    return rows.length === 0;
  }
  for (const row of rows) write(`${rowText(row, colours)}\n`);
  write(
    rows.length === 0
      ? `No dead letters of this kind in ${store}.\n`
      : `${count(rows.length, 'dead letter')} in ${store}${hasMore ? `, and more: --limit ${2 * limit} shows them` : ''}.\n`,
  );
  return rows.length === 0;
}

/** A letter without its payload. */
function rowOf(letter: DeadLetterRecord) {
  const { number, state, subscriber, source, id, address, failure, attempts, firstFailedAt, buriedAt, replays } =
    letter;
  return {
    ...{ number, state, type: typeOf(letter), subscriber, source, id, address, failure, group: groupName(letter) },
    ...{ attempts, firstFailedAt, buriedAt, replays, bytes: letter.message.data.length },
  };
}

function rowText(row: ReturnType<typeof rowOf>, colours: Colours): string {
  const { number, state, type, id, failure, buriedAt, group, subscriber } = row;
  const pointer = failure.pointer === undefined ? '' : `${clipped(failure.pointer, 100)}: `;
  return [
    `${colours('bold', `${number}`)}  ${state}  ${timeText(buriedAt)}  ${colours('red', failure.kind)}  group ${group}`,
    `  ${wrapped(`${clipped(type, 128)} ${clipped(id, 64)}`, 2)}`,
    `  ${wrapped(`${inline(subscriber)}: ${pointer}${clipped(failure.reason, 240)}`, 2)}\n`,
  ].join('\n');
}
