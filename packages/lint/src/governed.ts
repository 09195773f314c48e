import {
  type Contract,
  type ContractEntry,
  type Governance,
  governanceOf,
  isJsonObject,
  type Schema,
} from '@millwright/contract';
import type { Place } from './lint-rule.ts';

/** A part of the contract that governance speaks about. */
export interface GovernedNode {
  readonly place: Place;
  /** For messages: `GET /items`, `send sendLotCreated`, `object Lot`. */
  readonly name: string;
  readonly governance: Governance;
}

/** Operations, webhooks and channel operations of documents that declare `x-governance`, and the objects that do. */
export function governedNodes(contract: Contract): readonly GovernedNode[] {
  const operations = [...contract.operations, ...contract.webhooks].map((operation) => ({
    place: operation,
    name: `${operation.surface === 'webhook' ? 'webhook' : operation.method.toUpperCase()} ${operation.path}`,
    governance: operation.governance,
    entry: operation.entry,
  }));
  const exchanges = contract.channelOperations.map((operation) => ({
    place: operation,
    name: `${operation.action} ${operation.id}`,
    governance: operation.governance,
    entry: operation.entry,
  }));
  const governed = [...operations, ...exchanges].filter(({ entry }) => isGovernedEntry(entry));
  return [
    ...governed,
    ...governedObjects(contract).map((schema) => ({
      place: schema,
      name: `object ${schema.title ?? schema.pointer}`,
      governance: governanceOf(schema),
    })),
  ];
}

/** Schemas that carry `x-governance` themselves. */
export function governedObjects(contract: Contract): readonly Schema[] {
  return contract.schemas
    .map(({ schema }) => schema)
    .filter((schema) => schema.extensions?.has('x-governance') === true);
}

/** Nodes that lack a member of governance. */
export function lacking(contract: Contract, members: readonly (keyof Governance)[]): readonly GovernedNode[] {
  return governedNodes(contract).filter(({ governance }) =>
    members.every((member) => governance[member] === undefined),
  );
}

/** True for a document that declares `x-governance` at its root. */
export function isGovernedEntry(entry: ContractEntry): boolean {
  return isJsonObject(entry.document.value) && entry.document.value['x-governance'] !== undefined;
}
