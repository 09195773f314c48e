import type { JsonObject, Server } from '@millwright/contract';
import { compareBindings } from './bindings.ts';
import { type Facts, listDifference } from './facts.ts';
import { pairBy, pairRest } from './pairs.ts';
import { compareSecurity, type SchemeNames } from './security.ts';
import { compareTagNames, tagNamesOf } from './tags.ts';
import { isSame, rawOf, textsOf } from './values.ts';

/** A trailing slash and the names of variables do not make another address. */
const addressOf = ({ url }: Server): string => url.replace(/\{[^{}]*\}/g, '{}').replace(/\/$/, '');

/** Where an application can be reached. Named servers (AsyncAPI, OpenAPI 3.2) are known by their name, others by their url. */
export function compareServers(
  base: readonly Server[],
  revision: readonly Server[],
  { operation, names }: { readonly operation: string; readonly names: SchemeNames },
  facts: Facts,
): void {
  const pairs = pairRest(
    pairBy(base, revision, (server) => addressOf(server)),
    ({ name }) => name,
  );
  const about = { operation, direction: 'none' } as const;
  for (const server of pairs.removed)
    facts.changes.push({ ...about, kind: 'server-removed', name: server.url, base: server });
  for (const server of pairs.added)
    facts.changes.push({ ...about, kind: 'server-added', name: server.url, revision: server });
  for (const [before, after] of pairs.both) {
    const both = { ...about, name: after.name ?? after.url, base: before, revision: after };
    if (before.protocol !== after.protocol)
      facts.changes.push({
        ...both,
        kind: 'server-protocol-changed',
        before: before.protocol ?? null,
        after: after.protocol ?? null,
      });
    else if (addressOf(before) !== addressOf(after))
      facts.changes.push({ ...both, kind: 'server-url-changed', before: before.url, after: after.url });
    compareTagNames(tagNamesOf(before), tagNamesOf(after), { ...both, operation: `server ${both.name}` }, facts);
    compareProtocolVersions(before, after, both, facts);
    compareVariables(before, after, operation, facts);
    if (after.protocol !== undefined)
      compareSecurity([before, after], names, `server ${after.name ?? after.url}`, facts);
    compareBindings([before, after], `server ${after.name ?? after.url}`, facts);
  }
}

function compareProtocolVersions(
  base: Server,
  revision: Server,
  about: Omit<Facts['changes'][number], 'kind'>,
  facts: Facts,
): void {
  const [before, after] = [base, revision].map((server) => rawOf(server)['protocolVersion']);
  if (isSame(before, after)) return;
  const word = before === undefined ? 'declared' : after === undefined ? 'undeclared' : 'changed';
  facts.changes.push({
    ...about,
    kind: `server-protocol-version-${word}`,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

/** Variables by their place in the address, so that a new name is no change; those that it does not use, by name. */
function compareVariables(base: Server, revision: Server, operation: string, facts: Facts): void {
  const keyed = ({ url, variables }: Server): readonly (readonly [key: string, name: string, value: JsonObject])[] => {
    const order = [...url.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
    return [...variables].map(([name, value]) => {
      const place = order.indexOf(name);
      return [place < 0 ? name : String(place), name, value] as const;
    });
  };
  const pairs = pairBy(keyed(base), keyed(revision), ([key]) => key);
  const about = { operation, direction: 'none', base, revision } as const;
  for (const [, name] of pairs.removed)
    facts.changes.push({ ...about, kind: 'server-variable-removed', name: `${name} of ${base.url}` });
  for (const [, name] of pairs.added)
    facts.changes.push({ ...about, kind: 'server-variable-added', name: `${name} of ${revision.url}` });
  for (const [[, , before], [, name, after]] of pairs.both) {
    const both = { ...about, name: `${name} of ${revision.url}` };
    if (before['default'] !== after['default'])
      facts.changes.push({
        ...both,
        kind: 'server-variable-default-changed',
        before: before['default'] ?? null,
        after: after['default'] ?? null,
      });
    compareAllowed('server-variable', [before['enum'], after['enum']].map(list), both, facts);
  }
}

const list = (value: JsonObject[string] | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : textsOf(value);

/** Texts that may be put into an address: a list less, more, or none at all, which means any text. */
export function compareAllowed(
  what: string,
  [before, after]: readonly (readonly string[] | undefined)[],
  about: Omit<Facts['changes'][number], 'kind'>,
  facts: Facts,
): void {
  if (before === undefined && after === undefined) return;
  if (before === undefined || after === undefined) {
    facts.changes.push({ ...about, kind: `${what}-${after === undefined ? 'freed' : 'restricted'}` });
    return;
  }
  const values = listDifference(before, after);
  for (const value of values.removed)
    facts.changes.push({ ...about, kind: `${what}-value-removed`, name: `${value} of ${about.name ?? ''}` });
  for (const value of values.added)
    facts.changes.push({ ...about, kind: `${what}-value-added`, name: `${value} of ${about.name ?? ''}` });
}
