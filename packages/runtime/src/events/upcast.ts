import type { MessageDescriptor } from './descriptor.ts';

/** An earlier version of a message that producers may still send. */
export interface EarlierVersion {
  readonly descriptor: MessageDescriptor;
  /** How its data becomes that of the next version; absent where the contract leaves it to the program. */
  readonly steps?: readonly UpcastStep[];
}

/**
 * One step from the data of one version to that of the next. Places are JSON Pointers in which `*` stands for every item of an
 * array; the stars of `move` and `to` are the same items. A place that the data does not have is passed over.
 */
export type UpcastStep =
  | { readonly move: string; readonly to: string }
  /** Where the data has nothing yet. */
  | { readonly set: string; readonly value: unknown }
  | { readonly drop: string }
  /** Replaces values of a code list; others stay. */
  | { readonly map: string; readonly values: Readonly<Record<string, unknown>> };

/** Data of an earlier version as the version that a handler is for. The data is not changed. */
export function upcast(data: unknown, steps: readonly UpcastStep[]): unknown {
  const converted: unknown = structuredClone(data);
  for (const step of steps) applyStep(converted, step);
  return converted;
}

/** One earlier version, with all that leads from it to the version that is asked for. */
export interface Version {
  readonly descriptor: MessageDescriptor;
  convert(data: unknown, own: Converters): unknown;
}

/** What a program converts itself, by the name of the earlier message. */
export type Converters = Readonly<Record<string, ((data: never) => unknown) | undefined>>;

/** A message in all versions in which it may come, the newest first. */
export function versionsOf(descriptor: MessageDescriptor): readonly [Version, ...Version[]] {
  const earlier = (descriptor.earlier ?? []).flatMap(({ descriptor: before, steps }) =>
    versionsOf(before).map(
      (version): Version => ({
        descriptor: version.descriptor,
        convert: (data, own) => {
          const next = version.convert(data, own);
          if (steps !== undefined) return upcast(next, steps);
          const convert = own[before.name] as ((data: unknown) => unknown) | undefined;
          if (convert === undefined) throw new TypeError(`nothing converts ${before.name} to ${descriptor.name}`);
          return convert(next);
        },
      }),
    ),
  );
  return [{ descriptor, convert: (data) => data }, ...earlier];
}

function applyStep(data: unknown, step: UpcastStep): void {
  if ('move' in step) move(data, tokensOf(step.move), tokensOf(step.to));
  else if ('set' in step)
    at(data, tokensOf(step.set), (holder, name) => {
      if (!Object.hasOwn(holder, name)) put(holder, name, structuredClone(step.value));
    });
  else if ('drop' in step) at(data, tokensOf(step.drop), (holder, name) => delete holder[name]);
  else
    at(data, tokensOf(step.map), (holder, name) => {
      const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
      if (typeof value === 'string' && Object.hasOwn(step.values, value))
        put(holder, name, structuredClone(step.values[value]));
    });
}

type Holder = Record<string, unknown>;

const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A member of that name and no other effect: `__proto__` is a name as any. */
const put = (holder: Holder, name: string, value: unknown): void => {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
};

const isHolder = (value: unknown): value is Holder =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberOf = (value: unknown, token: string): unknown =>
  isHolder(value) && Object.hasOwn(value, token) ? value[token] : undefined;

/** Every object that holds the last name of a place. */
function at(value: unknown, [token, ...rest]: readonly string[], visit: (holder: Holder, name: string) => void): void {
  if (token === undefined) return;
  if (token === '*') {
    if (Array.isArray(value)) for (const item of value) at(item, rest, visit);
  } else if (rest.length > 0) at(memberOf(value, token), rest, visit);
  else if (isHolder(value)) visit(value, token);
}

/** Down the common way to where the places part, and over it from there. */
function move(value: unknown, from: readonly string[], to: readonly string[]): void {
  const star = from.lastIndexOf('*');
  if (star >= 0) {
    const stem = from.slice(0, from.indexOf('*'));
    const items = stem.reduce(memberOf, value);
    const length = stem.length + 1;
    if (Array.isArray(items)) for (const item of items) move(item, from.slice(length), to.slice(length));
    return;
  }
  at(value, from, (holder, name) => {
    if (!Object.hasOwn(holder, name)) return;
    const moved = holder[name];
    delete holder[name];
    place(value, to, moved);
  });
}

/** Puts a value at a place, with the objects on the way there. */
function place(value: unknown, [token, ...rest]: readonly string[], moved: unknown): void {
  if (token === undefined || !isHolder(value)) return;
  if (rest.length === 0) put(value, token, moved);
  else {
    if (!isHolder(memberOf(value, token))) put(value, token, {});
    place(value[token], rest, moved);
  }
}
