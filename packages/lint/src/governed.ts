import {
  type Contract,
  type ContractEntry,
  type Governance,
  governanceOf,
  isJsonObject,
  type Message,
  type Operation,
  type Schema,
  type SourceDocument,
} from '@millwright/contract';
import type { Place } from './lint-rule.ts';
import { allOperations, conjunctsOf, reachableFrom, schemasOfOperation } from './schema-walk.ts';

/** A part of the contract that governance speaks about. */
export interface GovernedNode {
  readonly place: Place;
  /** For messages: `GET /items`, `send sendLotCreated`, `channel lotCreated`, `object Lot`. */
  readonly name: string;
  readonly governance: Governance;
  /** Governance of the channel that an exchange or a message is on: what is missing there is reported there. */
  readonly inherited?: Governance;
  /** Rights that must be given to somebody: one of each group. */
  readonly rights: readonly (readonly Right[])[];
}

export type Right = 'create' | 'update' | 'consume';

const anyRight: readonly Right[] = ['create', 'update', 'consume'];
const writing: readonly Right[] = ['create', 'update'];
const safeMethods: ReadonlySet<string> = new Set(['get', 'head', 'options', 'query', 'trace']);

/** Operations, webhooks, channels, their operations and messages in documents that declare `x-governance`, and the objects that do. */
export function governedNodes(contract: Contract): readonly GovernedNode[] {
  return [
    ...allOperations(contract)
      .filter(({ entry }) => isGovernedEntry(entry))
      .map(operationNode),
    ...channelNodes(contract),
    ...governedObjects(contract).map((schema) => ({
      place: schema,
      name: `object ${schema.title ?? schema.pointer}`,
      governance: governanceOf(schema),
      rights: [writing, ['consume' as const]],
    })),
  ];
}

function operationNode(operation: Operation): GovernedNode {
  const { surface, method, path, governance } = operation;
  return {
    place: operation,
    name: `${surface === 'path' ? method.toUpperCase() : surface} ${path}`,
    governance,
    rights: [surface === 'webhook' ? ['consume'] : safeMethods.has(method) ? anyRight : writing],
  };
}

function channelNodes(contract: Contract): readonly GovernedNode[] {
  const channels = contract.channels.filter(({ entry }) => isGovernedEntry(entry));
  const exchanges = contract.channelOperations.filter(({ entry }) => isGovernedEntry(entry));
  const messages = new Map<Message, Governance>();
  for (const channel of channels)
    for (const message of channel.messages) if (!messages.has(message)) messages.set(message, channel.governance);
  return [
    ...channels.map((channel) => ({
      place: channel,
      name: `channel ${channel.key}`,
      governance: channel.governance,
      rights: [anyRight],
    })),
    ...exchanges.map((operation) => ({
      place: operation,
      name: `${operation.action} ${operation.id}`,
      governance: operation.governance,
      inherited: operation.channel.governance,
      rights: [operation.action === 'send' ? writing : (['consume'] as const)],
    })),
    ...[...messages].map(([message, inherited]) => ({
      place: message,
      name: `message ${message.name}`,
      governance: message.governance,
      inherited,
      rights: [anyRight],
    })),
  ];
}

/** Schemas that carry `x-governance` themselves. */
export function governedObjects(contract: Contract): readonly Schema[] {
  return contract.schemas.map(({ schema }) => schema).filter(isGovernedObject);
}

export function isGovernedObject(schema: Schema): boolean {
  return schema.extensions?.has('x-governance') === true;
}

/** Nodes that lack a member of governance. */
export function lacking(contract: Contract, member: keyof Governance): readonly GovernedNode[] {
  return governedNodes(contract).filter(
    ({ governance, inherited }) =>
      governance[member] === undefined && (inherited === undefined || inherited[member] !== undefined),
  );
}

/** True for a document that declares `x-governance` at its root. */
export function isGovernedEntry(entry: ContractEntry): boolean {
  return isGovernedDocument(entry.document);
}

export function isGovernedDocument({ value }: SourceDocument): boolean {
  return isJsonObject(value) && value['x-governance'] !== undefined;
}

/**
 * Schemas under governance: what governed objects, APIs and events hold. Headers of messages are left out, because
 * CloudEvents has laws of its own for them; so are files that nobody asked for, because they may be somebody else's.
 */
export function governedSchemas(contract: Contract): ReadonlySet<Schema> {
  const known = schemasOfContract.get(contract);
  if (known !== undefined) return known;
  const ours = new Set(contract.entries.map(({ document }) => document));
  const reached = reachableFrom([
    ...governedObjects(contract),
    ...allOperations(contract)
      .filter(({ entry }) => isGovernedEntry(entry))
      .flatMap(schemasOfOperation),
    ...contract.channels
      .filter(({ entry }) => isGovernedEntry(entry))
      .flatMap(({ messages }) => messages.flatMap(({ payload }) => payload ?? [])),
  ]);
  const governed = new Set([...reached].filter(({ document }) => ours.has(document) || isGovernedDocument(document)));
  schemasOfContract.set(contract, governed);
  return governed;
}

const schemasOfContract = new WeakMap<Contract, ReadonlySet<Schema>>();

/** Governed objects that a body or payload is, lists, or chooses from; what stands deeper inside an object is a part of it. */
export function carriedObjects(body: Schema | undefined): readonly Schema[] {
  const parts = new Set<Schema>(body === undefined ? [] : [body]);
  const objects: Schema[] = [];
  for (const part of parts) {
    if (isGovernedObject(part)) {
      objects.push(part);
      continue;
    }
    const listed = part.properties?.get('items');
    for (const next of [
      ...conjunctsOf(part),
      part.oneOf ?? [],
      part.anyOf ?? [],
      part.items ?? [],
      listed ?? [],
    ].flat())
      parts.add(next);
  }
  return objects;
}
