/** Roles that systems play in a plant. */
export const roles = [
  'erp',
  'mes',
  'quality',
  'warehouse',
  'laboratory',
  'supplier',
  'analytics',
  'middleware',
] as const;
export type Role = (typeof roles)[number];

/** How soon a consumer must have the data: `rt` 5 seconds, `nrt` 5 minutes, `batch` by file. */
export type LatencyClass = 'rt' | 'nrt' | 'batch';

export type InteractionPattern = 'api' | 'webhook' | 'event' | 'batch';

/**
 * The extension `x-governance`: who owns a part of the contract and who may do what with it. Nearer wins, member by
 * member: schema or message over operation or channel over document. Every member is optional here; that the needed
 * ones are there is what lint checks. Members of a wrong type were reported when the contract was read and are absent.
 */
export interface Governance {
  readonly owner?: string;
  readonly contact?: string;
  readonly systemOfRecord?: Role;
  readonly create?: readonly Role[];
  readonly update?: readonly Role[];
  readonly consume?: readonly Role[];
  readonly pattern?: readonly InteractionPattern[];
  readonly latency?: Latency;
  readonly criticality?: Criticality;
  readonly consequence?: string;
  readonly lifecycle?: Lifecycle;
  readonly classification?: Classification;
  readonly retention?: string;
  readonly rto?: string;
  readonly rpo?: string;
  readonly approvals?: readonly string[];
  readonly requiresHumanApproval?: boolean;
}

export interface Latency {
  readonly class: LatencyClass;
  /** ISO 8601 duration. */
  readonly maxDelay?: string;
}

export type Criticality = 'stops-production' | 'affects-quality' | 'affects-inventory' | 'informational';

export type Classification = 'public' | 'internal' | 'confidential' | 'regulated';

export interface Lifecycle {
  readonly status: 'draft' | 'active' | 'deprecated' | 'retired';
  /** Dates are ISO 8601 days. */
  readonly since?: string;
  readonly deprecatedOn?: string;
  readonly sunset?: string;
  readonly replacedBy?: string;
}

/** Seconds of an ISO 8601 duration; months have 30 days, years 365. */
export function durationSeconds(duration: string): number {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const sum = (text: string, seconds: Readonly<Record<string, number>>): number =>
    [...text.matchAll(/(\d+)([A-Z])/g)].reduce(
      (total, [, number, unit]) => total + Number(number) * (seconds[unit as string] ?? 0),
      0,
    );
  return sum(date, { Y: 31_536_000, M: 2_592_000, W: 604_800, D: 86_400 }) + sum(time, { H: 3_600, M: 60, S: 1 });
}
