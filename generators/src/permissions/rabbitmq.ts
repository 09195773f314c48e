import type { BrokerNames } from '@millwright/codegen';
import type { Grants } from './grants.ts';
import { consumerOf, variableOf } from './names.ts';
import { deadLettersOf, queueArguments, queueOf, quorumArguments } from './runtime/transports/rabbitmq/declarations.ts';
import { filterOf } from './runtime/transports/subjects.ts';

const vhost = '/';

/** What no name is: an empty expression of a topic permission would allow everything. */
const nothing = '(?!)';

const escapeText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** One of these names and no other. */
const oneOf = (names: readonly string[]): string =>
  names.length === 0 ? nothing : `^(${names.map(escapeText).join('|')})$`;

/** A routing key of one of these bindings: `*` stands for one word. */
const keyOf = (filters: readonly string[]): string =>
  filters.length === 0
    ? nothing
    : `^(${filters
        .map((filter) =>
          filter
            .split('.')
            .map((word) => (word === '*' ? '[^.]+' : escapeText(word)))
            .join('\\.'),
        )
        .join('|')})$`;

/** A queue that a system consumes. */
interface Queue {
  readonly name: string;
  readonly filter: string;
}

const queuesOf = ({ consume }: Grants, exchange: string): readonly Queue[] =>
  consume.map(({ address, group }) => {
    const filter = filterOf('', address);
    return { name: queueOf(exchange, consumerOf(group, filter)), filter };
  });

/**
 * Rights of a user: it declares and binds nothing, reads its own queues, writes to the exchange by the routing keys of what it may
 * publish, and to the dead letters by those of what it may receive, since it is the receiver who puts them there.
 */
function rabbitmqRights(grants: Grants, { exchange = 'millwright' }: BrokerNames) {
  const user = grants.system.serviceIdentity;
  const queues = queuesOf(grants, exchange);
  const dead = deadLettersOf(exchange);
  const publishes = grants.publish.map(({ address }) => filterOf('', address));
  const writes = [...(publishes.length === 0 ? [] : [exchange]), ...(queues.length === 0 ? [] : [dead])];
  const topic = (name: string, write: string) => ({ user, vhost, exchange: name, write, read: nothing });
  return {
    permission: { user, vhost, configure: nothing, write: oneOf(writes), read: oneOf(queues.map(({ name }) => name)) },
    topics: [topic(exchange, keyOf(publishes)), topic(dead, keyOf(queues.map(({ filter }) => filter)))],
  };
}

/** Definitions of a server (`rabbitmqctl import_definitions`), after the variables in them have been replaced by hashes of passwords. */
export function printRabbitmq(all: readonly Grants[], names: BrokerNames): string {
  const { exchange = 'millwright' } = names;
  const dead = deadLettersOf(exchange);
  const queues = all.flatMap((grants) => queuesOf(grants, exchange));
  const rights = all.map((grants) => rabbitmqRights(grants, names));
  const bind = (source: string, destination: string, key: string) => ({
    ...{ source, vhost, destination, destination_type: 'queue', routing_key: key, arguments: {} },
  });
  const definitions = {
    users: all.map(({ system }) => ({
      name: system.serviceIdentity,
      password_hash: `$${variableOf(system.credential)}`,
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: '',
    })),
    vhosts: [{ name: vhost }],
    permissions: rights.map(({ permission }) => permission),
    topic_permissions: rights.flatMap(({ topics }) => topics),
    exchanges: [exchange, dead].map((name) => ({
      ...{ name, vhost, type: 'topic', durable: true, auto_delete: false, internal: false, arguments: {} },
    })),
    queues: [
      { name: dead, vhost, durable: true, auto_delete: false, arguments: quorumArguments },
      ...queues.map(({ name }) => ({
        ...{ name, vhost, durable: true, auto_delete: false, arguments: queueArguments(exchange) },
      })),
    ],
    bindings: [bind(dead, dead, '#'), ...queues.map(({ name, filter }) => bind(exchange, name, filter))],
  };
  return `${JSON.stringify(definitions, undefined, 2)}\n`;
}
