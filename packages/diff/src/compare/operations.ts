import { type ContractEntry, member, type Operation } from '@millwright/contract';
import type { Facts, Place } from './facts.ts';
import { listDifference } from './facts.ts';
import { compareGovernance } from './governance.ts';
import { pairBy, pairRest } from './pairs.ts';
import { compareParameters } from './parameters.ts';
import { compareBodies, compareResponses } from './responses.ts';
import { compareSecurity, type RenamedSchemes, type SchemeNames, type Secured } from './security.ts';
import { compareServers } from './servers.ts';
import { stabilityFacts } from './stability.ts';
import { compareEndings, removalOf } from './sunset.ts';
import { objectOf, rawOf } from './values.ts';

/** `GET /items/{itemNumber}` as a reader knows it. */
export const nameOf = ({ method, path, surface }: Operation): string =>
  `${surface === 'path' ? '' : `${surface} `}${method.toUpperCase()} ${path}`;

/** The same path, whatever its parameters are called. A callback's expression and a webhook's name have no parameters. */
const placeOf = (operation: Operation): string =>
  operation.surface === 'path' ? nameOf(operation).replace(/\{[^{}]*\}/g, '{}') : nameOf(operation);

const kinds = { path: 'operation', webhook: 'webhook', callback: 'callback' } as const;

export interface Circumstances {
  readonly names: RenamedSchemes;
  /** The operation that a callback belongs to. */
  readonly owner?: string;
}

/** Operations are known by method and path, then by operationId, so that a moved one is not removed and added. */
export function compareOperations(
  base: readonly Operation[],
  revision: readonly Operation[],
  circumstances: Circumstances,
  facts: Facts,
): void {
  const inFile = pairBy(base, revision, (operation) => `${operation.entry.domain} ${placeOf(operation)}`);
  const byId = pairRest(pairRest(inFile, placeOf), ({ operationId }) => operationId);
  // Of several callbacks that changed their expression nobody can tell which became which.
  const isOneCallback = byId.removed.length === 1 && byId.added.length === 1 && byId.removed[0]?.surface === 'callback';
  const pairs = isOneCallback ? pairRest(byId, ({ method }) => method) : byId;
  const full = (operation: Operation): string =>
    circumstances.owner === undefined ? nameOf(operation) : `${circumstances.owner} ${nameOf(operation)}`;
  for (const operation of pairs.removed)
    facts.changes.push({
      kind: `${kinds[operation.surface]}-removed${removalOf(operation)}`,
      direction: 'none',
      operation: full(operation),
      base: operation,
    });
  for (const operation of pairs.added)
    facts.changes.push({
      kind: `${kinds[operation.surface]}-added`,
      direction: 'none',
      operation: full(operation),
      revision: operation,
    });
  for (const [before, after] of pairs.both) compareOperation([before, after], full(after), circumstances, facts);
}

function compareOperation(
  [base, revision]: readonly [Operation, Operation],
  operation: string,
  { names }: Circumstances,
  facts: Facts,
): void {
  const about = { operation, direction: 'none', base, revision } as const;
  // The application itself makes the requests of webhooks and callbacks.
  const isMade = revision.surface !== 'path';
  const asked: Omit<Place, 'place'> = { operation, direction: isMade ? 'send' : 'request' };
  const answered: Omit<Place, 'place'> = { operation, direction: isMade ? 'receive' : 'response' };
  if (placeOf(base) !== placeOf(revision))
    facts.changes.push({
      ...about,
      kind: `${kinds[revision.surface]}-moved`,
      before: nameOf(base),
      after: nameOf(revision),
    });
  else if (base.path !== revision.path)
    facts.changes.push({ ...about, kind: 'path-parameter-renamed', before: base.path, after: revision.path });
  compareIdentity(base, revision, operation, facts);
  compareEndings('operation', [base, revision], { operation }, facts);
  facts.changes.push(...stabilityFacts(base, revision).map((fact) => ({ ...about, ...fact })));
  compareParameters(base, revision, asked, facts);
  compareBodies(base, revision, asked, facts);
  compareResponses(base, revision, answered, facts);
  if (isMade) compareCredentials([base, revision], names(base.entry), operation, facts);
  else compareSecurity(securedBy(base, revision), names(base.entry), operation, facts);
  if (hasOwnServers(base) || hasOwnServers(revision))
    compareServers(base.servers, revision.servers, { operation, names: names(base.entry) }, facts);
  const parents = [[base.entry.governance, revision.entry.governance]] as const;
  compareGovernance(base, revision, { operation, parents }, facts);
  compareOperations(base.callbacks, revision.callbacks, { names, owner: operation }, facts);
}

function compareIdentity(base: Operation, revision: Operation, operation: string, facts: Facts): void {
  const about = { operation, direction: 'none', base, revision } as const;
  const [before, after] = [base.operationId, revision.operationId];
  if (before !== after)
    facts.changes.push({
      ...about,
      kind:
        before === undefined
          ? 'operation-id-added'
          : after === undefined
            ? 'operation-id-removed'
            : 'operation-id-changed',
      before: before ?? null,
      after: after ?? null,
    });
  const tags = listDifference(base.tags, revision.tags);
  for (const name of tags.removed) facts.changes.push({ ...about, kind: 'operation-tag-removed', name });
  for (const name of tags.added) facts.changes.push({ ...about, kind: 'operation-tag-added', name });
}

/** What the listener of a webhook or callback is shown as credentials: any change is one that it must know. */
function compareCredentials(
  [base, revision]: readonly [Operation, Operation],
  names: SchemeNames,
  operation: string,
  facts: Facts,
): void {
  const found: Facts = { changes: [], usages: [] };
  compareSecurity([base, revision], names, operation, found);
  for (const change of found.changes)
    facts.changes.push({
      ...change,
      kind: change.kind === 'security-tightened' ? 'credentials-removed' : 'credentials-added',
    });
}

/** Where neither says anything of its own, the demand of the document changed: then all of its operations tell it together. */
function securedBy(base: Operation, revision: Operation): readonly [Secured, Secured] {
  if (member(rawOf(base), 'security') !== undefined || member(rawOf(revision), 'security') !== undefined)
    return [base, revision];
  const ofDocument = ({ entry, security }: Operation): Secured => ({
    document: entry.document,
    pointer: member(objectOf(entry.document.value), 'security') === undefined ? '' : '/security',
    ...(security === undefined ? {} : { security }),
  });
  return [ofDocument(base), ofDocument(revision)];
}

/** Servers of the document are compared once, for the document. */
function hasOwnServers({ servers, entry }: Operation): boolean {
  const inherited = new Set(entry.servers.map(placeOfServer));
  return servers.some((server) => !inherited.has(placeOfServer(server)));
}

const placeOfServer = ({ document, pointer }: ContractEntry['servers'][number]): string => `${document.uri}#${pointer}`;
