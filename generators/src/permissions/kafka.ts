import type { BrokerNames } from '@millwright/codegen';
import type { Grants, Topics } from './grants.ts';
import { consumerOf } from './names.ts';

/** An AclBinding of Kafka's Admin client, as its fields are named there. */
interface AclBinding {
  readonly principal: string;
  readonly host: '*';
  readonly operation: 'Read' | 'Write' | 'Describe';
  readonly permissionType: 'Allow';
  readonly resourceType: 'Topic' | 'Group';
  readonly resourceName: string;
  readonly patternType: 'Literal';
}

function bindingsOf({ system, publish, consume }: Grants, deadLetters: string): readonly AclBinding[] {
  const allow = (
    resourceType: AclBinding['resourceType'],
    resourceName: string,
    ...operations: readonly AclBinding['operation'][]
  ): readonly AclBinding[] =>
    operations.map((operation) => ({
      ...{ principal: `User:${system.serviceIdentity}`, host: '*', operation, permissionType: 'Allow' },
      ...{ resourceType, resourceName, patternType: 'Literal' },
    }));
  const read = consume.flatMap(({ address, topic, group }) => (topic === undefined ? [] : [{ address, topic, group }]));
  return [
    ...publish.flatMap(({ topic }) => (topic === undefined ? [] : allow('Topic', topic, 'Write', 'Describe'))),
    ...read.flatMap(({ address, topic, group }) => [
      ...allow('Topic', topic, 'Read', 'Describe'),
      ...allow('Group', consumerOf(group, address), 'Read', 'Describe'),
    ]),
    ...(read.length === 0 ? [] : allow('Topic', deadLetters, 'Write', 'Describe')),
  ];
}

/**
 * Rights at Kafka, and the routes that the transport has to be given: a right is to a whole topic, so every address needs one of its
 * own, which `bindings.kafka.topic` of its channel names. There is none to what shares a topic.
 */
export function printKafka(all: readonly Grants[], { topic = 'millwright' }: BrokerNames, topics: Topics): string {
  const routes = [...topics].map(([address, own]) => ({ address, topic: own }));
  const bindings = all.flatMap((grants) => bindingsOf(grants, `${topic}.dead-letters`));
  const acls = [...new Map(bindings.map((binding) => [JSON.stringify(binding), binding])).values()];
  return `${JSON.stringify({ routes, acls }, undefined, 2)}\n`;
}
