import { type Code, code, indent, join, literal } from '@millwright/codegen';
import type { Schema } from '@millwright/contract';
import { evaluatedItems } from '@millwright/contract';
import type { ConditionOf } from './objects.ts';
import type { Surroundings } from './scalars.ts';
import { asksForMode, fill, not, type Template, yes } from './template.ts';

const array = code`a`;

/** Statements of a function body that return false for an array `a` that breaks the schema; empty where nothing is asked. */
export function arrayStatements(schema: Schema, conditionOf: ConditionOf, { runtime }: Surroundings): readonly Code[] {
  const { minItems = 0, maxItems, prefixItems = [], items, contains, uniqueItems, unevaluatedItems } = schema;
  const statements: Code[] = [];
  if (minItems > 0) statements.push(code`if (${array}.length < ${literal(minItems)}) return false;`);
  if (maxItems !== undefined) statements.push(code`if (${array}.length > ${literal(maxItems)}) return false;`);
  for (const [index, item] of prefixItems.entries()) {
    const condition = conditionOf(item);
    const at = literal(index);
    if (condition !== yes)
      statements.push(
        code`if (${array}.length > ${at}) {\n${indent(code`const i = ${array}[${at}];\nif (${not(fill(condition, code`i`))}) return false;`)}\n}`,
      );
  }
  if (items !== undefined) statements.push(...restStatements(items, prefixItems.length, conditionOf));
  const evaluated = unevaluatedItems === undefined ? undefined : evaluatedItems(schema);
  if (unevaluatedItems !== undefined && typeof evaluated === 'number')
    statements.push(...restStatements(unevaluatedItems, evaluated, conditionOf));
  if (contains !== undefined) statements.push(...containsStatements(schema, conditionOf(contains)));
  // Last, because it costs most.
  if (uniqueItems === true)
    statements.push(code`if (${array}.length > 1 && ${runtime('duplicateIndex')}(${array}) >= 0) return false;`);
  return statements;
}

/** Items from a place on. */
function restStatements(items: Schema, start: number, conditionOf: ConditionOf): readonly Code[] {
  const condition = conditionOf(items);
  if (condition === yes) return [];
  if (items.boolean === false) return [code`if (${array}.length > ${literal(start)}) return false;`];
  const body = join([code`const i = ${array}[x];`, code`if (${not(fill(condition, code`i`))}) return false;`], '\n');
  return [code`for (let x = ${literal(start)}; x < ${array}.length; x += 1) {\n${indent(body)}\n}`];
}

/** `maxContains` counts strict matches, so that a tolerant reader refuses nothing that a strict one accepts. */
function containsStatements({ minContains = 1, maxContains }: Schema, condition: Template): readonly Code[] {
  if (minContains === 0 && maxContains === undefined) return [];
  const counts = [code`if (${fill(condition, code`i`)}) found += 1;`];
  const separate = maxContains !== undefined && asksForMode(condition);
  if (separate) counts.push(code`if (${fill(condition, code`i`, code`true`)}) exact += 1;`);
  const loop = code`for (const i of ${array}) {\n${indent(join(counts, '\n'))}\n}`;
  const limits: Code[] = [];
  if (minContains > 0) limits.push(code`if (found < ${literal(minContains)}) return false;`);
  if (maxContains !== undefined)
    limits.push(code`if (${separate ? code`exact` : code`found`} > ${literal(maxContains)}) return false;`);
  return [code`let found = 0;`, ...(separate ? [code`let exact = 0;`] : []), loop, ...limits];
}
