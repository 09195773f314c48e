import type { DeadLetterRecord, Store } from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import type { Laws } from './laws.ts';
import type { Plan, PlannedMessage } from './plan.ts';

type MemoryStore = Store<MemoryConnection>;

/** What a run has left in its two stores. */
export interface Ledger {
  readonly rows: readonly number[];
  readonly effects: readonly number[];
  readonly letters: readonly DeadLetterRecord[];
  readonly problems: readonly string[];
}

/** One way of messages: what was written here must be found there. */
interface Way {
  readonly name: string;
  readonly rows: readonly number[];
  readonly effects: readonly number[];
  readonly letters: ReadonlyMap<number, DeadLetterRecord>;
  /** Of each key, in the order of the commits. */
  readonly lanes: readonly (readonly [rows: readonly number[], effects: readonly number[]])[];
}

type Decisions = Laws['decisions'];

export async function readLedger(
  plan: Plan,
  { producer, consumer }: { readonly producer: MemoryStore; readonly consumer: MemoryStore },
  decisions: Decisions,
): Promise<Ledger> {
  const written = await listsOf(producer, plan, ['rows', 'confirmed']);
  const applied = await listsOf(consumer, plan, ['effects']);
  const letters = await consumer.deadLetters.list({ limit: 10_000 });
  const there: Way = {
    name: 'order',
    rows: written('rows'),
    effects: applied('effects'),
    letters: byNumber(letters),
    lanes: plan.keys.map((key) => [written(`rows ${key}`), applied(`effects ${key}`)]),
  };
  const back: Way = {
    name: 'confirmation',
    rows: plan.isConfirmed ? there.effects : [],
    effects: written('confirmed'),
    letters: byNumber(await producer.deadLetters.list({ limit: 10_000 })),
    lanes: plan.keys.map((key) => [applied(`effects ${key}`), written(`confirmed ${key}`)]),
  };
  const messages = new Map(
    plan.writes.flatMap((write) => write.messages).map((message) => [message.number, message] as const),
  );
  const problems = [
    ...countProblems(there, decisions, (number) => expectedOf(plan, messages.get(number))),
    ...countProblems(back, decisions, () => (plan.kind === 'impatient' ? 'either' : 'effect')),
    ...[there, back].flatMap((way) => orderProblems(way, decisions)),
    ...letters.flatMap((letter) => byteProblems(letter, messages)),
    ...[...there.letters]
      .filter(([number, { state }]) => decisions.discard.has(number) && state !== 'discarded')
      .map(([number]) => `order ${number} was discarded, and is a dead letter again`),
  ];
  return { rows: there.rows, effects: there.effects, letters, problems };
}

async function listsOf(store: MemoryStore, plan: Plan, names: readonly string[]) {
  const all = names.flatMap((name) => [name, ...plan.keys.map((key) => `${name} ${key}`)]);
  const lists = await store.transaction(
    ({ connection }) => new Map(all.map((name) => [name, (connection.get(name) ?? []) as readonly number[]])),
  );
  return (name: string): readonly number[] => lists.get(name) ?? [];
}

const textOf = ({ message }: DeadLetterRecord): string => new TextDecoder().decode(message.data);

const byNumber = (letters: readonly DeadLetterRecord[]): ReadonlyMap<number, DeadLetterRecord> =>
  new Map(letters.map((letter) => [(JSON.parse(textOf(letter)) as { readonly number: number }).number, letter]));

type Expected = 'effect' | 'letter' | 'either';

function expectedOf({ kind }: Plan, message: PlannedMessage | undefined): Expected {
  const trouble = message?.trouble.kind ?? 'none';
  if (trouble !== 'none' && trouble !== 'transient') return 'letter';
  return kind === 'impatient' ? 'either' : 'effect';
}

/** Every row has one effect or one dead letter, and there is nothing else. */
function countProblems(
  { name, rows, effects, letters }: Way,
  { discard }: Decisions,
  expected: (number: number) => Expected,
): readonly string[] {
  const known = new Set(rows);
  const times = Map.groupBy(effects, (number) => number);
  return [
    ...rows.flatMap((number) => {
      const letter = letters.get(number);
      const effectCount = times.get(number)?.length ?? 0;
      // What was discarded may have been purged.
      const isDead = letter === undefined ? discard.has(number) : letter.state !== 'replayed';
      const letterCount = isDead ? 1 : 0;
      const wanted = expected(number);
      const isRight =
        effectCount + letterCount === 1 && (wanted === 'either' || (wanted === 'effect') === (effectCount === 1));
      return isRight
        ? []
        : [`${name} ${number}: ${effectCount} effects, ${letterCount} dead letters, wanted: ${wanted}`];
    }),
    ...[...times.keys(), ...letters.keys()]
      .filter((number) => !known.has(number))
      .map((number) => `${name} ${number}: an effect or a dead letter, and no row was committed`),
  ];
}

function orderProblems({ name, lanes }: Way, { replay }: Decisions): readonly string[] {
  return lanes.flatMap(([rows, effects]) => {
    const inTime = effects.filter((number) => !replay.has(number));
    const places = inTime.map((number) => rows.indexOf(number));
    const isOrdered = places.every((place, index) => index === 0 || place > (places[index - 1] as number));
    return isOrdered ? [] : [`${name}: written as ${rows.join(' ')}, applied as ${inTime.join(' ')}`];
  });
}

function byteProblems(letter: DeadLetterRecord, messages: ReadonlyMap<number, PlannedMessage>): readonly string[] {
  const text = textOf(letter);
  const { number } = JSON.parse(text) as { readonly number: number };
  const message = messages.get(number);
  if (message === undefined) return [];
  const original = JSON.stringify({ number, key: message.key, isValid: message.trouble.kind !== 'contract' });
  return text === original ? [] : [`order ${number}: its dead letter holds ${text} for ${original}`];
}
