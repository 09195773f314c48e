import { type Contract, governanceOf, type Role, roles, type Schema } from '../../packages/contract/src/index.ts';
import { filesOf, latencyText, rolesWith } from './canonical.ts';
import { code, link, table } from './markdown.ts';

/** governance.md: who may do what with each object, and what each object demands of operations. */
export function governancePage(contract: Contract): string {
  const objects = filesOf(contract, 'objects');
  const approved = contract.operations.filter(({ governance }) => governance.requiresHumanApproval === true);
  return `# Governance

## Who may do what

C creates, U updates, R consumes; **bold** is the system of record, whose value counts when two systems differ.

${table(
  ['object', ...roles],
  objects.map(({ name, schema }) => [link(name, 'objects.md'), ...roles.map((role) => rightsOf(schema, role))]),
)}
## What each role may write

${table(
  ['role', 'system of record of', 'creates', 'updates'],
  roles.map((role) => [
    role,
    ...[
      objects.filter(({ schema }) => governanceOf(schema).systemOfRecord === role),
      objects.filter(({ schema }) => rolesWith(schema, 'create').includes(role)),
      objects.filter(({ schema }) => rolesWith(schema, 'update').includes(role)),
    ].map((held) => (held.length === 0 ? 'nothing' : held.map(({ name }) => name).join(', '))),
  ]),
)}
## What each object demands

Retention, RTO (how long it may be out) and RPO (how much may be lost) are ISO 8601 durations.

${table(
  ['object', 'owner', 'latency', 'criticality', 'classification', 'retention', 'RTO', 'RPO', 'a change is approved by'],
  objects.map(({ name, schema }) => {
    const governance = governanceOf(schema);
    return [
      link(name, 'objects.md'),
      governance.owner ?? '',
      latencyText(governance.latency),
      governance.criticality ?? '',
      governance.classification ?? '',
      governance.retention ?? '',
      governance.rto ?? '',
      governance.rpo ?? '',
      (governance.approvals ?? []).join(', '),
    ];
  }),
)}
## What a person approves

No program may call these by its own decision.

${table(
  ['operation', 'id', 'does'],
  approved.map(({ method, path, operationId, summary }) => [
    code(`${method.toUpperCase()} ${path}`),
    code(operationId ?? ''),
    summary ?? '',
  ]),
)}`;
}

function rightsOf(schema: Schema, role: Role): string {
  const rights = [
    rolesWith(schema, 'create').includes(role) ? 'C' : '',
    rolesWith(schema, 'update').includes(role) ? 'U' : '',
    rolesWith(schema, 'consume').includes(role) ? 'R' : '',
  ].join('');
  return governanceOf(schema).systemOfRecord === role ? `**${rights === '' ? '·' : rights}**` : rights;
}
