import type { B2mmlElement } from '../b2mml/element.ts';
import { append, type Field, set, takeQuantity, writeQuantity } from './field.ts';
import { dropId, useOf } from './shared-fields.ts';

/** What became of a quantity; the standard names only the good one. */
export type MaterialOutcome = 'Produced' | 'Scrap' | 'Rework';

/** MaterialUse of an outcome. */
export function useElement(outcome: MaterialOutcome): string | B2mmlElement {
  return outcome === 'Produced' ? outcome : { $: 'Other', '@OtherValue': outcome };
}

/** Whether an element is of that outcome. */
export function isOf(outcome: MaterialOutcome): (element: B2mmlElement) => boolean {
  const wanted = outcome === 'Produced' ? outcome : `Other ${outcome}`;
  return (element) => useOf(element) === wanted;
}

/** One quantity without a lot. */
export function materialTotal(property: string, outcome: MaterialOutcome): Field {
  return {
    properties: [property],
    element: `MaterialActual/Quantity of MaterialUse ${outcome}`,
    write: (from, into, { pointer, trail }) =>
      append(into, 'MaterialActual', {
        ID: outcome,
        MaterialUse: useElement(outcome),
        Quantity: [writeQuantity(from[property], { pointer: `${pointer}/${property}`, trail })],
      }),
    read: (from, into) => {
      const [found, other] = from.children('MaterialActual', isOf(outcome));
      if (other !== undefined) throw other.wrong('MaterialUse', `a second quantity of ${outcome} is not mapped`);
      if (found === undefined) return;
      dropId(found, outcome);
      found.take('MaterialUse');
      set(into, property, takeQuantity(found));
      found.end();
    },
  };
}
