import type { JsonValue } from '@millwright/contract';
import type { Field } from './kinds.ts';
import type { Format } from './meta-schemas.ts';
import { at, childKinds, type Place, tokenOf, variantsOf, withValue } from './places.ts';
import { constantsOf, type Seeds, valuesAt } from './values.ts';

export type EditName = 'add' | 'remove' | 'change';

/** Two documents that obey the meta-schema and differ by one edit. */
export type Pair = readonly [base: JsonValue, revision: JsonValue];

/** What can be done at one field of one kind, by the instance of the kind that it was done to. */
export interface Location {
  /** `parameter.explode`. */
  readonly name: string;
  readonly place: Place;
  /** Nothing but objects and lists can stand there: what changes is within, at a location of its own. */
  readonly isWhole: boolean;
  /** The meta-schema knows one value. */
  readonly isConstant: boolean;
  /** What the meta-schema demands cannot be added or removed. */
  readonly isRequired: boolean;
  readonly edits: readonly {
    readonly variant: string;
    readonly added: readonly Pair[];
    readonly changed: readonly Pair[];
  }[];
}

export function locationsOf(place: Place, format: Format, seeds: Seeds): readonly Location[] {
  const variants = variantsOf(place, seeds, format);
  return place.kind.fields.map((field) => ({
    name: `${place.kind.name}.${field.name}`,
    place,
    isWhole: childKinds(field).length > 0 && !valuesAt(place.kind, field, seeds).some(isPlain),
    isConstant: field.nodes.every(({ schema }) => constantsOf(schema)?.length === 1),
    isRequired: place.kind.required.has(field.name),
    edits: variants.map((variant) => ({
      variant: JSON.stringify(at(variant, place.pointer)),
      ...pairsAt(place, field, variant, { format, seeds }),
    })),
  }));
}

const isPlain = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

function pairsAt(
  { kind, pointer }: Place,
  field: Field,
  variant: JsonValue,
  { format, seeds }: { readonly format: Format; readonly seeds: Seeds },
): { readonly added: readonly Pair[]; readonly changed: readonly Pair[] } {
  const token = tokenOf(kind, field, at(variant, pointer), seeds);
  const to = [...pointer, token];
  const existing = at(variant, to);
  const values = valuesAt(kind, field, seeds);
  const all = existing === undefined ? values : [existing, ...values];
  const known = new Map(all.map((value) => [JSON.stringify(value), value] as const));
  const within = new Map([...known].filter(([, value]) => format.isValid(withValue(variant, to, value))));
  const documents = [...within.values()].map((value) => withValue(variant, to, value));
  const without = kind.isList ? withValue(variant, pointer, []) : withValue(variant, to, undefined);
  const added: Pair[] = format.isValid(without) ? documents.map((document) => [without, document] as const) : [];
  if (kind.isList && within.size > 1) {
    const list = [...within.values()].slice(0, 2);
    const [one, both] = [list.slice(0, 1), list].map((items) => withValue(variant, pointer, items)) as [
      JsonValue,
      JsonValue,
    ];
    if (format.isValid(one) && format.isValid(both)) added.push([one, both]);
  }
  // What stands in an object or a list is changed at its own location.
  const isPart = (value: JsonValue): boolean => !isPlain(value) && childKinds(field).length > 0;
  const plain = [...within.values()].filter((value) => !isPart(value)).map((value) => withValue(variant, to, value));
  const changed = plain.slice(1).map((document, index) => [plain[index] as JsonValue, document] as const);
  return { added, changed };
}
