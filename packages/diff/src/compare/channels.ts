import type { Channel, ChannelOperation, Contract, Message, Schema } from '@millwright/contract';
import type { Usage } from '../change.ts';
import { compareGovernance } from './governance.ts';
import type { Facts } from './operations.ts';
import { pairBy, pairRest } from './pairs.ts';

/** Messages travel where an operation sends or receives them; a channel without operations is open both ways. */
export function compareChannels(base: Contract, revision: Contract, facts: Facts): void {
  const pairs = pairRest(
    pairBy(base.channels, revision.channels, ({ key }) => key),
    ({ address }) => address ?? undefined,
  );
  for (const channel of pairs.removed)
    facts.changes.push({ kind: 'channel-removed', direction: 'none', operation: channel.key, base: channel });
  for (const channel of pairs.added)
    facts.changes.push({ kind: 'channel-added', direction: 'none', operation: channel.key, revision: channel });
  for (const [before, after] of pairs.both) compareChannel(before, after, facts);
  const operations = pairBy<ChannelOperation>(
    base.channelOperations,
    revision.channelOperations,
    ({ action, channel, id }) => `${action} ${channel.key} ${id}`,
  );
  const moved = pairRest(operations, ({ action, channel }) => `${action} ${channel.key}`);
  for (const operation of moved.removed)
    facts.changes.push({
      kind: `${operation.action}-operation-removed`,
      direction: 'none',
      operation: operation.id,
      base: operation,
    });
  for (const operation of moved.added)
    facts.changes.push({
      kind: `${operation.action}-operation-added`,
      direction: 'none',
      operation: operation.id,
      revision: operation,
    });
  for (const [before, after] of moved.both) {
    compareGovernance(before, after, { operation: after.id }, facts);
    compareMessages(before.messages, after.messages, { operation: after.id, direction: after.action }, facts);
    if (before.reply !== undefined && after.reply !== undefined)
      compareMessages(
        before.reply.messages,
        after.reply.messages,
        { operation: `${after.id} reply`, direction: after.action === 'send' ? 'receive' : 'send' },
        facts,
      );
  }
  const used = new Set(base.channelOperations.map(({ channel }) => channel));
  for (const [before, after] of pairs.both)
    if (!used.has(before))
      for (const direction of ['receive', 'send'] as const)
        compareMessages(before.messages, after.messages, { operation: after.key, direction }, facts);
}

function compareChannel(base: Channel, revision: Channel, facts: Facts): void {
  const about = { operation: revision.key, direction: 'none', base, revision } as const;
  const template = (address: string | null): string | null => address?.replace(/\{[^{}]*\}/g, '{}') ?? null;
  if (template(base.address) !== template(revision.address))
    facts.changes.push({ ...about, kind: 'channel-address-changed', before: base.address, after: revision.address });
  const parameters = pairBy(base.parameters, revision.parameters, ({ name }) => name);
  for (const [before, after] of parameters.both)
    for (const value of before.enum ?? [])
      if (after.enum !== undefined && !after.enum.includes(value))
        facts.changes.push({ ...about, kind: 'channel-parameter-value-removed', name: `${after.name} ${value}` });
}

interface Travel {
  readonly operation: string;
  readonly direction: 'send' | 'receive';
}

function compareMessages(base: readonly Message[], revision: readonly Message[], travel: Travel, facts: Facts): void {
  const pairs = pairRest(
    pairBy(base, revision, ({ name }) => name),
    ({ key }) => key,
  );
  for (const message of pairs.removed)
    facts.changes.push({ ...travel, kind: 'message-removed', name: message.name, base: message });
  for (const message of pairs.added)
    facts.changes.push({ ...travel, kind: 'message-added', name: message.name, revision: message });
  for (const [before, after] of pairs.both) {
    if (before.contentType !== after.contentType)
      facts.changes.push({
        ...travel,
        kind: 'message-content-type-changed',
        name: after.name,
        base: before,
        revision: after,
        before: before.contentType,
        after: after.contentType,
      });
    const use = (place: string, left: Schema | undefined, right: Schema | undefined): Usage[] =>
      left === undefined || right === undefined
        ? []
        : [{ ...travel, place: `${after.name} ${place}`, base: left, revision: right }];
    facts.usages.push(
      ...use('payload', before.payload, after.payload),
      ...use('headers', before.headers, after.headers),
    );
  }
}
