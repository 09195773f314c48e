import { broken, gone, keep, noticed, removals, renamed, safe, sunsets, towards, type Verdicts } from './verdict.ts';

const nowhere = 'Messages go where nobody listens.';
const both = 'Serve both until the old one has no reader.';

const channels: Verdicts = {
  ...removals('channel', 'Channel {operation} was removed', gone),
  'channel-added': safe('Channel {operation} was added'),
  'channel-renamed': renamed(
    'Channel {before} was renamed to {after}',
    'Generated code has another name; the address is the same.',
    'Keep the key.',
  ),
  'channel-address-changed': broken(
    'The address of channel {operation} changed from {before} to {after}',
    nowhere,
    both,
  ),
  'channel-address-declared': safe('Channel {operation} has the address {after}'),
  'channel-address-undeclared': noticed(
    'Channel {operation} no longer declares its address {before}',
    'Whoever connects must learn it elsewhere.',
    'Keep the address.',
  ),
  'channel-server-added': safe('Channel {operation} is on server {name}'),
  'channel-server-removed': broken('Channel {operation} is no longer on server {name}', nowhere, both),
  'channel-parameter-added': noticed(
    'The parameter {name} was added to channel {operation}',
    'Whoever builds the address does not fill it in.',
    'Give it a default, or a channel of its own.',
  ),
  'channel-parameter-removed': noticed(
    'The parameter {name} was removed from channel {operation}',
    'Whoever fills it in builds another address.',
    'Keep it.',
  ),
  'channel-parameter-renamed': renamed(
    'A parameter of channel {operation} was renamed: {before} became {after}',
    'Generated functions take another argument; the address is the same.',
    'Keep the name.',
  ),
  'channel-parameter-default-changed': noticed(
    'The default of parameter {name} of channel {operation} is {after}, no longer {before}',
    'Whoever does not fill it in gets another address.',
    'Keep the default.',
  ),
  'channel-parameter-location-added': safe('Parameter {name} of channel {operation} stands in {after} of its messages'),
  'channel-parameter-location-removed': noticed(
    'Parameter {name} of channel {operation} no longer stands in {before} of its messages',
    'Whoever reads it there finds nothing.',
    'Keep it in the message.',
  ),
  'channel-parameter-location-changed': broken(
    'Parameter {name} of channel {operation} stands in {after} of its messages, no longer in {before}',
    'Whoever builds the address from a message goes elsewhere.',
    'Carry it in both places.',
  ),
  'channel-parameter-restricted': broken(
    'Parameter {name} of channel {operation} takes only listed values',
    'Addresses with other values are gone.',
    'List every value that is in use.',
  ),
  'channel-parameter-freed': safe('Parameter {name} of channel {operation} takes any value'),
  'channel-parameter-value-removed': broken(
    'Channel {operation} no longer takes {name}',
    'Addresses with this value are gone.',
    keep,
  ),
  'channel-parameter-value-added': safe('Channel {operation} takes {name}'),
};

const operations: Verdicts = {
  ...removals('send-operation', '{operation} is no longer sent', 'Subscribers wait for ever.'),
  ...removals('receive-operation', '{operation} is no longer received', 'What publishers send is lost.'),
  'send-operation-added': safe('{operation} is sent'),
  'receive-operation-added': safe('{operation} is received'),
  'operation-turned-round': broken(
    '{operation} turned round: it was to {before}, now it is to {after}',
    'Subscribers wait for ever, and what publishers send is lost.',
    'Give the other direction an operation of its own.',
  ),
  'operation-channel-changed': broken('{operation} moved from channel {before} to {after}', nowhere, both),
  'channel-operation-renamed': renamed(
    'Operation {before} was renamed to {after}',
    'Generated functions get another name; the wire is the same.',
    'Keep the key.',
  ),
  'receive reply-added': broken(
    '{operation} now waits for a reply',
    'Receivers that do not answer are taken for failed.',
    'Make it an operation of its own.',
  ),
  'receive reply-removed': noticed('{operation} no longer takes a reply', 'Receivers still answer; it is lost.', keep),
  'send reply-added': safe('{operation} is answered'),
  'send reply-removed': broken('{operation} is no longer answered', 'Whoever asks waits for ever.', keep),
  'reply-address-changed': broken(
    'The reply to {operation} is sent to what stands in {after}, no longer in {before}',
    'Replies go where nobody waits.',
    'Read the old place too.',
  ),
  'reply-channel-changed': broken(
    'The reply to {operation} travels on {after}, no longer on {before}',
    'Replies go where nobody waits.',
    both,
  ),
};

const messages: Verdicts = {
  ...towards(['send'], {
    ...removals('message', '{operation} no longer sends message {name}', 'Subscribers wait for ever.'),
    'message-added': noticed(
      '{operation} can send message {name}',
      'Subscribers that know the old messages only meet a new one.',
      'Give it a channel of its own, or announce it.',
    ),
    'correlation-id-added': safe('Message {name} of {operation} carries a correlation id'),
    'correlation-id-removed': broken(
      'Message {name} of {operation} no longer carries a correlation id',
      'Whoever brings messages together by it cannot.',
      'Keep it.',
    ),
  }),
  ...towards(['receive'], {
    ...removals('message', '{operation} no longer takes message {name}', 'What publishers send is refused.'),
    'message-added': safe('{operation} takes message {name}'),
    'correlation-id-added': noticed(
      'Message {name} of {operation} is read for a correlation id',
      'Publishers that do not set it are not brought together.',
      'Bear its absence.',
    ),
    'correlation-id-removed': safe('Message {name} of {operation} is no longer read for a correlation id'),
  }),
  'correlation-id-changed': broken(
    'The correlation id of message {name} of {operation} stands in {after}, no longer in {before}',
    'Whoever brings messages together by it cannot.',
    'Carry it in both places.',
  ),
  'message-renamed': renamed(
    'Message {before} of {operation} was renamed to {after}',
    'Generated types get another name; what travels is the same.',
    'Keep the name.',
  ),
  ...sunsets('message-sunset', 'Message {name} of {operation}'),
  'message-deprecated': safe('Message {name} of {operation} was deprecated'),
  'message-reactivated': safe('Message {name} of {operation} is no longer deprecated'),
  'foreign-schema-changed': broken(
    'The {name} in {operation} is of another schema, in a language that is not JSON Schema',
    'Nobody can prove here that old readers and writers keep working.',
    'Have the schema registry of that language compare the two.',
  ),
  'message-content-type-changed': broken(
    'Message {name} of {operation} is written as {after}, no longer as {before}',
    'Readers cannot decode it.',
    'Send the new form as a message of its own.',
  ),
};

const bindings: Verdicts = {
  'binding-added': safe('{operation} has settings for {name}'),
  'binding-removed': noticed(
    '{operation} no longer has settings for {name}',
    'The defaults of the protocol hold instead.',
    'Keep the settings.',
  ),
  'binding-setting-added': noticed(
    'The setting {name} of {operation} is {after}, and was not given before',
    'Whoever relies on what the protocol or the broker does without it meets another behaviour.',
    'Announce the setting.',
  ),
  'binding-setting-removed': noticed(
    'The setting {name} of {operation} is no longer given; it was {before}',
    'What the protocol or the broker does without it holds instead.',
    'Keep the setting.',
  ),
  'binding-setting-changed': noticed(
    'The setting {name} of {operation} is {after}, no longer {before}',
    'Whoever relies on it meets another behaviour.',
    'Keep the setting, or announce the change.',
  ),
  'kafka-topic-changed': broken('{operation} is on topic {after}, no longer {before}', nowhere, both),
  'kafka-key-changed': broken(
    'The key of {operation} changed: {before} became {after}',
    'Readers cannot read it, and messages that belong together lose their order.',
    'Send the new key on a topic of its own.',
  ),
  'kafka-partitions-raised': noticed(
    '{operation} has {after} partitions, no longer {before}',
    'A key goes to another partition, so order breaks once at the change.',
    'Drain the topic first, or make a new one.',
  ),
  'kafka-partitions-lowered': broken(
    '{operation} has {after} partitions, no longer {before}',
    'Kafka cannot lower the number: the topic is made anew and what it holds is lost.',
    'Make a new topic beside the old one.',
  ),
  'amqp-exchange-changed': broken('The setting {name} of {operation} is {after}, no longer {before}', nowhere, both),
  'amqp-queue-changed': broken('The setting {name} of {operation} is {after}, no longer {before}', nowhere, both),
  'amqp-kind-changed': broken('{operation} is a {after}, no longer a {before}', nowhere, both),
  'mqtt-qos-raised': safe('{operation} has the quality of service {after}, no longer {before}'),
  'mqtt-qos-lowered': broken(
    '{operation} has the quality of service {after}, no longer {before}',
    'Messages may be lost or come twice where they were not before.',
    'Keep the quality of service.',
  ),
  'mqtt-retain-begun': noticed(
    'Messages of {operation} are retained',
    'Who subscribes gets an old message first.',
    'Announce it, so that subscribers look at its time.',
  ),
  'mqtt-retain-ended': broken(
    'Messages of {operation} are no longer retained',
    'Who subscribes learns nothing until the next message.',
    'Keep retaining the last message.',
  ),
  'nats-queue-changed': noticed(
    '{operation} is in queue group {after}, no longer {before}',
    'While both run, each message is handled in both groups.',
    'Stop the old members first.',
  ),
};

export const events: Verdicts = { ...channels, ...operations, ...messages, ...bindings };
