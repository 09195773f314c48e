import { nameSchemas, sortedBy } from '@millwright/codegen';
import type { Contract, Schema } from '@millwright/contract';

/** Names under which the values that travel are checked. */
export interface ContentChecks {
  /** Schemas without a type name of their own, with the name of their check. */
  readonly anonymous: ReadonlyMap<Schema, string>;
  /** Name of the check of a response's or message's schema: its type name, else a description of its place. */
  readonly nameOf: (schema: Schema | undefined) => string | undefined;
}

const checksOfContract = new WeakMap<Contract, ContentChecks>();

/** Every JSON response, and every payload and headers of a message, has a check, whether its schema has a name or not. */
export function contentChecks(contract: Contract): ContentChecks {
  const known = checksOfContract.get(contract);
  if (known !== undefined) return known;
  const { nameOf, byName } = nameSchemas(contract);
  const anonymous = new Map<Schema, string>();
  const taken = new Set(byName.keys());
  for (const [place, schema] of places(contract)) {
    const target = withoutWrapping(schema);
    if (nameOf(target) !== undefined || anonymous.has(target)) continue;
    let name = place;
    for (let number = 2; taken.has(name); number += 1) name = `${place} ${number}`;
    taken.add(name);
    anonymous.set(target, name);
  }
  const checks: ContentChecks = {
    anonymous,
    nameOf: (schema) => {
      if (schema === undefined) return undefined;
      const target = withoutWrapping(schema);
      return nameOf(target) ?? anonymous.get(target);
    },
  };
  checksOfContract.set(contract, checks);
  return checks;
}

const isJson = (mediaType: string): boolean => /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);

/** Schemas of content with the words that name their place, in an order that does not depend on the source's keys. */
function places(contract: Contract): readonly (readonly [place: string, schema: Schema])[] {
  const ofResponses = contract.operations.flatMap(({ id, entry, path, method, responses }) =>
    responses.flatMap(({ status, content }) =>
      content.flatMap(({ mediaType, schema }) =>
        schema === undefined || !isJson(mediaType)
          ? []
          : [
              {
                place: `${id} ${status} ${mediaType}`,
                order: `${entry.domain} ${entry.document.uri} ${method} ${path}`,
                schema,
              },
            ],
      ),
    ),
  );
  const messages = [
    ...contract.channels.flatMap((channel) => channel.messages),
    ...contract.channelOperations.flatMap(({ messages: own, reply }) => [...own, ...(reply?.messages ?? [])]),
  ];
  const ofMessages = messages.flatMap(({ name, payload, headers, document, pointer }) => [
    ...(payload === undefined
      ? []
      : [{ place: `${name} payload`, order: `${document.uri} ${pointer}`, schema: payload }]),
    ...(headers === undefined
      ? []
      : [{ place: `${name} headers`, order: `${document.uri} ${pointer}`, schema: headers }]),
  ]);
  return sortedBy([...ofResponses, ...ofMessages], ({ place, order }) => `${place}\u0000${order}`).map(
    ({ place, schema }) => [place, schema] as const,
  );
}

/** Members of a schema node that make no demand on a value. */
const silent: ReadonlySet<string> = new Set([
  'kind',
  'document',
  'pointer',
  'raw',
  'dialect',
  'resource',
  'ref',
  'dynamicAnchor',
  'anchor',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'discriminator',
  'defs',
  'extensions',
]);

/** Follows references that add nothing of their own. */
function withoutWrapping(schema: Schema): Schema {
  const seen = new Set<Schema>();
  let at = schema;
  while (at.ref !== undefined && !seen.has(at) && Object.keys(at).every((member) => silent.has(member))) {
    seen.add(at);
    at = at.ref;
  }
  return at;
}
