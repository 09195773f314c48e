import {
  type Classification,
  type Criticality,
  type Governance,
  type InteractionPattern,
  type Latency,
  type Lifecycle,
  type Role,
  roles,
} from '../governance.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { type Cursor, child } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { reportShape } from './shape.ts';

const patterns: readonly InteractionPattern[] = ['api', 'webhook', 'event', 'batch'];
const criticalities: readonly Criticality[] = [
  'stops-production',
  'affects-quality',
  'affects-inventory',
  'informational',
];
const classifications: readonly Classification[] = ['public', 'internal', 'confidential', 'regulated'];

/** Reads one member; undefined means it has the wrong shape, which `wanted` words. */
interface MemberReader {
  readonly wanted: string;
  readonly read: (value: JsonValue) => unknown;
}

const text: MemberReader = {
  wanted: 'a string',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};
const duration: MemberReader = {
  wanted: 'an ISO 8601 duration such as PT5S',
  read: (value) =>
    typeof value === 'string' && /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.test(value)
      ? value
      : undefined,
};

function oneOf<T extends string>(allowed: readonly T[]): MemberReader {
  return {
    wanted: `one of ${allowed.join(', ')}`,
    read: (value) => (allowed.includes(value as T) ? value : undefined),
  };
}

function listOf<T extends string>(allowed: readonly T[]): MemberReader {
  return {
    wanted: `one or several of ${allowed.join(', ')}`,
    read: (value) => {
      const list = Array.isArray(value) ? value : [value];
      return list.every((item) => allowed.includes(item as T)) ? list : undefined;
    },
  };
}

const members: Readonly<Record<keyof Governance, MemberReader>> = {
  owner: text,
  contact: text,
  systemOfRecord: oneOf<Role>(roles),
  create: listOf<Role>(roles),
  update: listOf<Role>(roles),
  consume: listOf<Role>(roles),
  pattern: listOf(patterns),
  latency: { wanted: 'an object { class: rt | nrt | batch, maxDelay }', read: readLatency },
  criticality: oneOf(criticalities),
  consequence: text,
  lifecycle: {
    wanted: 'an object { status: draft | active | deprecated | retired, since, deprecatedOn, sunset, replacedBy }',
    read: readLifecycle,
  },
  classification: oneOf(classifications),
  retention: duration,
  rto: duration,
  rpo: duration,
  approvals: {
    wanted: 'an array of team names',
    read: (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined),
  },
  requiresHumanApproval: { wanted: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) },
};

function readLatency(value: JsonValue): Latency | undefined {
  if (!isJsonObject(value) || !['rt', 'nrt', 'batch'].includes(value['class'] as string)) return undefined;
  const maxDelay = value['maxDelay'];
  if (maxDelay !== undefined && duration.read(maxDelay) === undefined) return undefined;
  return value as unknown as Latency;
}

function readLifecycle(value: JsonValue): Lifecycle | undefined {
  if (!isJsonObject(value) || !['draft', 'active', 'deprecated', 'retired'].includes(value['status'] as string))
    return undefined;
  const dates = ['since', 'deprecatedOn', 'sunset'].every(
    (name) => value[name] === undefined || /^\d{4}-\d{2}-\d{2}$/.test(String(value[name])),
  );
  return dates ? (value as unknown as Lifecycle) : undefined;
}

/** Governance of a node: its own `x-governance` over what it inherits, member by member. */
export function readGovernance(workspace: Workspace, cursor: Cursor, inherited: Governance): Governance {
  const own = child(cursor, 'x-governance');
  if (own === undefined) return inherited;
  if (!isJsonObject(own.value)) {
    reportShape(workspace, own, 'an object');
    return inherited;
  }
  const governance: Record<string, unknown> = { ...inherited };
  for (const name of Object.keys(own.value)) {
    const place = child(own, name) as Cursor;
    const reader = Object.hasOwn(members, name) ? members[name as keyof Governance] : undefined;
    if (reader === undefined) {
      reportShape(
        workspace,
        place,
        `left out: x-governance has no such member (it has ${Object.keys(members).join(', ')})`,
        'warning',
      );
      continue;
    }
    const value = reader.read(place.value);
    if (value === undefined) reportShape(workspace, place, reader.wanted);
    else governance[name] = value;
  }
  return governance;
}

/** Governance that a schema declares for its object; nothing is inherited from the documents that use it. */
export function governanceOf(schema: Schema): Governance {
  const raw = schema.extensions?.get('x-governance');
  if (!isJsonObject(raw)) return {};
  const governance: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    const read = Object.hasOwn(members, name) ? members[name as keyof Governance].read(value as JsonValue) : undefined;
    if (read !== undefined) governance[name] = read;
  }
  return governance;
}

/** Reports what is wrong with the `x-governance` of a schema; the reading itself is {@link governanceOf}. */
export function checkSchemaGovernance(workspace: Workspace, schema: Schema): void {
  const value = schema.extensions?.get('x-governance');
  if (value === undefined || typeof schema.raw === 'boolean') return;
  readGovernance(workspace, { document: schema.document, pointer: schema.pointer, value: schema.raw }, {});
}
