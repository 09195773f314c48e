import type { Contract, Schema } from '@millwright/contract';
import { nameShapes, type Shape } from '../types/shapes.ts';
import { contentChecks } from './content-checks.ts';

/** A schema in a shape that is checked under a name. */
export interface Check {
  readonly name: string;
  readonly schema: Schema;
  readonly shape: Shape;
  /** True when there is a type of that name, so that the check narrows. */
  readonly typed: boolean;
}

/** Every named schema, and its write shape where that differs, in code-unit order of the schemas' names; then unnamed content. */
export function checksOf(contract: Contract): readonly Check[] {
  const names = nameShapes(contract);
  const typed = [...names.named].flatMap(([schema, name]) => {
    const read: Check = { name, schema, shape: 'read', typed: true };
    const input = names.nameOf(schema, 'write');
    return input === undefined || input === name ? [read] : [read, { ...read, name: input, shape: 'write' as const }];
  });
  const content = [...contentChecks(contract).anonymous].map(
    ([schema, name]): Check => ({ name, schema, shape: 'read', typed: false }),
  );
  return [...typed, ...content];
}
