import { createHash } from 'node:crypto';
import { matchAddress } from '../../packages/runtime/src/address.ts';
import { consumerNameBy, hashedName } from '../../packages/runtime/src/transports/subjects.ts';

/** The rules of brokers about who may do what, as their manuals state them: a second opinion on what was generated. */
export interface Judge {
  mayPublish(user: string, address: string): boolean;
  mayConsume(user: string, address: string): boolean;
}

/** `*` is one token, `>` the rest. */
function natsMatches(rule: string, subject: string): boolean {
  const [left, right] = [rule.split('.'), subject.split('.')];
  for (const [index, token] of left.entries()) {
    if (token === '>') return right.length > index;
    if (right[index] === undefined || (token !== '*' && token !== right[index])) return false;
  }
  return left.length === right.length;
}

/** Reads the users of `nats.conf`. */
export function natsJudge(text: string): Judge & { readonly rights: ReadonlyMap<string, readonly string[]> } {
  const rights = new Map(
    text
      .split(/\n {2}\{\n/)
      .slice(1)
      .map((user) => {
        const publish = /publish: \{ allow: \[([^\]]*)\]/.exec(user)?.[1] ?? '';
        return [
          /user: "([^"]+)"/.exec(user)?.[1] ?? '',
          [...publish.matchAll(/"([^"]+)"/g)].map(([, rule]) => rule as string),
        ];
      }),
  );
  const may = (user: string, subject: string): boolean =>
    rights.get(user)?.some((rule) => natsMatches(rule, subject)) === true;
  return {
    rights,
    mayPublish: (user, address) => may(user, address.replaceAll('/', '.')),
    // Messages come from consumers: one of this subject must be there to make and to ask.
    mayConsume: (user, address) => {
      const subject = address.replaceAll('/', '.');
      const made = rights
        .get(user)
        ?.find((rule) => rule.startsWith('$JS.API.CONSUMER.CREATE.') && rule.endsWith(`.${subject}`));
      const consumer = made?.split('.')[5] ?? '';
      return made !== undefined && may(user, `$JS.API.CONSUMER.MSG.NEXT.millwright.${consumer}`);
    },
  };
}

interface Definitions {
  readonly permissions: readonly { user: string; configure: string; write: string; read: string }[];
  readonly topic_permissions: readonly { user: string; exchange: string; write: string; read: string }[];
  readonly bindings: readonly { source: string; destination: string; routing_key: string }[];
}

export function rabbitmqJudge(text: string): Judge {
  const { permissions, topic_permissions: topics, bindings } = JSON.parse(text) as Definitions;
  const of = (user: string) => permissions.find((permission) => permission.user === user);
  const allows = (expression: string | undefined, name: string): boolean =>
    expression !== undefined && new RegExp(expression).test(name);
  return {
    mayPublish: (user, address) =>
      allows(of(user)?.write, 'millwright') &&
      // Without a row for an exchange a user may use every key.
      topics
        .filter((topic) => topic.user === user && topic.exchange === 'millwright')
        .every(({ write }) => allows(write, address.replaceAll('/', '.'))),
    mayConsume: (user, address) =>
      bindings.some(
        ({ source, destination, routing_key: key }) =>
          source === 'millwright' && key === address.replaceAll('/', '.') && allows(of(user)?.read, destination),
      ),
  };
}

export function mosquittoJudge(text: string): Judge {
  const lines = new Map(
    text
      .split(/^user /m)
      .slice(1)
      .map((part) => {
        const [user = '', ...rules] = part.split('\n');
        return [user, rules] as const;
      }),
  );
  const may = (user: string, access: string, address: string): boolean =>
    lines.get(user)?.includes(`topic ${access} ${address}`) === true;
  return {
    mayPublish: (user, address) => may(user, 'write', address),
    mayConsume: (user, address) => may(user, 'read', address),
  };
}

interface KafkaRights {
  readonly routes: readonly { readonly address: string; readonly topic: string }[];
  readonly acls: readonly { principal: string; operation: string; resourceType: string; resourceName: string }[];
}

export function kafkaJudge(text: string): Judge {
  const { routes, acls } = JSON.parse(text) as KafkaRights;
  const topicOf = (address: string): string | undefined =>
    routes.find((route) => matchAddress(route.address, address) !== undefined)?.topic;
  const may = (user: string, operation: string, resourceType: string, resourceName: string | undefined): boolean =>
    acls.some(
      (acl) =>
        acl.principal === `User:${user}` &&
        acl.operation === operation &&
        acl.resourceType === resourceType &&
        acl.resourceName === resourceName,
    );
  return {
    mayPublish: (user, address) => may(user, 'Write', 'Topic', topicOf(address)),
    mayConsume: (user, address) => {
      const digest = createHash('sha256').update(hashedName(user, address)).digest();
      const group = consumerNameBy(digest, user, address);
      return may(user, 'Read', 'Topic', topicOf(address)) && may(user, 'Read', 'Group', group);
    },
  };
}
