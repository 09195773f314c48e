import type { ProductionConfirmation, Quantity, WorkOrder } from '@millwright/sdk/types';
import { nonNegativeDecimal } from '@millwright/sdk/types';
import { compareDecimals, sumDecimals } from '../decimals.ts';
import { MesError } from '../mes-error.ts';
import { checkWorkOrderTransition } from './work-order-states.ts';

/**
 * The order after a confirmation. Throws where the confirmation is not one of this order, or reports more good pieces than were
 * ordered; then nothing is to be booked.
 */
export function confirmed(order: WorkOrder, confirmation: ProductionConfirmation): WorkOrder {
  const key = `${order.plantId}/${order.workOrderNumber}`;
  refuseOther(order, confirmation, key);
  if (order.status !== 'in-progress')
    throw new MesError(
      'mes/transition-not-allowed',
      `a confirmation came while the order is ${order.status}`,
      { key, pointer: '/workOrderNumber' },
      order.status === 'completed' || order.status === 'closed'
        ? 'Correct an earlier confirmation, or release another order.'
        : 'Start or resume the order first.',
    );
  const completedQuantity = plus(order.completedQuantity, confirmation.producedQuantity);
  if (compareDecimals(completedQuantity.value, order.quantity.value) > 0)
    throw new MesError(
      'mes/over-confirmation',
      `${completedQuantity.value} good would be confirmed, ${order.quantity.value} are ordered`,
      { key, pointer: '/producedQuantity' },
      'Count again, or have the ERP raise the quantity of the order.',
    );
  refuseLots(confirmation, key);
  if (confirmation.final) checkWorkOrderTransition(key, order.status, 'completed');
  return {
    ...order,
    completedQuantity,
    scrappedQuantity: plus(order.scrappedQuantity, confirmation.scrappedQuantity),
    ...(confirmation.final ? { status: 'completed', completedAt: confirmation.occurredAt } : {}),
  };
}

function refuseOther(order: WorkOrder, confirmation: ProductionConfirmation, key: string): void {
  if (confirmation.itemNumber !== order.itemNumber)
    throw new MesError(
      'mes/other-object',
      `the confirmation is about ${confirmation.itemNumber}, the order about ${order.itemNumber}`,
      { key, pointer: '/itemNumber' },
      'Confirm the order of that item.',
    );
  for (const name of ['producedQuantity', 'scrappedQuantity', 'reworkedQuantity'] as const)
    if (confirmation[name].unit !== order.quantity.unit)
      throw new MesError(
        'mes/unknown-unit',
        `${confirmation[name].unit} is not the unit of the order, ${order.quantity.unit}`,
        { key, pointer: `/${name}/unit` },
        `Convert it to ${order.quantity.unit} where it is counted.`,
      );
}

/** Lots hold what was produced, no more. */
function refuseLots({ lots = [], producedQuantity }: ProductionConfirmation, key: string): void {
  const inLots = sumDecimals(lots.map(({ quantity }) => quantity.value));
  if (lots.length === 0 || compareDecimals(inLots, producedQuantity.value) === 0) return;
  throw new MesError(
    'mes/lot-quantity-differs',
    `the lots hold ${inLots}, ${producedQuantity.value} were produced`,
    { key, pointer: '/lots' },
    'Distribute exactly what was produced to the lots.',
  );
}

function plus(before: Quantity | undefined, more: Quantity): Quantity {
  return { ...more, value: nonNegativeDecimal(sumDecimals([before?.value ?? '0', more.value])) };
}
