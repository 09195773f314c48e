/** Allowed changes of the status of an object, as the extension x-states of its contract says them. */
export interface StateMachine {
  readonly initial: readonly string[];
  readonly final: readonly string[];
  readonly transitions: readonly Transition[];
}

/** One allowed change and what makes it happen. */
export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly on: string;
}

/** The contracts are data of the design side, out of reach at run time, hence this copy; test/quality holds it against them. */
export const stateMachines = {
  'inspection-order': {
    initial: ['requested'],
    final: ['completed', 'cancelled'],
    transitions: [
      { from: 'requested', to: 'sampling', on: 'sampling started' },
      { from: 'requested', to: 'in-progress', on: 'inspection started' },
      { from: 'requested', to: 'cancelled', on: 'request withdrawn' },
      { from: 'sampling', to: 'in-progress', on: 'inspection started' },
      { from: 'sampling', to: 'cancelled', on: 'request withdrawn' },
      { from: 'in-progress', to: 'completed', on: 'inspection completed' },
      { from: 'in-progress', to: 'cancelled', on: 'request withdrawn' },
    ],
  },
  nonconformance: {
    initial: ['open'],
    final: ['closed', 'voided'],
    transitions: [
      { from: 'open', to: 'contained', on: 'containment taken' },
      { from: 'contained', to: 'under-review', on: 'review started' },
      { from: 'under-review', to: 'dispositioned', on: 'disposition decided' },
      { from: 'dispositioned', to: 'verified', on: 'disposition carried out and checked' },
      { from: 'verified', to: 'closed', on: 'nonconformance closed' },
      { from: 'open', to: 'voided', on: 'raised in error' },
      { from: 'contained', to: 'voided', on: 'raised in error' },
      { from: 'under-review', to: 'voided', on: 'raised in error' },
    ],
  },
  deviation: {
    initial: ['draft'],
    final: ['refused', 'expired', 'withdrawn'],
    transitions: [
      { from: 'draft', to: 'submitted', on: 'deviation submitted' },
      { from: 'submitted', to: 'draft', on: 'changes asked for' },
      { from: 'submitted', to: 'approved', on: 'deviation approved' },
      { from: 'submitted', to: 'refused', on: 'deviation refused' },
      { from: 'draft', to: 'withdrawn', on: 'deviation withdrawn' },
      { from: 'approved', to: 'withdrawn', on: 'deviation withdrawn' },
      { from: 'approved', to: 'expired', on: 'period over or quantity used up' },
    ],
  },
  'corrective-action': {
    initial: ['open'],
    final: ['closed'],
    transitions: [
      { from: 'open', to: 'investigating', on: 'team named' },
      { from: 'investigating', to: 'planned', on: 'root cause confirmed and actions agreed' },
      { from: 'planned', to: 'implementing', on: 'first action started' },
      { from: 'implementing', to: 'verifying', on: 'all actions done' },
      { from: 'verifying', to: 'closed', on: 'actions found effective' },
      { from: 'verifying', to: 'reopened', on: 'actions found not effective' },
      { from: 'reopened', to: 'investigating', on: 'investigation started again' },
    ],
  },
  'quality-hold': {
    initial: ['active'],
    final: ['released', 'confirmed', 'voided'],
    transitions: [
      { from: 'active', to: 'under-review', on: 'review started' },
      { from: 'active', to: 'released', on: 'hold released' },
      { from: 'under-review', to: 'released', on: 'hold released' },
      { from: 'active', to: 'confirmed', on: 'hold confirmed' },
      { from: 'under-review', to: 'confirmed', on: 'hold confirmed' },
      { from: 'active', to: 'voided', on: 'placed in error' },
      { from: 'under-review', to: 'voided', on: 'placed in error' },
    ],
  },
} as const satisfies Readonly<Record<string, StateMachine>>;
