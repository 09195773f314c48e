import { lotNumber, plantId, type QualityScope, workOrderNumber } from '@millwright/sdk/types';
import type { Kept, KeptObjects } from './object-table.ts';

/** `item/lot` of a scope that is one. */
export function lotOf(scope: QualityScope): string | undefined {
  return scope.kind === 'lot' ? `${scope.itemNumber}/${scope.lotNumber}` : undefined;
}

/** What an event about an object has in its envelope. */
export function contextOf({ plant, number, lot, correlationId, orderNumber }: Omit<Kept<keyof KeptObjects>, 'object'>) {
  const lotOfItem = lot?.slice(lot.indexOf('/') + 1);
  return {
    plantid: plantId(plant),
    subject: `${plant}/${number}`,
    ...(lotOfItem === undefined ? {} : { lotnumber: lotNumber(lotOfItem) }),
    ...(correlationId === undefined ? {} : { correlationid: correlationId }),
    ...(orderNumber === undefined ? {} : { ordernumber: workOrderNumber(orderNumber) }),
  };
}
