import type { DeadLetterRecord, FailureKind } from '@millwright/runtime/messaging';
import { loadConfig } from '../../config.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import { clipped } from '../../format/facts-text.ts';
import { jsonText } from '../../format/json.ts';
import { count } from '../../input/open-contract.ts';
import { lettersOf, typeOf } from '../../stores/dead-letters.ts';
import { type NamedStore, withStore } from '../../stores/open-store.ts';
import { type DecisionFlags, decisionOf } from '../../stores/operator.ts';
import { storeOf } from '../../stores/store-reference.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from './list.ts';
import { noLetter } from './show.ts';

export interface DlqDecisionFlags extends DecisionFlags {
  readonly store?: string;
  readonly group?: string;
  readonly allOfKind?: FailureKind;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** `millwright dlq replay`: letters go into the outbox with their own ids. */
export function replayLetters(
  texts: readonly string[],
  flags: DlqDecisionFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  return decide('replay', texts, flags, terminal);
}

/** `millwright dlq discard`: nobody will apply them. */
export async function discardLetters(
  texts: readonly string[],
  flags: DlqDecisionFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.reason === undefined)
    throw new UsageFailure('It is not said why they are discarded', 'Say it: --reason "test order, ticket 4711".');
  return decide('discard', texts, flags, terminal);
}

const wording = {
  replay: {
    done: 'replayed',
    note: 'They keep their ids: whoever has applied one ignores it. The relay of the application sends them.',
  },
  discard: { done: 'discarded', note: 'Nobody will apply them. They can be shown until they are purged.' },
} as const;

async function decide(
  action: 'replay' | 'discard',
  texts: readonly string[],
  flags: DlqDecisionFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const numbers = [...new Set(texts.map((text) => wholeNumber(text, 'The number of a letter')))];
  const ways = [numbers.length > 0, flags.group !== undefined, flags.allOfKind !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new UsageFailure(
      ways === 0 ? 'It is not said which letters are meant' : 'It is said twice which letters are meant',
      `Give numbers (millwright dlq ${action} 12 13), or --group, or --all-of-kind.`,
    );
  const decision = decisionOf(flags);
  const reference = storeOf(flags.store, await loadConfig(flags.config));
  return withStore(reference, flags.dryRun === true ? 'read' : 'write', async (named) => {
    const letters = await chosen(named, numbers, flags);
    const results = [];
    for (const letter of letters) {
      const isDone =
        flags.dryRun === true ? letter.isBuried : await named.store.deadLetters[action](letter.number, decision);
      results.push({ ...letter, isDone });
    }
    write(action, results, { named, flags }, terminal);
    return results.length > 0 && results.every(({ isDone }) => isDone) ? exitCodes.clean : exitCodes.findings;
  });
}

interface Chosen {
  readonly number: number;
  readonly type: string;
  readonly id: string;
  readonly isBuried: boolean;
  readonly state: DeadLetterRecord['state'];
}

/** All that are meant; a number that does not exist is found before anything is done. */
async function chosen(
  { name, store }: NamedStore,
  numbers: readonly number[],
  { group, allOfKind: kind }: DlqDecisionFlags,
): Promise<readonly Chosen[]> {
  const brief = (letter: DeadLetterRecord): Chosen => {
    const { number, id, state } = letter;
    return { number, type: typeOf(letter), id, state, isBuried: state === 'buried' };
  };
  if (numbers.length > 0) {
    const letters: Chosen[] = [];
    for (const number of numbers) {
      const letter = await store.deadLetters.find(number);
      if (letter === undefined) throw noLetter(number, name);
      letters.push(brief(letter));
    }
    return letters;
  }
  const letters: Chosen[] = [];
  const query = {
    state: 'buried' as const,
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
  };
  for await (const letter of lettersOf(store, query)) letters.push(brief(letter));
  return letters;
}

function write(
  action: 'replay' | 'discard',
  results: readonly (Chosen & { readonly isDone: boolean })[],
  { named, flags }: { readonly named: NamedStore; readonly flags: DlqDecisionFlags },
  terminal: Terminal,
): void {
  const { done, note } = wording[action];
  const isDry = flags.dryRun === true;
  if (flags.format === 'json') {
    const letters = results.map(({ isBuried: _, ...letter }) => letter);
    const facts = { format: `millwright.dlq-${action}/1`, store: named.name, isDryRun: isDry, letters };
    terminal.write(jsonText(facts));
    return;
  }
  for (const { number, type, id, state, isDone } of results) {
    const verb = isDone ? (isDry ? `would be ${done}` : done) : `left as it is, since it is ${state}`;
    terminal.write(`${terminal.colours('bold', `${number}`)}  ${verb}  ${clipped(type, 128)} ${clipped(id, 64)}\n`);
  }
  const counted = results.filter(({ isDone }) => isDone).length;
  const summary = `${count(counted, 'dead letter')} ${isDry ? `would be ${done}` : done} in ${named.name}.`;
  terminal.write(results.length === 0 ? `No buried letters of this kind in ${named.name}.\n` : `${summary}\n`);
  if (counted > 0 && !isDry) terminal.progress(note);
}
