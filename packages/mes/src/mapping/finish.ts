import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { Trail } from '../loss.ts';
import { MesError } from '../mes-error.ts';

/** What a caller can say of the plant. */
export interface MappingOptions {
  /** The plant's own spellings of units, each with its UN/CEFACT code: `{ kg: 'KGM' }`. */
  readonly units?: Readonly<Record<string, string>>;
}

export function trailOf(key: string, { units = {} }: MappingOptions = {}): Trail {
  return { key, losses: [], units };
}

/** The value as its canonical type, when the contract accepts it; otherwise `mes/not-canonical` with the first violation. */
export function checked<Type>(object: string, value: unknown, trail: Trail): Type {
  const [first] = violationsOf(object, value, 'strict');
  if (first === undefined) return value as Type;
  throw new MesError(
    'mes/not-canonical',
    `no ${object}: ${first.message}`,
    { key: trail.key, pointer: first.pointer },
    'Send what the contract demands; docs/reference tells where each property stands in B2MML.',
  );
}

/** An empty list is no list in B2MML. */
export function tellEmptyLists(value: object, trail: Trail, pointer = ''): void {
  for (const [name, member] of Object.entries(value))
    if (Array.isArray(member) && name !== 'extensions') {
      if (member.length === 0)
        trail.losses.push({ pointer: `${pointer}/${name}`, reason: 'an empty list is read as an absent one' });
      for (const [index, each] of member.entries())
        if (typeof each === 'object' && each !== null) tellEmptyLists(each, trail, `${pointer}/${name}/${index}`);
    }
}
