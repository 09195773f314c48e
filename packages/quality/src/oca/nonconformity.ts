import {
  type Nonconformance,
  type NonconformanceNumber,
  type NonconformanceStatus,
  nonconformanceNumber,
  type PlantId,
  plantId,
} from '@millwright/sdk/types';
import { nonconformanceStatusMappings } from '@millwright/sdk/vocabularies';
import { QualityError } from '../quality-error.ts';
import type { Loss, Mapped } from './loss.ts';

/**
 * A record of `mgmtsystem.nonconformity` (OCA management-system, mgmtsystem_nonconformity), with names where Odoo has references: the
 * adapter finds the stage by its `state`, severity and origins by their names. `ref` is a number of Odoo's own.
 */
export interface OcaNonconformity {
  readonly name: string;
  /** "Related to": `plant/number` of the canonical object, by which it is found again. */
  readonly reference: string;
  readonly description: string;
  readonly state: string;
  readonly severity: string;
  readonly origins: readonly string[];
  readonly analysis?: string;
  /** The module lets nothing be `open` without it. */
  readonly action_comments?: string;
  /** The module lets nothing be `done` without it. */
  readonly evaluation_comments?: string;
}

/** What can have changed at the other side; the rest of a nonconformance is not held there. */
export interface NonconformityChange {
  readonly plantId: PlantId;
  readonly nonconformanceNumber: NonconformanceNumber;
  readonly status: NonconformanceStatus;
  readonly summary: string;
}

const { toSystem, fromSystem } = nonconformanceStatusMappings['odoo-19'];
const statusToState: Readonly<Record<string, string>> = toSystem;
const stateToStatus: Readonly<Record<string, NonconformanceStatus>> = fromSystem;

const severities = { minor: 'Minor', major: 'Major', critical: 'Critical' } as const;
const origins = {
  inspection: 'Inspection',
  production: 'Production',
  customer: 'Customer',
  supplier: 'Supplier',
} as const;

/** Members of a nonconformance that the module has no field for; they go into the description, for people. */
const described = [
  'itemNumber',
  'itemRevision',
  'lots',
  'quantity',
  'defects',
  'workOrderNumber',
  'operationId',
  'inspectionOrderNumber',
] as const;
/** Members that are not told at all. */
const untold = ['customerId', 'supplierId', 'deviationNumber', 'correctiveActionNumber', 'extensions'] as const;

/** The record that a nonconformance is shown as. */
export function nonconformanceToOca(nonconformance: Nonconformance): Mapped<OcaNonconformity> {
  const { plantId: plant, status, summary, description, containments = [], dispositions = [] } = nonconformance;
  const losses: Loss[] = [];
  const state = statusToState[status] ?? status;
  if (stateToStatus[state] !== status)
    losses.push({ pointer: '/status', reason: `${status} is told as ${state}, which means ${stateToStatus[state]}` });
  for (const name of described)
    if (nonconformance[name] !== undefined)
      losses.push({ pointer: `/${name}`, reason: 'has no field; it stands in the description, for people' });
  for (const name of untold)
    if (nonconformance[name] !== undefined) losses.push({ pointer: `/${name}`, reason: 'is not told' });
  const decided = dispositions.map(
    ({ disposition, quantity, decidedBy, justification }) =>
      `${disposition}: ${quantity.value} ${quantity.unit}, decided by ${decidedBy}${justification === undefined ? '' : ` (${justification})`}`,
  );
  const contained = containments.map(({ description: text }) => text);
  const plan = [...contained, ...decided].join('\n');
  const record: OcaNonconformity = {
    ...{ name: summary, reference: `${plant}/${nonconformance.nonconformanceNumber}`, state },
    ...{ severity: severities[nonconformance.severity], origins: [origins[nonconformance.source]] },
    description: [description ?? summary, ...described.flatMap((name) => lineOf(nonconformance, name))].join('\n'),
    ...(contained.length === 0 ? {} : { analysis: contained.join('\n') }),
    ...(state === 'open' || state === 'done' ? { action_comments: plan === '' ? 'No action.' : plan } : {}),
    ...(state === 'done' ? { evaluation_comments: `Closed at ${nonconformance.closedAt ?? 'an unknown time'}.` } : {}),
  };
  return [record, losses];
}

function lineOf(nonconformance: Nonconformance, name: (typeof described)[number]): readonly string[] {
  const value = nonconformance[name];
  if (value === undefined) return [];
  return [`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
}

/**
 * What a record says. A state that several canonical ones are told as is read as the one that `known` has, so that a record nobody has
 * touched changes nothing.
 * @throws QualityError `object-unknown` for a record that does not name an object, `state-unknown`
 */
export function nonconformanceFromOca(
  record: Pick<OcaNonconformity, 'name' | 'reference' | 'state'>,
  known?: Pick<Nonconformance, 'status'>,
): NonconformityChange {
  const [, plant, number] = /^([^/]+)\/(.+)$/.exec(record.reference) ?? [];
  if (plant === undefined || number === undefined)
    throw new QualityError('object-unknown', `${JSON.stringify(record.reference)} names no nonconformance`, {
      pointer: '/reference',
      remedy: 'Write plant and number into "Related to", such as PL01/NC-2026-0017, or leave records of its own alone.',
    });
  const read = Object.hasOwn(stateToStatus, record.state) ? stateToStatus[record.state] : undefined;
  if (read === undefined)
    throw new QualityError('state-unknown', `${JSON.stringify(record.state)} is no state of the module`, {
      ...{ key: record.reference, pointer: '/state' },
      remedy: `States are ${Object.keys(stateToStatus).join(', ')}.`,
    });
  const isUntouched = known !== undefined && statusToState[known.status] === record.state;
  return {
    ...{ plantId: plantId(plant), nonconformanceNumber: nonconformanceNumber(number), summary: record.name },
    status: isUntouched ? known.status : read,
  };
}
