import type { DeadLetterRecord } from '@millwright/runtime/messaging';
import { loadConfig } from '../../config.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import { factsText } from '../../format/facts-text.ts';
import { jsonText } from '../../format/json.ts';
import { timeText } from '../../format/time.ts';
import { count } from '../../input/open-contract.ts';
import { groupName } from '../../stores/dead-letters.ts';
import { type NamedStore, withStore } from '../../stores/open-store.ts';
import { storeOf } from '../../stores/store-reference.ts';
import { type Colours, printable, type Terminal } from '../../terminal.ts';
import { wholeNumber } from './list.ts';

export interface DlqShowFlags {
  readonly store?: string;
  readonly raw?: boolean;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** `millwright dlq show`: one letter, with what it is made of. */
export async function showLetter(
  [text = '']: readonly string[],
  flags: DlqShowFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const number = wholeNumber(text, 'The number of the letter');
  const reference = storeOf(flags.store, await loadConfig(flags.config));
  return withStore(reference, 'read', async (store) => {
    const letter = await store.store.deadLetters.find(number);
    if (letter === undefined) throw noLetter(number, store.name);
    if (flags.raw === true) terminal.writeBytes(letter.message.data);
    else if (flags.format === 'json') terminal.write(jsonText(factsOf(letter, store)));
    else terminal.write(letterText(letter, store, terminal.colours));
    return exitCodes.clean;
  });
}

export function noLetter(number: number, store: string): UsageFailure {
  return new UsageFailure(
    `${store} has no dead letter ${number}`,
    'millwright dlq list --letters --state all shows their numbers; what was decided is purged in time.',
  );
}

function factsOf(letter: DeadLetterRecord, { name }: NamedStore) {
  const { message, group, ...rest } = letter;
  const text = textOf(message.data);
  return {
    ...{ format: 'millwright.dlq-show/1', store: name, ...rest, group: groupName(letter), likeness: group },
    attributes: message.attributes,
    ...(message.partitionKey === undefined ? {} : { partitionKey: message.partitionKey }),
    payload: {
      bytes: message.data.length,
      ...(text === undefined ? { base64: Buffer.from(message.data).toString('base64') } : { text }),
    },
  };
}

/** Bytes as text, where they are one. */
function textOf(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

function letterText(letter: DeadLetterRecord, { name, place }: NamedStore, colours: Colours): string {
  const { failure, state, replays, message } = letter;
  const facts = factsText(
    [
      ['state', replays === 0 ? state : `${state}, replayed ${replays === 1 ? 'once' : `${replays} times`}`],
      ['failure', `${failure.kind}: ${failure.reason}`],
      ['pointer', failure.pointer],
      ['group', groupName(letter)],
      ['attempts', String(letter.attempts)],
      ['first failed', timeText(letter.firstFailedAt)],
      ['buried', timeText(letter.buriedAt)],
      ['subscriber', letter.subscriber],
      ['address', letter.address],
      ['partition key', message.partitionKey],
    ],
    colours,
  );
  const attributes = Object.entries(message.attributes).map(
    ([key, value]) => [key, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')] as const,
  );
  return [
    `${colours('bold', `Dead letter ${letter.number}`)} in ${name} (${printable(place)})\n`,
    facts,
    `${colours('bold', 'Attributes')}\n${factsText(attributes, colours, 2)}`,
    `${colours('bold', 'Payload')} ${count(message.data.length, 'byte')}\n${payloadText(message.data)}`,
  ].join('\n');
}

const textMax = 4_000;
const hexMax = 512;

/** The beginning of a payload: text as it is, what is no text as a table of its bytes. */
function payloadText(data: Uint8Array): string {
  const text = textOf(data);
  const isText = text !== undefined && !text.slice(0, textMax).includes('\0');
  const shown = isText ? text.slice(0, textMax) : data.subarray(0, hexMax);
  const isWhole = shown.length === (isText ? text.length : data.length);
  const lines = typeof shown === 'string' ? linesOf(shown) : hexLines(shown);
  const more = isWhole ? '' : '  ... --raw writes all of it\n';
  return `${lines.map((line) => `  ${line}\n`).join('')}${more}`;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : printable(text.replace(/\r?\n$/, '')).split(/\r?\n/);
}

function hexLines(bytes: Uint8Array): readonly string[] {
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => {
    const part = bytes.subarray(16 * row, 16 * (row + 1));
    const digits = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(
      '',
    );
    return `${(16 * row).toString(16).padStart(4, '0')}  ${digits.padEnd(47)}  ${letters}`;
  });
}
