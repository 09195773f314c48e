import { Parser } from '@asyncapi/parser';
import { type ChannelOperation, loadContract, type Message } from '@millwright/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What an operation, a message and their traits may say alike. */
const said = fc.record(
  {
    description: fc.constantFrom('A', 'B'),
    summary: fc.constantFrom('A.', 'B.'),
    tags: fc.constantFrom([{ name: 'a' }], [{ name: 'b' }, { name: 'c' }], []),
    'x-data': fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.oneof(
        fc.constantFrom(1, 'two', [3], [null], null),
        fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, null, { c: null }, { c: 2 }, { d: [] })),
      ),
    ),
  },
  { requiredKeys: [] },
);
const bindings = fc.constantFrom<object>(
  {},
  { bindings: { nats: { queue: 'a' } } },
  { bindings: { nats: { queue: 'b' }, amqp: { expiration: 5 } } },
  { bindings: { amqp: { priority: 1 } } },
);
const part = fc.tuple(said, bindings).map(([words, bound]) => ({ ...words, ...bound }));
const headers = fc.constantFrom<object>(
  {},
  { headers: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } } },
  { headers: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } } },
);
const messagePart = fc.tuple(said, headers).map(([words, described]) => ({ ...words, ...described }));

interface Given {
  readonly operation: object;
  readonly message: object;
  readonly operationTraits: readonly object[];
  readonly messageTraits: readonly object[];
}
const given: fc.Arbitrary<Given> = fc.record({
  operation: part,
  message: messagePart,
  operationTraits: fc.array(part, { maxLength: 2 }),
  messageTraits: fc.array(messagePart, { maxLength: 2 }),
});

/** One document for all of them, because the official parser takes long for each. */
function documentOf(version: '2.6.0' | '3.0.0', all: readonly Given[]): object {
  const operationTraits = Object.fromEntries(
    all.flatMap((parts, index) => parts.operationTraits.slice(0, 1).map((trait) => [`t${index}`, trait])),
  );
  const channels: Record<string, object> = {};
  const operations: Record<string, object> = {};
  for (const [index, { operation, message, operationTraits: listed, messageTraits }] of all.entries()) {
    const traits =
      listed.length === 0 ? {} : { traits: [{ $ref: `#/components/operationTraits/t${index}` }, ...listed.slice(1)] };
    const shared = messageTraits.length === 0 ? {} : { traits: messageTraits };
    const sent = { payload: { type: 'string' }, ...message, ...shared };
    channels[`c${index}`] =
      version === '2.6.0'
        ? { publish: { ...operation, ...traits, message: sent } }
        : { address: `c${index}`, messages: { sent } };
    operations[`c${index}`] = { action: 'receive', channel: { $ref: `#/channels/c${index}` }, ...operation, ...traits };
  }
  return {
    asyncapi: version,
    info: { title: 't', version: '1' },
    channels,
    ...(version === '2.6.0' ? {} : { operations }),
    components: { operationTraits },
  };
}

type Json = Readonly<Record<string, unknown>>;

const parser = new Parser();

/** What the official parser makes of it, in the order of the channels. */
async function judged(document: object): Promise<readonly { readonly operation: Json; readonly message: Json }[]> {
  const { document: parsed, diagnostics } = await parser.parse(JSON.stringify(document));
  if (parsed === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join('; '));
  const json = parsed.json() as { channels: Record<string, Json>; operations?: Record<string, Json> };
  return Object.entries(json.channels).map(([key, channel]) => {
    const operation = (channel['publish'] ?? json.operations?.[key]) as Json;
    const messages = channel['messages'] as Record<string, Json> | undefined;
    return { operation, message: (messages?.['sent'] ?? operation['message']) as Json };
  });
}

const saidBy = (node: ChannelOperation | Message): object => ({
  description: node.description,
  summary: node.summary,
  tags: node.tags,
  bindings: Object.fromEntries(node.bindings),
  data: node.extensions.get('x-data'),
});
const saidByJson = (json: Json): object => ({
  description: json['description'],
  summary: json['summary'],
  tags: ((json['tags'] ?? []) as readonly { name: string }[]).map(({ name }) => name),
  bindings: json['bindings'] ?? {},
  data: json['x-data'],
});

/** Headers of a message as far as the generated documents describe them. */
const headersOf = ({ headers: schema }: Message): object | undefined =>
  schema && {
    required: schema.required,
    types: [...(schema.properties ?? [])].map(([name, { type }]) => [name, type?.[0]]),
  };
const headersOfJson = (json: Json): object | undefined => {
  const schema = json['headers'] as { required?: unknown; properties: Record<string, Json> } | undefined;
  return (
    schema && {
      required: schema.required,
      types: Object.entries(schema.properties).map(([name, property]) => [name, property['type']]),
    }
  );
};

describe('traits', () => {
  // Breaks for whoever shares headers, tags and bindings by traits: our clients would do something else than their documents say.
  for (const version of ['2.6.0', '3.0.0'] as const)
    it(`are merged as the official parser merges them, in ${version}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(given, { minLength: 60, maxLength: 60 }), async (all) => {
          const document = documentOf(version, all);
          const files = new Map([['a.json', JSON.stringify(document)]]);
          const [contract, diagnostics] = await loadContract({ entries: ['a.json'], files });
          expect(diagnostics).toEqual([]);
          for (const [index, official] of (await judged(document)).entries()) {
            const operation = contract?.channelOperations[index] as ChannelOperation;
            const message = operation.messages[0] as Message;
            expect(saidBy(operation), operation.id).toEqual(saidByJson(official.operation));
            expect(saidBy(message), operation.id).toEqual(saidByJson(official.message));
            expect(headersOf(message), operation.id).toEqual(headersOfJson(official.message));
          }
        }),
        { numRuns: 1, endOnFailure: true },
      );
    });
});
