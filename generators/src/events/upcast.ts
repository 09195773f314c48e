import {
  type Channel,
  type Contract,
  type Diagnostic,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  locate,
  type Message,
  member,
} from '@millwright/contract';

/** The earlier version that `x-upcast` of a message names, where it travels, and what makes it the later one. */
export interface Upcast {
  readonly message: Message;
  readonly channel: Channel;
  /** Absent when the program converts. */
  readonly steps?: readonly JsonObject[];
}

const place = /^(\/([^/~]|~[01])+)+$/;
const stepMembers = new Map<string, (step: JsonObject) => string | undefined>([
  ['move', (step) => moveFault(member(step, 'move'), member(step, 'to'))],
  ['set', (step) => (member(step, 'value') === undefined ? 'set needs a value' : undefined)],
  ['drop', () => undefined],
  ['map', (step) => (isJsonObject(member(step, 'values')) ? undefined : 'map needs values, an object from old to new')],
]);
const moreMembers: Readonly<Record<string, string>> = { move: 'to', set: 'value', map: 'values' };

const starsOf = (pointer: string): readonly number[] =>
  pointer.split('/').flatMap((token, index) => (token === '*' ? [index] : []));

/** The items that the stars of both places stand for are the same ones. */
function moveFault(from: JsonValue | undefined, to: JsonValue | undefined): string | undefined {
  if (typeof from !== 'string' || typeof to !== 'string' || !place.test(to)) return 'move needs to, a JSON Pointer';
  const prefix = (pointer: string): string => pointer.slice(0, pointer.lastIndexOf('*') + 1);
  const isSame = starsOf(from).join() === starsOf(to).join() && prefix(from) === prefix(to);
  return isSame ? undefined : 'the places of move and to are the same up to their last *';
}

function stepFault(step: JsonValue): string | undefined {
  if (!isJsonObject(step)) return 'a step is an object';
  const kind = [...stepMembers.keys()].find((name) => member(step, name) !== undefined);
  if (kind === undefined) return `a step is one of ${[...stepMembers.keys()].join(', ')}`;
  const pointer = member(step, kind);
  if (typeof pointer !== 'string' || !place.test(pointer)) return `${kind} needs a JSON Pointer, such as /priority`;
  const known = [kind, moreMembers[kind]];
  const stray = Object.keys(step).find((name) => !known.includes(name));
  return stray === undefined ? stepMembers.get(kind)?.(step) : `${kind} has no ${JSON.stringify(stray)}`;
}

/** The message that `x-upcast` names, by name or key, on a channel of the same document. */
function earlierOf(message: Message, contract: Contract): Pick<Upcast, 'message' | 'channel'> | undefined {
  const value = message.extensions.get('x-upcast');
  const from = isJsonObject(value) ? member(value, 'from') : undefined;
  return contract.channels
    .filter((channel) => channel.document === message.document || channel.messages.includes(message))
    .flatMap((channel) => channel.messages.map((candidate) => ({ channel, message: candidate })))
    .find(({ message: { name, key } }) => name === from || key === from);
}

/** A message and the versions before it, the newest first. A circle ends where it closes. */
export function versionsOf(message: Message, contract: Contract): readonly Message[] {
  const versions = [message];
  for (;;) {
    const earlier = earlierOf(versions.at(-1) ?? message, contract)?.message;
    if (earlier === undefined || versions.includes(earlier)) return versions;
    versions.push(earlier);
  }
}

const isCircular = (message: Message, contract: Contract): boolean => {
  const last = versionsOf(message, contract).at(-1);
  return last !== undefined && earlierOf(last, contract) !== undefined;
};

/** Reads `x-upcast` of a message that a subscription is for. What cannot be read is told and left out. */
export function upcastOf(message: Message, contract: Contract): readonly [Upcast | undefined, readonly Diagnostic[]] {
  const value = message.extensions.get('x-upcast');
  if (value === undefined) return [undefined, []];
  const tell = (text: string): readonly [undefined, readonly Diagnostic[]] => [
    undefined,
    [
      {
        code: 'generate/upcast-unreadable',
        severity: 'error',
        message: `x-upcast of message ${message.name}: ${text}`,
        location: locate(message.document, `${message.pointer}/x-upcast`),
        fix: 'Write x-upcast: { from: EarlierMessage, steps: [{ move: /old, to: /new }, { set: /added, value: x }] }, or by: program.',
      },
    ],
  ];
  if (!isJsonObject(value)) return tell('it is an object');
  const from = member(value, 'from');
  const found = earlierOf(message, contract);
  if (found === undefined)
    return tell(`from names no message of a channel of this document: ${JSON.stringify(from ?? null)}`);
  if (isCircular(message, contract)) return tell(`the versions before ${message.name} lead round in a circle`);
  const steps = member(value, 'steps');
  if (member(value, 'by') === 'program') return steps === undefined ? [found, []] : tell('by: program has no steps');
  if (!Array.isArray(steps)) return tell('it has neither steps nor by: program');
  const faults = steps
    .map((step, index) => [index, stepFault(step)] as const)
    .filter(([, fault]) => fault !== undefined);
  const [first] = faults;
  return first === undefined ? [{ ...found, steps: steps as JsonObject[] }, []] : tell(`step ${first[0]}: ${first[1]}`);
}
