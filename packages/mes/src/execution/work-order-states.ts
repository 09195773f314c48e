import type { WorkOrderStatus } from '@millwright/sdk/types';
import { MesError } from '../mes-error.ts';

/** x-states of schemas/objects/work-order.yaml, which is out of reach at run time; test/mes holds this copy against it. */
export const workOrderTransitions = [
  { from: 'draft', to: 'planned', on: 'dates and revisions fixed' },
  { from: 'draft', to: 'cancelled', on: 'order withdrawn' },
  { from: 'planned', to: 'released', on: 'order released' },
  { from: 'planned', to: 'cancelled', on: 'order withdrawn' },
  { from: 'released', to: 'in-progress', on: 'first operation started' },
  { from: 'released', to: 'cancelled', on: 'order withdrawn' },
  { from: 'in-progress', to: 'held', on: 'order stopped' },
  { from: 'held', to: 'in-progress', on: 'order resumed' },
  { from: 'in-progress', to: 'completed', on: 'final confirmation' },
  { from: 'completed', to: 'closed', on: 'order settled' },
] as const satisfies readonly { readonly from: WorkOrderStatus; readonly to: WorkOrderStatus; readonly on: string }[];

/** Throws `mes/transition-not-allowed`. `key` is `plant/number`. */
export function checkWorkOrderTransition(key: string, from: WorkOrderStatus, to: WorkOrderStatus): void {
  const next = workOrderTransitions.filter((transition) => transition.from === from);
  if (next.some((transition) => transition.to === to)) return;
  throw new MesError(
    'mes/transition-not-allowed',
    `${from} does not become ${to}`,
    { key, pointer: '/status' },
    next.length === 0
      ? `${from} is final: release another order.`
      : `Next is ${next.map((transition) => `${transition.to} (${transition.on})`).join(' or ')}.`,
  );
}
