import type { Message, Schema } from '@millwright/contract';
import { compareBindings } from './bindings.ts';
import { anything, type Facts, type Place, use } from './facts.ts';
import { compareForeignSchemas } from './foreign-schemas.ts';
import { compareGovernance, type Parents } from './governance.ts';
import { pairBy, pairRest } from './pairs.ts';
import { compareEndings, removalOf } from './sunset.ts';
import { compareTagNames } from './tags.ts';
import { textOf } from './values.ts';

export interface MessageTravel extends Place {
  /** Governance that the messages may have from what holds them. */
  readonly parents: Parents;
}

/** Messages by name, then by key, then by the same payload: the name of a message does not travel. */
export function compareMessages(
  base: readonly Message[],
  revision: readonly Message[],
  travel: MessageTravel,
  facts: Facts,
): void {
  const pairs = pairRest(
    pairRest(
      pairBy(base, revision, ({ name }) => name),
      ({ key }) => key,
    ),
    ({ payload, contentType }) => (payload === undefined ? undefined : `${contentType} ${textOf(payload.raw)}`),
  );
  const about = { operation: travel.operation, direction: travel.direction } as const;
  for (const message of pairs.removed)
    facts.changes.push({
      ...about,
      kind: `message-removed${removalOf(message)}`,
      name: message.name,
      base: message,
    });
  for (const message of pairs.added)
    facts.changes.push({ ...about, kind: 'message-added', name: message.name, revision: message });
  for (const [before, after] of pairs.both) compareMessage(before, after, travel, facts);
}

function compareMessage(base: Message, revision: Message, travel: MessageTravel, facts: Facts): void {
  const { operation } = travel;
  const both = { operation, direction: 'none', name: revision.name, base, revision } as const;
  if (base.name !== revision.name)
    facts.changes.push({ ...both, kind: 'message-renamed', before: base.name, after: revision.name });
  if (base.contentType !== revision.contentType)
    facts.changes.push({
      ...both,
      kind: 'message-content-type-changed',
      before: base.contentType,
      after: revision.contentType,
    });
  const [before, after] = [base.correlationIdLocation, revision.correlationIdLocation];
  if (before !== after)
    facts.changes.push({
      ...both,
      direction: before === undefined || after === undefined ? travel.direction : 'none',
      kind: `correlation-id-${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`,
      before: before ?? null,
      after: after ?? null,
    });
  compareTagNames(base.tags, revision.tags, { ...both, operation: `message ${revision.name}` }, facts);
  compareEndings('message', [base, revision], { operation, name: revision.name }, facts);
  compareBindings([base, revision], `${operation} ${revision.name}`, facts);
  compareGovernance(base, revision, { operation: `message ${revision.name}`, parents: travel.parents }, facts);
  use(facts, [base, base.payload], [revision, revision.payload], { ...travel, place: `${revision.name} payload` });
  useHeaders(base, revision, travel, facts);
  compareForeignSchemas(base, revision, operation, facts);
}

/** Headers are always an object (AsyncAPI, Message Object), so what says nothing of them says that. */
function useHeaders(base: Message, revision: Message, travel: Place, facts: Facts): void {
  const [left, right] = [base.headers, revision.headers];
  const anyHeaders = (owner: Message, other: Schema): Schema => {
    const { boolean: _, ...open } = anything(owner, other);
    return { ...open, raw: { type: 'object' }, type: ['object'] };
  };
  use(
    facts,
    [base, left ?? (right && anyHeaders(base, right))],
    [revision, right ?? (left && anyHeaders(revision, left))],
    { ...travel, place: `${revision.name} headers` },
  );
}
