import { type Contract, isJsonObject, type JsonObject, type JsonValue, type Message } from '@millwright/contract';
import { eventTypeOf } from '../input/event-type.ts';
import { type Chance, chanceOf, uuidOf } from '../mock/random.ts';
import { sampleOf } from '../mock/sample.ts';
import type { PayloadChecker } from '../validate/payload-checker.ts';
import { isQualityBurst, rhythmAt } from './plant-rhythm.ts';

export interface SimulationOptions {
  readonly seed: string;
  /** Events a second, on average over an ordinary day shift. */
  readonly rate: number;
  /** Plant time of the first and after the last event, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** An event as a structured CloudEvent, or the payload alone where the contract knows no such envelope. */
export interface PlantEvent {
  readonly at: number;
  readonly type: string;
  readonly event: JsonObject;
}

interface Kind {
  readonly message: Message;
  readonly type: string;
  readonly weight: number;
  readonly isOfQuality: boolean;
}

/** How often something happens beside something else, by what it means when it is missing. */
const weights: Readonly<Record<string, number>> = {
  informational: 20,
  'affects-inventory': 8,
  'affects-quality': 2,
  'stops-production': 1,
};
const qualityBurstFactor = 30;

/** Events of a plant in the order of their time, valid by the contract: the same ones for the same seed. */
export function* plantEvents(
  contract: Contract,
  checker: PayloadChecker,
  { seed, rate, from, until }: SimulationOptions,
): Generator<PlantEvent> {
  const chance = chanceOf(seed);
  const kinds = kindsOf(contract);
  const chanceOfDay = (day: number): number => chanceOf(`${seed} ${day}`).next();
  for (let at = from, number = 1; ; number += 1) {
    // Gaps of a Poisson process, at the rate of the moment.
    at += (-Math.log(1 - chance.next()) * 1_000) / (rate * rhythmAt(at));
    if (at >= until || kinds.length === 0) return;
    const time = Math.floor(at);
    const { message, type } = pickKind(kinds, isQualityBurst(time, chanceOfDay), chance);
    const event = eventOf(message, { time, type, chance: chanceOf(`${seed} ${number}`), checker });
    if (event !== undefined) yield { at: time, type, event };
  }
}

function kindsOf({ channels }: Contract): readonly Kind[] {
  return channels.flatMap(({ messages }) =>
    messages.map((message) => {
      const { criticality } = message.governance;
      const type = eventTypeOf(message.headers) ?? message.name;
      return { message, type, weight: weights[criticality ?? ''] ?? 4, isOfQuality: criticality === 'affects-quality' };
    }),
  );
}

function pickKind(kinds: readonly Kind[], isBurst: boolean, chance: Chance): Kind {
  const weightOf = ({ weight, isOfQuality }: Kind): number =>
    isBurst && isOfQuality ? weight * qualityBurstFactor : weight;
  const total = kinds.reduce((sum, kind) => sum + weightOf(kind), 0);
  let left = chance.next() * total;
  for (const kind of kinds) {
    left -= weightOf(kind);
    if (left < 0) return kind;
  }
  return kinds.at(-1) as Kind;
}

interface Moment {
  readonly time: number;
  readonly type: string;
  readonly chance: Chance;
  readonly checker: PayloadChecker;
}

/** Undefined where no value is found for a schema. */
function eventOf({ headers, payload }: Message, { time, type, chance, checker }: Moment): JsonObject | undefined {
  const data = payload === undefined ? undefined : sampleOf(payload, chance, checker);
  if (payload !== undefined && data === undefined) return undefined;
  const fits = (value: JsonValue): boolean => payload === undefined || checker.check(payload, value).length === 0;
  const varied = data === undefined ? undefined : variedNumbers(data, chance, fits);
  if (headers === undefined) return isJsonObject(varied) ? varied : undefined;
  const envelope = sampleOf(headers, chance, checker);
  if (!isJsonObject(envelope)) return undefined;
  const own = { id: uuidOf(chance), time: new Date(time).toISOString(), type };
  const known = Object.fromEntries(Object.entries(own).filter(([name]) => name in envelope || name === 'id'));
  const filled = { ...envelope, ...known };
  const whole = checker.check(headers, filled).length === 0 ? filled : envelope;
  return { ...whole, ...(varied === undefined ? {} : { data: varied }) };
}

/** Examples name one order, one lot, one item: their numbers are changed, where what comes out is still valid. */
function variedNumbers(data: JsonValue, chance: Chance, fits: (value: JsonValue) => boolean): JsonValue {
  if (!isJsonObject(data)) return data;
  const changed = Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const [, head, digits] = (typeof value === 'string' && /^([A-Za-z][^:]*?)(\d{3,6})$/.exec(value)) || [];
      if (head === undefined || digits === undefined) return [name, value];
      return [name, `${head}${String(chance.between(0, 10 ** digits.length - 1)).padStart(digits.length, '0')}`];
    }),
  );
  return fits(changed) ? changed : data;
}
