import type { JsonValue, Message } from '@millwright/contract';
import type { Facts } from './facts.ts';
import { followed, isSame, objectOf, rawOf } from './values.ts';

/** Schemas that are no JSON Schema, such as Avro or RAML: that they differ is all that can be told. */
export function compareForeignSchemas(base: Message, revision: Message, operation: string, facts: Facts): void {
  for (const part of ['payload', 'headers'] as const) {
    const [before, after] = [base, revision].map((message) => foreignAt(message, part));
    if (isSame(before, after)) continue;
    facts.changes.push({
      operation,
      direction: 'none',
      kind: 'foreign-schema-changed',
      name: `${part} of ${revision.name}`,
      base,
      revision,
    });
  }
}

/** What is written where the model has no schema, by the message or by its traits. */
function foreignAt(message: Message, part: 'payload' | 'headers'): JsonValue | undefined {
  if (message[part] !== undefined) return undefined;
  const own = rawOf(message);
  const traits = Array.isArray(own['traits']) ? (own['traits'] as readonly JsonValue[]) : [];
  const owners = [own, ...traits.map((trait) => objectOf(followed(trait, message)))];
  const written = followed(owners.find((owner) => owner[part] !== undefined)?.[part], message);
  const { schemaFormat, schema } = objectOf(written);
  return schema === undefined ? written : [schemaFormat ?? null, schema];
}
