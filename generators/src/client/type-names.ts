import type { Contract } from '@millwright/contract';
import { nameShapes } from '../types/shapes.ts';

/** Every name that the types file declares as a type: of schemas, and of their write shapes where these differ. */
export function typeNames(contract: Contract): ReadonlySet<string> {
  const names = nameShapes(contract);
  return new Set([...names.named].flatMap(([schema, name]) => [name, names.nameOf(schema, 'write') ?? name]));
}
