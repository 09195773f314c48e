import type { CorrectiveAction, Deviation, InspectionOrder, Nonconformance, QualityHold } from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';
import { correctiveActionConditions } from './corrective-action.ts';
import { deviationConditions } from './deviation.ts';
import type { EntryConditions } from './entry-conditions.ts';
import { inspectionOrderConditions } from './inspection-order.ts';
import { type StateMachine, stateMachines } from './machines.ts';
import { nonconformanceConditions } from './nonconformance.ts';
import { qualityHoldConditions } from './quality-hold.ts';

/** Objects with a status, by the name of their contract. */
export interface StatefulObjects {
  'inspection-order': InspectionOrder;
  nonconformance: Nonconformance;
  deviation: Deviation;
  'corrective-action': CorrectiveAction;
  'quality-hold': QualityHold;
}

type Kinds = {
  readonly [Kind in keyof StatefulObjects]: {
    readonly number: (object: StatefulObjects[Kind]) => string;
    readonly conditions: EntryConditions<StatefulObjects[Kind]>;
  };
};

const kinds: Kinds = {
  'inspection-order': { number: (order) => order.inspectionOrderNumber, conditions: inspectionOrderConditions },
  nonconformance: { number: (raised) => raised.nonconformanceNumber, conditions: nonconformanceConditions },
  deviation: { number: (deviation) => deviation.deviationNumber, conditions: deviationConditions },
  'corrective-action': { number: (action) => action.correctiveActionNumber, conditions: correctiveActionConditions },
  'quality-hold': { number: (hold) => hold.holdNumber, conditions: qualityHoldConditions },
};

/**
 * Refuses a change of an object that its contract does not allow: a transition that x-states does not name, or a state for which the
 * object does not hold what the state says. `before` is absent for a new object. A change that keeps the status is a change of fields,
 * which final states allow no more.
 * @throws QualityError with the business key, `plant/number`: `state-unknown`, `state-final`, `transition-not-allowed`,
 * `object-differs`, `entry-condition-missing`, `approval-missing`, `signature-missing`
 */
export function checkChange<Kind extends keyof StatefulObjects>(
  kind: Kind,
  before: StatefulObjects[Kind] | undefined,
  after: StatefulObjects[Kind],
): void {
  const key = keyOf(kind, after);
  if (before !== undefined && keyOf(kind, before) !== key)
    throw new QualityError('object-differs', `the change begins at ${keyOf(kind, before)}`, {
      key,
      remedy: 'Compare two states of the same object.',
    });
  refuseTransition(stateMachines[kind], key, before?.status, after.status);
  const missing = kinds[kind].conditions(after);
  if (missing !== undefined)
    throw new QualityError(missing.code ?? 'entry-condition-missing', `${after.status}, but ${missing.message}`, {
      key,
      pointer: missing.pointer,
      remedy: missing.remedy,
    });
}

function refuseTransition(machine: StateMachine, key: string, from: string | undefined, to: string): void {
  const states = new Set(machine.transitions.flatMap((transition) => [transition.from, transition.to]));
  const refuse = (code: 'state-unknown' | 'state-final' | 'transition-not-allowed', message: string, remedy: string) =>
    new QualityError(code, message, { key, pointer: '/status', remedy });
  for (const state of from === undefined ? [to] : [from, to])
    if (!states.has(state))
      throw refuse('state-unknown', `${JSON.stringify(state)} is no state`, `States are ${[...states].join(', ')}.`);
  if (from === undefined) {
    if (machine.initial.includes(to)) return;
    throw refuse('transition-not-allowed', `a new object is not ${to}`, `Begin with ${machine.initial.join(' or ')}.`);
  }
  if (machine.final.includes(from))
    throw refuse('state-final', `${from} is final`, 'Leave it as it is and raise a new object that refers to it.');
  const next = machine.transitions.filter((transition) => transition.from === from);
  if (from !== to && !next.some((transition) => transition.to === to))
    throw refuse(
      'transition-not-allowed',
      `${from} does not become ${to}`,
      `Next is ${next.map((transition) => `${transition.to} (${transition.on})`).join(' or ')}.`,
    );
}

function keyOf<Kind extends keyof StatefulObjects>(kind: Kind, object: StatefulObjects[Kind]): string {
  return `${object.plantId}/${kinds[kind].number(object)}`;
}
