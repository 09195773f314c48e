import { selectForRole } from '@millwright/codegen';
import type { Contract, Governance, Operation, Role } from '@millwright/contract';
import type { DiffFinding } from '@millwright/diff';

/**
 * True for findings on what a role may create, update or consume on either side. What is about no operation, channel or schema
 * concerns everybody.
 */
export function concerns(role: Role, base: Contract, revision: Contract): (finding: DiffFinding) => boolean {
  const known = new Set([...namesIn(base), ...namesIn(revision)]);
  const mine = new Set([...namesIn(selectForRole(base, role), role), ...namesIn(selectForRole(revision, role), role)]);
  return ({ operations, kind, name }) => {
    if (operations.length > 0 && operations.every((name) => known.has(name) && !mine.has(name))) return false;
    // Of rights only the role's own.
    return !/^role-(lost|gained)-right$/.test(kind) || name?.startsWith(`${role} `) === true;
  };
}

/** What findings call the operations, channels and schema files of a contract; of schema files only those that a role may use. */
function namesIn(contract: Contract, role?: Role): readonly string[] {
  return [
    ...[...contract.operations, ...contract.webhooks].flatMap((operation) => [
      nameOf(operation),
      ...operation.callbacks.map((callback) => `${nameOf(operation)} ${nameOf(callback)}`),
    ]),
    ...contract.channelOperations.flatMap(({ id }) => [id, `${id} reply`]),
    ...contract.channels.map(({ key }) => key),
    ...contract.entries
      .filter(({ kind, governance }) => kind === 'jsonschema' && (role === undefined || mayUse(governance, role)))
      .map(({ domain }) => domain),
  ];
}

/** `GET /items/{itemNumber}`, `webhook POST item-changed`. */
function nameOf({ method, path, surface }: Operation): string {
  return `${surface === 'path' ? '' : `${surface} `}${method.toUpperCase()} ${path}`;
}

/** A schema file without any governance is everybody's; one that has some grants what it says. */
function mayUse(governance: Governance, role: Role): boolean {
  if (Object.keys(governance).length === 0) return true;
  return (
    [...(governance.create ?? []), ...(governance.update ?? []), ...(governance.consume ?? [])] as string[]
  ).includes(role);
}
