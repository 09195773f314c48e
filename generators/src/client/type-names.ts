import type { Contract } from '@millwright/contract';
import { nameShapes } from '../types/shapes.ts';

const namesOfContract = new WeakMap<Contract, ReadonlySet<string>>();

/** Every name that the types file declares as a type: of schemas, and of their write shapes where these differ. */
export function typeNames(contract: Contract): ReadonlySet<string> {
  const known = namesOfContract.get(contract);
  if (known !== undefined) return known;
  const names = nameShapes(contract);
  const all = new Set([...names.named].flatMap(([schema, name]) => [name, names.nameOf(schema, 'write') ?? name]));
  namesOfContract.set(contract, all);
  return all;
}
