import { defaultLimits, roles } from '@millwright/contract';

/** What is wrong with a config, and what it may say instead. */
export interface ConfigFault {
  readonly message: string;
  readonly fix: string;
}

/** Judges the value of a member; `at` is how its author would write the way to it: `lint.ignores[0].reason`. */
type Check = (value: unknown, at: string) => ConfigFault | undefined;

/** The first fault of a config, or undefined: a config is a program of its author, and its types bind nobody at run time. */
export function configFault(config: object): ConfigFault | undefined {
  return checkConfig(config, '');
}

const text: Check = (value, at) =>
  typeof value === 'string' && value.trim() !== ''
    ? undefined
    : { message: `${at} is ${shown(value)}`, fix: `Make ${at} a text that is not empty.` };

const count: Check = (value, at) =>
  Number.isInteger(value) && (value as number) > 0
    ? undefined
    : { message: `${at} is ${shown(value)}`, fix: `Make ${at} a whole number above 0.` };

/** A blank reason is a finding of lint (lint/ignore-without-reason), which can be located. */
const reason: Check = (value, at) =>
  typeof value === 'string'
    ? undefined
    : {
        message: `${at} is ${shown(value)}`,
        fix: `Say in ${at} why the finding is accepted, such as: reason: 'the owner is being found, ticket 4711'.`,
      };

function oneOf(...allowed: readonly string[]): Check {
  return (value, at) =>
    allowed.some((item) => item === value)
      ? undefined
      : { message: `${at} is ${shown(value)}`, fix: `Allowed are ${allowed.map(shown).join(', ')}.` };
}

function listOf(check: Check, example: string): Check {
  return (value, at) => {
    if (!Array.isArray(value))
      return { message: `${at} is ${shown(value)}, not a list`, fix: `Write a list, such as: ${example}` };
    return firstOf(value.map((item, index) => () => check(item, `${at}[${index}]`)));
  };
}

/** An object with known members; those in `required` must be there, and an absent one says the same as undefined. */
function objectOf(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, at) => {
    if (!isObject(value)) return noObject(value, at);
    const unknown = Object.keys(value).filter((name) => !Object.hasOwn(members, name));
    if (unknown.length > 0)
      return {
        message: `${at === '' ? 'it' : at} has unknown members: ${unknown.join(', ')}`,
        fix: `Known members are ${Object.keys(members).join(', ')}.`,
      };
    return firstOf(
      Object.entries(members).map(([name, check]) => () => {
        const member = value[name];
        return member === undefined && !required.includes(name) ? undefined : check(member, joined(at, name));
      }),
    );
  };
}

function mapOf(check: Check): Check {
  return (value, at) =>
    isObject(value)
      ? firstOf(
          Object.entries(value).map(
            ([name, item]) =>
              () =>
                check(item, joined(at, name)),
          ),
        )
      : noObject(value, at);
}

function noObject(value: unknown, at: string): ConfigFault {
  return {
    message: `${at} is ${shown(value)}, not an object`,
    fix: `Write an object: ${at.split('.').at(-1)}: { ... }`,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(checks: readonly (() => ConfigFault | undefined)[]): ConfigFault | undefined {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function joined(at: string, name: string): string {
  if (!/^[\w$]+$/.test(name)) return `${at}[${shown(name)}]`;
  return at === '' ? name : `${at}.${name}`;
}

/** A value as its author wrote it, cut where it gets long. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string' && !value.includes("'")) return cut(`'${value}'`);
  try {
    return cut(JSON.stringify(value) ?? String(value));
  } catch {
    return `a ${typeof value}`;
  }
}

function cut(words: string): string {
  return words.length > 60 ? `${words.slice(0, 57)}...` : words;
}

const target = objectOf(
  {
    out: text,
    generators: listOf(text, "['types', 'client']"),
    as: oneOf(...roles),
    importExtension: oneOf('js', 'ts'),
    runtime: oneOf('inline', '@millwright/runtime'),
    systems: text,
    brokers: objectOf({ stream: text, prefix: anyText, exchange: text, topic: text }),
  },
  ['out'],
);

const checkConfig = objectOf({
  contracts: listOf(text, "contracts: ['contracts/orders.yaml']"),
  root: text,
  generate: (value, at) =>
    Array.isArray(value) ? listOf(target, "[{ out: 'src/sdk' }]")(value, at) : target(value, at),
  lint: objectOf({
    rules: mapOf(oneOf('error', 'warning', 'info', 'off')),
    ignores: listOf(
      objectOf({ rule: text, pointer: anyText, file: text, reason }, ['rule', 'reason']),
      "[{ rule: 'lint/owner-declared', reason: 'ticket 4711' }]",
    ),
  }),
  limits: objectOf(Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, count]))),
  allowRemote: listOf(text, "allowRemote: ['https://example.com/schemas/']"),
  stores: mapOf((value, at) =>
    isObject(value)
      ? objectOf({ url: addressSuchAs('sqlite:erp.db'), schema: text }, ['url'])(value, at)
      : addressSuchAs('sqlite:erp.db')(value, at),
  ),
  transports: mapOf(addressSuchAs('nats://localhost:4222')),
});

/** The empty pointer means the whole file. */
function anyText(value: unknown, at: string): ConfigFault | undefined {
  return typeof value === 'string' ? undefined : { message: `${at} is ${shown(value)}`, fix: `Make ${at} a text.` };
}

/** It can hold a password, so it is not shown. */
function addressSuchAs(example: string): Check {
  return (value, at) =>
    text(value, at) && {
      message: value === undefined ? `${at} is missing` : `${at} is no address`,
      fix: `Write it as a text, such as ${at.split('.').at(-1)}: '${example}'.`,
    };
}
