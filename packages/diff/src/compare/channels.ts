import type { Channel, ChannelOperation, Contract } from '@millwright/contract';
import { compareBindings } from './bindings.ts';
import { type Facts, listDifference } from './facts.ts';
import { compareGovernance, type Parents } from './governance.ts';
import { compareMessages } from './messages.ts';
import { type Pairs, pairBy, pairRest } from './pairs.ts';
import { compareSecurity, type RenamedSchemes } from './security.ts';
import { compareAllowed } from './servers.ts';
import { removalOf } from './sunset.ts';
import { compareTagNames, tagNamesOf } from './tags.ts';
import { isSame, rawOf } from './values.ts';

/** `orders.{plant}.released`, whatever the parameter is called. */
const template = (address: string | null): string | null => address?.replace(/\{[^{}]*\}/g, '{}') ?? null;

/** Messages travel where an operation sends or receives them; a channel without operations is open both ways. */
export function compareChannels(base: Contract, revision: Contract, names: RenamedSchemes, facts: Facts): void {
  const pairs = pairRest(
    pairRest(
      pairBy(base.channels, revision.channels, ({ entry, key }) => `${entry.domain} ${key}`),
      ({ key }) => key,
    ),
    ({ address }) => template(address) ?? undefined,
  );
  for (const channel of pairs.removed)
    facts.changes.push({
      kind: `channel-removed${removalOf(channel)}`,
      direction: 'none',
      operation: channel.key,
      base: channel,
    });
  for (const channel of pairs.added)
    facts.changes.push({ kind: 'channel-added', direction: 'none', operation: channel.key, revision: channel });
  for (const [before, after] of pairs.both) compareChannel(before, after, facts);
  compareChannelOperations(base, revision, { pairs, names }, facts);
  const [before, after] = [base, revision].map(usedChannels) as [ReadonlySet<Channel>, ReadonlySet<Channel>];
  for (const [left, right] of pairs.both)
    if (!before.has(left) || !after.has(right))
      for (const direction of ['receive', 'send'] as const)
        compareMessages(
          left.messages,
          right.messages,
          { operation: right.key, direction, place: '', parents: parentsOf(left, right) },
          facts,
        );
}

const usedChannels = ({ channelOperations }: Contract): ReadonlySet<Channel> =>
  new Set(channelOperations.flatMap(({ channel, reply }) => [channel, reply?.channel ?? channel]));

/** Whoever is governed inside a channel may have it from the channel or from the document. */
const parentsOf = (base: Channel, revision: Channel): Parents => [
  [base.governance, revision.governance],
  [base.entry.governance, revision.entry.governance],
];

function compareChannel(base: Channel, revision: Channel, facts: Facts): void {
  const about = { operation: revision.key, direction: 'none', base, revision } as const;
  if (base.key !== revision.key && base.key !== base.address)
    facts.changes.push({ ...about, kind: 'channel-renamed', before: base.key, after: revision.key });
  if (template(base.address) !== template(revision.address))
    facts.changes.push({
      ...about,
      kind:
        base.address === null
          ? 'channel-address-declared'
          : revision.address === null
            ? 'channel-address-undeclared'
            : 'channel-address-changed',
      before: base.address,
      after: revision.address,
    });
  compareTagNames(tagNamesOf(base), tagNamesOf(revision), about, facts);
  compareChannelParameters(base, revision, facts);
  const servers = listDifference(base.servers.map(nameOfServer), revision.servers.map(nameOfServer));
  const known = listDifference(base.entry.servers.map(nameOfServer), revision.entry.servers.map(nameOfServer));
  // A server that the document lost or got is told there.
  for (const name of servers.removed)
    if (!known.removed.includes(name)) facts.changes.push({ ...about, kind: 'channel-server-removed', name });
  for (const name of servers.added)
    if (!known.added.includes(name)) facts.changes.push({ ...about, kind: 'channel-server-added', name });
  compareBindings([base, revision], revision.key, facts);
  compareGovernance(
    base,
    revision,
    { operation: revision.key, parents: [[base.entry.governance, revision.entry.governance]] },
    facts,
  );
}

const nameOfServer = ({ name, url }: Channel['servers'][number]): string => name ?? url;

/** Parameters by their place in the address, then by name. */
function compareChannelParameters(base: Channel, revision: Channel, facts: Facts): void {
  const keyed = ({ address, parameters }: Channel): readonly (readonly [string, Channel['parameters'][number]])[] => {
    const order = [...(address ?? '').matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
    return parameters.map((parameter) => [String(order.indexOf(parameter.name)), parameter] as const);
  };
  const isSameAddress = template(base.address) === template(revision.address);
  const pairs = pairBy(keyed(base), keyed(revision), ([place, { name }]) =>
    isSameAddress && place !== '-1' ? place : name,
  );
  const about = { operation: revision.key, direction: 'none' } as const;
  for (const [, parameter] of pairs.removed)
    facts.changes.push({ ...about, kind: 'channel-parameter-removed', name: parameter.name, base: parameter });
  for (const [, parameter] of pairs.added)
    facts.changes.push({ ...about, kind: 'channel-parameter-added', name: parameter.name, revision: parameter });
  for (const [[, before], [, after]] of pairs.both) {
    const both = { ...about, name: after.name, base: before, revision: after };
    if (before.name !== after.name)
      facts.changes.push({ ...both, kind: 'channel-parameter-renamed', before: before.name, after: after.name });
    compareAllowed('channel-parameter', [before.enum, after.enum], both, facts);
    const [was, is] = [before, after].map((parameter) => rawOf(parameter)['location']);
    if (!isSame(was, is))
      facts.changes.push({
        ...both,
        kind: `channel-parameter-location-${was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'}`,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      });
    if (before.default !== after.default)
      facts.changes.push({
        ...both,
        kind: 'channel-parameter-default-changed',
        before: before.default ?? null,
        after: after.default ?? null,
      });
  }
}

interface Known {
  readonly pairs: Pairs<Channel>;
  readonly names: RenamedSchemes;
}

/** Operations by id; then, for one that was renamed, by what it does with which channel. */
function compareChannelOperations(base: Contract, revision: Contract, { pairs, names }: Known, facts: Facts): void {
  const renamed = new Map(pairs.both.map(([before, after]) => [before, after] as const));
  const channelOf = ({ channel }: ChannelOperation): string => (renamed.get(channel) ?? channel).key;
  const found = pairRest(
    pairRest(
      pairBy(
        base.channelOperations,
        revision.channelOperations,
        (operation) => `${operation.action} ${channelOf(operation)} ${operation.id}`,
      ),
      (operation) => `${operation.action} ${operation.id}`,
    ),
    (operation) => `${operation.action} ${channelOf(operation)}`,
  );
  const turned = pairRest({ both: [], removed: found.removed, added: found.added }, ({ id }) => id);
  for (const operation of turned.removed)
    facts.changes.push({
      kind: `${operation.action}-operation-removed${removalOf(operation)}`,
      direction: 'none',
      operation: operation.id,
      base: operation,
    });
  for (const operation of turned.added)
    facts.changes.push({
      kind: `${operation.action}-operation-added`,
      direction: 'none',
      operation: operation.id,
      revision: operation,
    });
  for (const [before, after] of turned.both)
    facts.changes.push({
      kind: 'operation-turned-round',
      direction: 'none',
      operation: after.id,
      base: before,
      revision: after,
      before: before.action,
      after: after.action,
    });
  for (const [before, after] of found.both) {
    const both = { operation: after.id, direction: 'none', base: before, revision: after } as const;
    if (before.id !== after.id && !before.id.startsWith(`${before.action} `))
      facts.changes.push({ ...both, kind: 'channel-operation-renamed', before: before.id, after: after.id });
    if (channelOf(before) !== after.channel.key)
      facts.changes.push({
        ...both,
        kind: 'operation-channel-changed',
        before: before.channel.key,
        after: after.channel.key,
      });
    compareChannelOperation(before, after, names, facts);
  }
}

function compareChannelOperation(
  base: ChannelOperation,
  revision: ChannelOperation,
  names: RenamedSchemes,
  facts: Facts,
): void {
  const operation = revision.id;
  compareGovernance(base, revision, { operation, parents: parentsOf(base.channel, revision.channel) }, facts);
  compareSecurity([base, revision], names(base.entry), operation, facts);
  compareBindings([base, revision], operation, facts);
  const tags = listDifference(base.tags, revision.tags);
  const both = { operation, direction: 'none', base, revision } as const;
  for (const name of tags.removed) facts.changes.push({ ...both, kind: 'operation-tag-removed', name });
  for (const name of tags.added) facts.changes.push({ ...both, kind: 'operation-tag-added', name });
  const parents: Parents = [[base.governance, revision.governance], ...parentsOf(base.channel, revision.channel)];
  compareMessages(
    base.messages,
    revision.messages,
    { operation, direction: revision.action, place: '', parents },
    facts,
  );
  compareReply(base, revision, parents, facts);
}

/** Who receives a request sends the reply, and the other way round. */
function compareReply(base: ChannelOperation, revision: ChannelOperation, parents: Parents, facts: Facts): void {
  const operation = revision.id;
  const direction = revision.action === 'send' ? 'receive' : 'send';
  const [before, after] = [base.reply, revision.reply];
  if (before === undefined && after !== undefined)
    facts.changes.push({ operation, direction, kind: 'reply-added', revision: after });
  if (before !== undefined && after === undefined)
    facts.changes.push({ operation, direction, kind: 'reply-removed', base: before });
  if (before === undefined || after === undefined) return;
  const both = { operation, direction: 'none', base: before, revision: after } as const;
  if (before.addressLocation !== after.addressLocation)
    facts.changes.push({
      ...both,
      kind: 'reply-address-changed',
      before: before.addressLocation ?? null,
      after: after.addressLocation ?? null,
    });
  if (template(before.channel?.address ?? null) !== template(after.channel?.address ?? null))
    facts.changes.push({
      ...both,
      kind: 'reply-channel-changed',
      before: before.channel?.address ?? null,
      after: after.channel?.address ?? null,
    });
  const travel = { operation: `${operation} reply`, direction, place: '', parents } as const;
  compareMessages(before.messages, after.messages, travel, facts);
}
