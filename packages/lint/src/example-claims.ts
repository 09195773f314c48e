import {
  type Contract,
  type Example,
  type JsonValue,
  joinPointer,
  type MediaType,
  type Schema,
} from '@millwright/contract';
import type { Place } from './lint-rule.ts';
import { allMessages, allOperations, allSchemas } from './schema-walk.ts';

/** A value that a contract shows as an example, or gives as a default, of a schema. */
export interface ExampleClaim {
  readonly what: 'Example' | 'Default';
  readonly place: Place;
  readonly schema: Schema;
  readonly value: JsonValue;
  /** Direction in which it travels, where that changes what is required. */
  readonly sent: 'any' | 'request' | 'response';
}

/** Examples and defaults of schemas, and examples of parameters, headers, bodies and messages; each place once. */
export function exampleClaims(contract: Contract): readonly ExampleClaim[] {
  const once = new Map<string, ExampleClaim>();
  for (const claim of [
    ...[...allSchemas(contract)].flatMap(claimsOfSchema),
    ...claimsOfOperations(contract),
    ...claimsOfMessages(contract),
  ])
    once.set(`${claim.sent} ${claim.place.document.uri}#${claim.place.pointer}`, claim);
  return [...once.values()];
}

function claimsOfSchema(schema: Schema): readonly ExampleClaim[] {
  const listed = typeof schema.raw === 'object' && Array.isArray(schema.raw['examples']);
  const place = (...tokens: readonly (string | number)[]): Place => ({
    document: schema.document,
    pointer: joinPointer(schema.pointer, ...tokens),
  });
  const examples = (schema.examples ?? []).map(
    (value, index): ExampleClaim => ({
      what: 'Example',
      place: listed ? place('examples', index) : place('example'),
      schema,
      value,
      sent: 'any',
    }),
  );
  return schema.default === undefined
    ? examples
    : [...examples, { what: 'Default', place: place('default'), schema, value: schema.default, sent: 'any' }];
}

function claimsOfOperations(contract: Contract): readonly ExampleClaim[] {
  return allOperations(contract).flatMap(({ parameters, requestBody, responses }) => [
    ...parameters.flatMap(({ schema, examples, content }) => [
      ...claimsOf(schema, examples, 'request'),
      ...content.flatMap((media) => claimsOfMedia(media, 'request')),
    ]),
    ...(requestBody?.content ?? []).flatMap((media) => claimsOfMedia(media, 'request')),
    ...responses.flatMap(({ content, headers }) => [
      ...content.flatMap((media) => claimsOfMedia(media, 'response')),
      ...headers.flatMap((header) => [
        ...claimsOf(header.schema, header.examples, 'response'),
        ...header.content.flatMap((media) => claimsOfMedia(media, 'response')),
      ]),
    ]),
  ]);
}

function claimsOf(
  schema: Schema | undefined,
  examples: readonly Example[],
  sent: 'request' | 'response',
): readonly ExampleClaim[] {
  return examples.flatMap(({ document, pointer, value }): readonly ExampleClaim[] =>
    schema === undefined || value === undefined
      ? []
      : [{ what: 'Example', place: { document, pointer }, schema, value, sent }],
  );
}

/** Only JSON can be held against a schema as it stands. Text in place of a value may be JSON that was written as text. */
function claimsOfMedia(
  { mediaType, schema, examples }: MediaType,
  sent: 'request' | 'response',
): readonly ExampleClaim[] {
  if (!/^application\/(.+\+)?json\b/i.test(mediaType)) return [];
  return claimsOf(schema, examples, sent).filter(({ value }) => typeof value !== 'string' || !isJsonText(value));
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function claimsOfMessages(contract: Contract): readonly ExampleClaim[] {
  return allMessages(contract).flatMap(({ payload, headers, contentType, examples }) =>
    examples.flatMap((example): readonly ExampleClaim[] =>
      (['payload', 'headers'] as const).flatMap((part) => {
        const schema = part === 'payload' ? payload : headers;
        const value = example[part];
        if (schema === undefined || value === undefined || (part === 'payload' && !/\bjson\b/i.test(contentType)))
          return [];
        const pointer = joinPointer(example.pointer, part);
        return [
          {
            what: 'Example' as const,
            place: { document: example.document, pointer },
            schema,
            value,
            sent: 'any' as const,
          },
        ];
      }),
    ),
  );
}
