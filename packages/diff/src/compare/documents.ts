import type { ChannelOperation, Contract, ContractEntry, JsonObject, Operation } from '@millwright/contract';
import type { Facts } from './facts.ts';
import { compareGovernance } from './governance.ts';
import { nameOf } from './operations.ts';
import { type Pairs, pairBy } from './pairs.ts';
import { compareSecuritySchemes, type RenamedSchemes, type SchemeNames } from './security.ts';
import { compareServers } from './servers.ts';
import { compareTagNames } from './tags.ts';
import { isAlike, isSame, objectOf, rawOf } from './values.ts';

/** Documents by file name; a single one of its kind is compared whatever it is called. */
export function pairEntries(base: Contract, revision: Contract): Pairs<ContractEntry> {
  const pairs = pairBy(base.entries, revision.entries, ({ kind, domain }) => `${kind} ${domain}`);
  const lone = (entries: readonly ContractEntry[], { kind }: ContractEntry): boolean =>
    entries.filter((entry) => entry.kind === kind).length === 1;
  const renamed = pairs.removed.flatMap((before) => {
    const after = pairs.added.find(({ kind }) => kind === before.kind);
    return after !== undefined && lone(base.entries, before) && lone(revision.entries, after)
      ? [[before, after] as const]
      : [];
  });
  const found = new Set(renamed.flat());
  return {
    both: [...pairs.both, ...renamed],
    removed: pairs.removed.filter((entry) => !found.has(entry)),
    added: pairs.added.filter((entry) => !found.has(entry)),
  };
}

/** What a document says of all that it holds. */
export function compareDocuments(base: Contract, { both }: Pairs<ContractEntry>, facts: Facts): RenamedSchemes {
  const names = new Map<ContractEntry, SchemeNames>();
  for (const [before, after] of both) {
    const operation = after.domain;
    const renamed = compareSecuritySchemes([before, after], (name) => usersOf(base, before, name), facts);
    names.set(before, renamed);
    compareServers(before.servers, after.servers, { operation, names: renamed }, facts);
    compareTerms(before, after, facts);
    compareTags(before, after, facts);
    compareGovernance(before, after, { operation, parents: [] }, facts);
  }
  return (base) => names.get(base) ?? new Map();
}

/** Operations that can be called with a scheme. */
function usersOf({ operations, channelOperations }: Contract, entry: ContractEntry, scheme: string): readonly string[] {
  const isUsed = (operation: Operation | ChannelOperation): boolean =>
    operation.entry === entry && operation.security?.some((alternative) => alternative.has(scheme)) === true;
  return [...operations.filter(isUsed).map(nameOf), ...channelOperations.filter(isUsed).map(({ id }) => id)].sort();
}

/** What people agreed to, and what the application calls itself. */
function compareTerms(base: ContractEntry, revision: ContractEntry, facts: Facts): void {
  const about = { operation: revision.domain, direction: 'none', base, revision } as const;
  const [before, after] = [base, revision].map(rawOf) as [JsonObject, JsonObject];
  for (const [member, kind] of [
    ['termsOfService', 'terms-of-service-changed'],
    ['license', 'license-changed'],
    ['contact', 'api-contact-changed'],
  ] as const)
    if (!isAlike(objectOf(before['info'])[member], objectOf(after['info'])[member]))
      facts.changes.push({ ...about, kind });
  if (revision.kind === 'asyncapi' && !isSame(before['id'], after['id']))
    facts.changes.push({ ...about, kind: 'application-id-changed' });
}

function compareTags(base: ContractEntry, revision: ContractEntry, facts: Facts): void {
  const about = { operation: revision.domain, direction: 'none', base, revision } as const;
  const namesOf = ({ tags }: ContractEntry): readonly string[] => tags.map(({ name }) => name);
  compareTagNames(namesOf(base), namesOf(revision), about, facts);
  for (const before of base.tags) {
    const after = revision.tags.find(({ name }) => name === before.name);
    if (after !== undefined && (before.parent !== after.parent || before.kind !== after.kind))
      facts.changes.push({ ...about, kind: 'tag-moved', name: after.name });
  }
}

/** The version says how much changed; numbers that are no numbers are not compared. */
export function compareVersions({ both }: Pairs<ContractEntry>, facts: Facts): void {
  const changed = new Set(facts.changes.flatMap((change) => [change.base?.document, change.revision?.document]));
  for (const [base, revision] of both) {
    if (base.version === '' && revision.version === '') continue;
    const about = {
      operation: revision.domain,
      direction: 'none',
      base,
      revision,
      before: base.version,
      after: revision.version,
    } as const;
    if (base.version === revision.version) {
      if (changed.has(base.document) || changed.has(revision.document))
        facts.changes.push({ ...about, kind: 'version-not-bumped' });
    } else if (isLower(revision.version, base.version)) facts.changes.push({ ...about, kind: 'version-decreased' });
  }
}

function isLower(left: string, right: string): boolean {
  const numbers = (version: string): readonly number[] | undefined =>
    /^v?\d+(\.\d+)*/.exec(version)?.[0].replace('v', '').split('.').map(Number);
  const [first, second] = [numbers(left), numbers(right)];
  if (first === undefined || second === undefined) return false;
  const at = Array.from({ length: Math.max(first.length, second.length) }, (_, index) => index).find(
    (index) => (first[index] ?? 0) !== (second[index] ?? 0),
  );
  return at !== undefined && (first[at] ?? 0) < (second[at] ?? 0);
}
