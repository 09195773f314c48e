import type { Contract, ContractEntry, Operation } from '../../packages/contract/src/index.ts';
import { latencyText, sourceLink } from './canonical.ts';
import { code, table } from './markdown.ts';

/** apis.md: every operation with the roles that may call it, and every webhook. */
export function apisPage(contract: Contract): string {
  const operations = [...contract.operations, ...contract.webhooks];
  const entries = contract.entries.filter((entry) => operations.some((operation) => operation.entry === entry));
  return `# APIs

${contract.operations.length} operations and ${contract.webhooks.length} webhooks. A role that is not named gets 403.

${entries.map((entry) => section(entry, operations)).join('\n')}`;
}

function section(entry: ContractEntry, all: readonly Operation[]): string {
  const operations = all.filter((operation) => operation.entry === entry);
  const webhooks = operations.filter(({ surface }) => surface === 'webhook');
  const row = (operation: Operation): readonly string[] => [
    `${code(operation.surface === 'webhook' ? operation.path : `${operation.method.toUpperCase()} ${operation.path}`)}`,
    code(operation.operationId ?? ''),
    operation.summary ?? '',
    rolesOf(operation),
    latencyText(operation.governance.latency),
    operation.governance.requiresHumanApproval === true ? 'yes' : '',
  ];
  return `## ${entry.title}

${(entry.description ?? '').split('\n')[0]}

Version ${entry.version}, ${sourceLink(entry)}

${table(
  ['operation', 'id', 'does', 'roles', 'latency', 'a person approves'],
  operations.filter(({ surface }) => surface === 'path').map(row),
)}${webhooks.length === 0 ? '' : `\n${table(['webhook', 'id', 'tells', 'sent to', 'latency', 'a person approves'], webhooks.map(row))}`}`;
}

/** Whoever has a right on an operation may call it; a webhook goes to those who may consume it. */
function rolesOf({ governance, surface }: Operation): string {
  if (surface === 'webhook') return (governance.consume ?? []).join(', ');
  return [...new Set([...(governance.create ?? []), ...(governance.update ?? []), ...(governance.consume ?? [])])].join(
    ', ',
  );
}
