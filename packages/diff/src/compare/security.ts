import type {
  ContractEntry,
  JsonObject,
  JsonValue,
  SecurityRequirement,
  SecurityScheme,
  Sourced,
} from '@millwright/contract';
import { type Facts, listDifference } from './facts.ts';
import { pairBy, pairRest } from './pairs.ts';
import { isSame, objectOf, textOf, withoutWords } from './values.ts';

/** New names of schemes that are the same under another name. */
export type SchemeNames = ReadonlyMap<string, string>;

/** New names by the document that had the old ones. */
export type RenamedSchemes = (base: ContractEntry) => SchemeNames;

/** Schemes that clients hold credentials for; a renamed one is the same, because its name never travels. */
export function compareSecuritySchemes(
  [base, revision]: readonly [ContractEntry, ContractEntry],
  usersOf: (name: string) => readonly string[],
  facts: Facts,
): SchemeNames {
  const pairs = pairRest(
    pairBy(base.securitySchemes.values(), revision.securitySchemes.values(), ({ name }) => name),
    ({ type, raw }) => `${type} ${textOf(withoutWords(raw))}`,
  );
  const names = new Map<string, string>();
  for (const scheme of pairs.removed)
    facts.changes.push({
      kind: 'security-scheme-removed',
      direction: 'none',
      name: scheme.name,
      base: scheme,
      operations: usersOf(scheme.name),
    });
  for (const scheme of pairs.added)
    facts.changes.push({ kind: 'security-scheme-added', direction: 'none', name: scheme.name, revision: scheme });
  for (const [before, after] of pairs.both) {
    names.set(before.name, after.name);
    compareScheme(before, after, usersOf(before.name), facts);
  }
  return names;
}

/** Members of a scheme that clients have built in, with the kind of their change. */
const members = [
  ['name', 'security-name-changed'],
  ['in', 'security-place-changed'],
  ['scheme', 'security-http-scheme-changed'],
  ['bearerFormat', 'security-bearer-format-changed'],
  ['openIdConnectUrl', 'security-discovery-url-changed'],
] as const;

function compareScheme(
  base: SecurityScheme,
  revision: SecurityScheme,
  operations: readonly string[],
  facts: Facts,
): void {
  const about = { direction: 'none', name: revision.name, base, revision, operations } as const;
  const changed = (kind: string, before: JsonValue | undefined, after: JsonValue | undefined): void => {
    if (!isSame(before, after)) facts.changes.push({ ...about, kind, before: before ?? null, after: after ?? null });
  };
  changed('security-scheme-renamed', base.name, revision.name);
  if (base.type !== revision.type) {
    changed('security-type-changed', base.type, revision.type);
    return;
  }
  for (const [member, kind] of members) {
    // HTTP authentication schemes are case-insensitive (RFC 9110, section 11.1).
    const read = ({ raw }: SecurityScheme): JsonValue | undefined =>
      member === 'scheme' && typeof raw[member] === 'string' ? raw[member].toLowerCase() : raw[member];
    changed(kind, read(base), read(revision));
  }
  const [before, after] = [objectOf(base.raw['flows']), objectOf(revision.raw['flows'])];
  const flows = listDifference(Object.keys(before), Object.keys(after));
  for (const flow of flows.removed)
    facts.changes.push({ ...about, kind: 'security-flow-removed', name: `${flow} of ${revision.name}` });
  for (const flow of flows.added)
    facts.changes.push({ ...about, kind: 'security-flow-added', name: `${flow} of ${revision.name}` });
  for (const flow of Object.keys(before))
    if (Object.hasOwn(after, flow)) compareFlow(flow, [objectOf(before[flow]), objectOf(after[flow])], about, facts);
}

function compareFlow(
  flow: string,
  [before, after]: readonly [JsonObject, JsonObject],
  about: {
    readonly direction: 'none';
    readonly name: string;
    readonly base: Sourced;
    readonly revision: Sourced;
    readonly operations: readonly string[];
  },
  facts: Facts,
): void {
  for (const url of ['authorizationUrl', 'tokenUrl', 'refreshUrl', 'deviceAuthorizationUrl'])
    if (!isSame(before[url], after[url]))
      facts.changes.push({
        ...about,
        kind: `security-flow-url-${before[url] === undefined ? 'added' : after[url] === undefined ? 'removed' : 'changed'}`,
        name: `${url} of ${flow} of ${about.name}`,
        before: before[url] ?? null,
        after: after[url] ?? null,
      });
  // AsyncAPI 3 calls the scopes of a flow `availableScopes`.
  const scopesOf = (found: JsonObject): readonly string[] =>
    Object.keys(objectOf(found['availableScopes'] ?? found['scopes']));
  const scopes = listDifference(scopesOf(before), scopesOf(after));
  for (const scope of scopes.removed)
    facts.changes.push({ ...about, kind: 'security-scope-removed', name: `${scope} of ${flow} of ${about.name}` });
  for (const scope of scopes.added)
    facts.changes.push({ ...about, kind: 'security-scope-added', name: `${scope} of ${flow} of ${about.name}` });
}

export interface Secured extends Sourced {
  readonly security?: readonly SecurityRequirement[];
}

/** Alternatives of security; what has none, or an empty one, is open to everybody. */
export function compareSecurity(
  [base, revision]: readonly [Secured, Secured],
  names: SchemeNames,
  operation: string,
  facts: Facts,
): void {
  const alternatives = ({ security }: Secured): readonly SecurityRequirement[] =>
    security === undefined || security.length === 0 ? [new Map()] : security;
  const about = { operation, direction: 'none', base, revision } as const;
  const renamed = (alternative: SecurityRequirement): SecurityRequirement =>
    new Map([...alternative].map(([name, scopes]) => [names.get(name) ?? name, scopes] as const));
  /** Whoever satisfies `left` satisfies `right`. */
  const implies = (left: SecurityRequirement, right: SecurityRequirement): boolean =>
    [...right].every(([name, scopes]) => left.has(name) && scopes.every((scope) => left.get(name)?.includes(scope)));
  const [before, after] = [alternatives(base).map(renamed), alternatives(revision)];
  for (const alternative of before)
    if (!after.some((other) => implies(alternative, other)))
      facts.changes.push({
        ...about,
        kind: 'security-tightened',
        name: worded(alternative),
        before: before.map(worded).sort(),
        after: after.map(worded).sort(),
      });
  for (const alternative of after)
    if (!before.some((other) => implies(alternative, other)))
      facts.changes.push({ ...about, kind: 'security-alternative-added', name: worded(alternative) });
}

function worded(alternative: SecurityRequirement): string {
  return (
    [...alternative]
      .map(([name, scopes]) => (scopes.length === 0 ? name : `${name} (${[...scopes].sort().join(' ')})`))
      .sort()
      .join(' and ') || 'nothing'
  );
}
