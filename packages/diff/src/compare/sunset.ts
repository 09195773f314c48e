import type { JsonValue, Lifecycle, Sourced } from '@millwright/contract';
import type { Facts } from './facts.ts';

/** What an author said about the end of something. */
export interface Ending extends Sourced {
  readonly deprecated: boolean;
  readonly sunset?: string;
}

/** `deprecated`, `x-sunset` and the lifecycle of `x-governance` say the same thing in three ways. */
export function endingOf(
  node: Sourced & {
    readonly deprecated?: boolean;
    readonly governance?: { readonly lifecycle?: Lifecycle };
    readonly extensions?: ReadonlyMap<string, JsonValue>;
  },
): Ending {
  const lifecycle = node.governance?.lifecycle;
  const sunset = sunsetOf(node) ?? lifecycle?.sunset;
  return {
    document: node.document,
    pointer: node.pointer,
    deprecated: node.deprecated === true || lifecycle?.status === 'deprecated' || lifecycle?.status === 'retired',
    ...(sunset === undefined ? {} : { sunset }),
  };
}

/** The day of `x-sunset`; a text that is no day says nothing. */
export function sunsetOf({ extensions }: { readonly extensions?: ReadonlyMap<string, JsonValue> }): string | undefined {
  const written = extensions?.get('x-sunset');
  const day = typeof written === 'string' ? /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(written)?.[0] : undefined;
  return day === undefined || Number.isNaN(Date.parse(day)) ? undefined : day;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** Whether what went had been announced: never, without a date, with one that has not come, or with one that has passed. */
export function removalOf(
  node: Parameters<typeof endingOf>[0],
): '' | '-without-sunset' | '-before-sunset' | '-after-sunset' {
  const { deprecated, sunset } = endingOf(node);
  if (!deprecated) return '';
  if (sunset === undefined) return '-without-sunset';
  return sunset <= today() ? '-after-sunset' : '-before-sunset';
}

/** Kinds are `<what>-deprecated`, `<what>-reactivated` and `<what>-sunset-*`; the sunset of an operation is just `sunset-*`. */
export function compareEndings(
  what: string,
  nodes: readonly [base: Parameters<typeof endingOf>[0], revision: Parameters<typeof endingOf>[0]],
  about: { readonly operation: string; readonly name?: string },
  facts: Facts,
): void {
  const [before, after] = nodes.map(ownEndingOf) as [Ending, Ending];
  const places = { ...about, direction: 'none', base: nodes[0], revision: nodes[1] } as const;
  if (before.deprecated !== after.deprecated)
    facts.changes.push({ ...places, kind: `${what}-${after.deprecated ? 'deprecated' : 'reactivated'}` });
  const kind = sunsetKind(before.sunset, after.sunset);
  if (kind !== undefined)
    facts.changes.push({
      ...places,
      kind: what === 'operation' ? kind : `${what}-${kind}`,
      before: before.sunset ?? null,
      after: after.sunset ?? null,
    });
}

/** What the lifecycle says is compared with the rest of governance, because it may be inherited. */
function ownEndingOf({ deprecated, extensions, document, pointer }: Parameters<typeof endingOf>[0]): Ending {
  return endingOf({
    document,
    pointer,
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** How a date moved; ISO 8601 days sort as texts. */
export function sunsetKind(before: string | undefined, after: string | undefined): string | undefined {
  if (before === after) return undefined;
  if (before === undefined) return (after as string) <= today() ? 'sunset-added-in-the-past' : 'sunset-added';
  if (after === undefined) return 'sunset-removed';
  return after < before ? 'sunset-moved-earlier' : 'sunset-moved-later';
}
