import { type Contract, type Governance, governanceOf, type Schema } from '@millwright/contract';
import { carriedObjects, governedObjects, isGovernedEntry } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';
import { allOperations } from '../../schema-walk.ts';

/** An API or event that exchanges an object, with what it says of it. */
interface Exchange {
  readonly place: Place;
  readonly name: string;
  readonly governance: Governance;
  readonly objects: readonly Schema[];
}

export const oneSystemOfRecord: LintRule = {
  id: 'lint/one-system-of-record',
  severity: 'error',
  law: 'Everything that says who holds the truth of an object names one system of record: the object, its namesakes in other documents, and every operation and event that carries it.',
  why: 'Two systems that both hold the truth drift apart.',
  fix: 'Let object, operations and events agree; what carries an object of another system overrides systemOfRecord.',
  check: ({ contract, report }) => {
    const owners = new Map<string, string>();
    for (const schema of governedObjects(contract)) {
      const { systemOfRecord } = governanceOf(schema);
      const known = schema.title === undefined ? undefined : owners.get(schema.title);
      if (systemOfRecord === undefined || schema.title === undefined) continue;
      if (known === undefined) owners.set(schema.title, systemOfRecord);
      else if (known !== systemOfRecord)
        report(schema, `${schema.title} names ${systemOfRecord} as system of record, another ${schema.title} ${known}`);
    }
    const claimed = new Map<Schema, string>();
    for (const { place, name, governance, objects } of exchangesOf(contract)) {
      const named = governance.systemOfRecord;
      for (const object of objects) {
        const owner = governanceOf(object).systemOfRecord ?? claimed.get(object);
        if (named === undefined) continue;
        if (owner === undefined) claimed.set(object, named);
        else if (owner !== named)
          report(
            place,
            `${name} names ${named} as system of record, but that of ${object.title ?? 'its object'} is ${owner}`,
          );
      }
    }
  },
};

function exchangesOf(contract: Contract): readonly Exchange[] {
  const exchanges = [
    ...contract.channels.map((channel) => ({ ...channel, place: channel, name: channel.key })),
    // What an operation inherits is told once, at the channel.
    ...contract.channelOperations
      .filter(({ governance, channel }) => governance.systemOfRecord !== channel.governance.systemOfRecord)
      .map((operation) => ({ ...operation, place: operation, name: operation.id })),
  ].map(({ messages, ...exchange }) => ({ ...exchange, bodies: messages.map(({ payload }) => payload) }));
  const operations = allOperations(contract).map((operation) => ({
    place: operation,
    name: operation.id,
    entry: operation.entry,
    governance: operation.governance,
    bodies: [operation.requestBody?.content ?? [], operation.responses.flatMap(({ content }) => content)]
      .flat()
      .map(({ schema }) => schema),
  }));
  return [...exchanges, ...operations]
    .filter(({ entry }) => isGovernedEntry(entry))
    .map(({ bodies, ...exchange }) => ({ ...exchange, objects: [...new Set(bodies.flatMap(carriedObjects))] }));
}
