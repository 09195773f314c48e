import type { FlowCall, FlowHeaders } from './plan.ts';

/** A value that a step cannot do without is absent, or has no text. The same again gives the same. */
export class FlowFault extends Error {
  override readonly name = 'FlowFault';
  readonly code = 'flow-fault';
}

/** Own member after own member of a value; undefined where one is missing. An array has its indices. */
export function valueAt(value: unknown, ...tokens: readonly string[]): unknown {
  let found = value;
  for (const token of tokens) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, token)) return undefined;
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[token];
  }
  return found;
}

/** A header of a response, undefined where there is none. */
export function headerAt(response: { readonly headers: FlowHeaders } | undefined, name: string): string | undefined {
  return response?.headers.get(name) ?? undefined;
}

/** Parts of a text; throws {@link FlowFault} where one is no text, number or boolean, since half a key would be another key. */
export function textOf(...parts: readonly unknown[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return String(part);
      throw new FlowFault(`an expression in a text gives ${part === undefined ? 'nothing' : typeof part}`);
    })
    .join('');
}

/** The value, or {@link FlowFault} where it is absent. */
export function required(value: unknown, name: string): unknown {
  if (value === undefined || value === null) throw new FlowFault(`${name} has no value`);
  return value;
}

/** An object without its absent members. */
export function objectOf(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Takes what was put together by the contract for the type that the function asks for. */
export function typed<Type>(value: unknown): Type {
  return value as Type;
}

/** `==` of a criterion: texts without regard to case (Arazzo 1.0.1, section 4.6.11.1), other values by type and value. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase();
  return (left ?? null) === (right ?? null);
}

/** Order of two numbers or two texts; NaN, which every comparison denies, for anything else. */
export function order(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A value as a condition of its own: absent, null, false, 0 and the empty text do not hold. */
export function holds(value: unknown): boolean {
  return Boolean(value);
}

/** `regex` of a criterion. */
export function matches(value: unknown, pattern: RegExp): boolean {
  return (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value));
}

/** A client, or what chooses one by the system that acts. */
export type ClientChoice<Client> = Client | ((call: FlowCall) => Client);

export function clientOf<Client extends object>(choice: ClientChoice<Client>, call: FlowCall): Client {
  return typeof choice === 'function' ? (choice as (call: FlowCall) => Client)(call) : choice;
}
