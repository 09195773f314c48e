import {
  alwaysEvaluatedNames,
  conditionalParts,
  type EvaluatedNames,
  evaluatedItems,
  evaluatedNames,
  type JsonValue,
  type Schema,
} from '@millwright/contract';
import {
  above,
  all,
  always,
  among,
  any,
  below,
  count,
  everyMember,
  type Formula,
  has,
  item,
  multiple,
  negate,
  never,
  opaque,
  pattern,
  rest,
  schema as schemaFormula,
  size,
  unique,
  type ValueType,
} from './formula.ts';
import { fromNumber } from './rational.ts';
import type { SchemaClasses } from './schema-classes.ts';

export interface UnfoldOptions {
  /** True: `format` is judged by the final check, so what depends on it stays undecided. False: it says nothing. */
  readonly formats: boolean;
}

const one = fromNumber(1);

/** What a schema asks of values of one type, one step deep: parts of it stay schemas. */
export function unfold(node: Schema, type: ValueType, classes: SchemaClasses, options: UnfoldOptions): Formula {
  if (node.boolean !== undefined) return node.boolean ? always : never;
  const of = (part: Schema): Formula =>
    part.boolean === undefined ? schemaFormula(classes.classOf(part), true) : part.boolean ? always : never;
  return all([
    ofType(node, type),
    ofValues(node, type),
    ...ofKind(node, type, of, classes, options),
    ...(node.ref === undefined ? [] : [of(node.ref)]),
    ...ofDynamicRef(node, of, classes),
    ...(node.allOf ?? []).map(of),
    ...(node.anyOf === undefined ? [] : [any(node.anyOf.map(of))]),
    ...(node.oneOf === undefined ? [] : [exactlyOne(node.oneOf.map(of))]),
    ...(node.not === undefined ? [] : [negate(of(node.not))]),
    ofCondition(node, of),
  ]);
}

function ofType({ type: types }: Schema, type: ValueType): Formula {
  if (types === undefined) return always;
  if (type !== 'number') return types.includes(type) ? always : never;
  return types.includes('number') ? always : types.includes('integer') ? multiple(one, true) : never;
}

function typeOf(value: JsonValue): ValueType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as ValueType;
}

function ofValues(node: Schema, type: ValueType): Formula {
  const lists: (readonly JsonValue[])[] = [];
  if ('const' in node) lists.push([node.const as JsonValue]);
  if (node.enum !== undefined) lists.push(node.enum);
  return all(lists.map((values) => among(values.filter((value) => typeOf(value) === type))));
}

function exactlyOne(branches: readonly Formula[]): Formula {
  return any(
    branches.map((branch, index) => all([branch, ...branches.filter((_, other) => other !== index).map(negate)])),
  );
}

function ofCondition({ if: condition, then, else: otherwise }: Schema, of: (part: Schema) => Formula): Formula {
  if (condition === undefined || (then === undefined && otherwise === undefined)) return always;
  const test = of(condition);
  return any([
    all([test, then === undefined ? always : of(then)]),
    all([negate(test), otherwise === undefined ? always : of(otherwise)]),
  ]);
}

function ofDynamicRef(node: Schema, of: (part: Schema) => Formula, classes: SchemaClasses): readonly Formula[] {
  const { dynamicRef } = node;
  if (dynamicRef === undefined) return [];
  if (!dynamicRef.dynamic) return [of(dynamicRef.initial)];
  return [
    opaque(`dynamic${classes.classOf(node)}`, true, 'a $dynamicRef leads to different schemas on different ways'),
  ];
}

function ofKind(
  node: Schema,
  type: ValueType,
  of: (part: Schema) => Formula,
  classes: SchemaClasses,
  options: UnfoldOptions,
): readonly Formula[] {
  const format =
    node.format !== undefined && options.formats && (type === 'string' || type === 'number')
      ? [opaque(`format:${node.format}`, true, `format ${node.format} is not decided`)]
      : [];
  switch (type) {
    case 'number':
      return [...ofNumber(node), ...format];
    case 'string':
      return [...ofString(node), ...format];
    case 'array':
      return ofArray(node, of, classes);
    case 'object':
      return ofObject(node, of, classes);
    default:
      return [];
  }
}

function ofNumber(node: Schema): readonly Formula[] {
  return [
    ...(node.minimum === undefined ? [] : [above(fromNumber(node.minimum), true)]),
    ...(node.exclusiveMinimum === undefined ? [] : [above(fromNumber(node.exclusiveMinimum), false)]),
    ...(node.maximum === undefined ? [] : [below(fromNumber(node.maximum), true)]),
    ...(node.exclusiveMaximum === undefined ? [] : [below(fromNumber(node.exclusiveMaximum), false)]),
    ...(node.multipleOf === undefined ? [] : [multiple(fromNumber(node.multipleOf), true)]),
  ];
}

function ofString(node: Schema): readonly Formula[] {
  return [
    size(node.minLength ?? 0, node.maxLength ?? Infinity),
    ...(node.pattern === undefined ? [] : [pattern(node.pattern, true)]),
  ];
}

function ofArray(node: Schema, of: (part: Schema) => Formula, classes: SchemaClasses): readonly Formula[] {
  const { prefixItems = [], items, contains, minContains = 1, maxContains = Infinity, unevaluatedItems } = node;
  const parts: Formula[] = [
    size(node.minItems ?? 0, node.maxItems ?? Infinity),
    ...prefixItems.map((part, index) => item(index, of(part))),
  ];
  if (items !== undefined) parts.push(rest(prefixItems.length, of(items)));
  if (contains !== undefined) parts.push(count(of(contains), minContains, maxContains));
  if (node.uniqueItems === true) parts.push(unique(true));
  if (unevaluatedItems !== undefined) {
    const evaluated = evaluatedItems(node);
    if (evaluated === undefined)
      parts.push(opaque(`unevaluatedItems${classes.classOf(node)}`, true, 'unevaluatedItems beside branches'));
    else if (evaluated !== 'all') parts.push(rest(evaluated, of(unevaluatedItems)));
  }
  return parts;
}

const oneOfNames = (names: readonly string[]): Formula => among(names);

function ofObject(node: Schema, of: (part: Schema) => Formula, classes: SchemaClasses): readonly Formula[] {
  const { properties = new Map<string, Schema>(), patternProperties = new Map<string, Schema>() } = node;
  const parts: Formula[] = [
    size(node.minProperties ?? 0, node.maxProperties ?? Infinity),
    ...(node.required ?? []).map((name) => has(name, true)),
    ...[...properties].map(([name, part]) => everyMember(oneOfNames([name]), of(part))),
    ...[...patternProperties].map(([source, part]) => everyMember(pattern(source, true), of(part))),
  ];
  if (node.additionalProperties !== undefined)
    parts.push(
      everyMember(otherNames([...properties.keys()], [...patternProperties.keys()]), of(node.additionalProperties)),
    );
  if (node.propertyNames !== undefined) parts.push(everyMember(negate(of(node.propertyNames)), never));
  for (const [name, needed] of node.dependentRequired ?? [])
    parts.push(any([has(name, false), all(needed.map((other) => has(other, true)))]));
  for (const [name, part] of node.dependentSchemas ?? []) parts.push(any([has(name, false), of(part)]));
  if (node.unevaluatedProperties !== undefined)
    parts.push(ofUnevaluated(node, of(node.unevaluatedProperties), of, classes));
  return parts;
}

/** Conditions that are told apart case by case at most. */
const conditionsMax = 6;

/** Case by case: whichever conditional parts hold, the members that nothing looks at then must obey. */
function ofUnevaluated(node: Schema, law: Formula, of: (part: Schema) => Formula, classes: SchemaClasses): Formula {
  const settled = evaluatedNames(node);
  if (settled !== undefined)
    return settled.all ? always : everyMember(otherNames([...settled.names], [...settled.patterns]), law);
  const undecided = opaque(
    `unevaluatedProperties${classes.classOf(node)}`,
    true,
    'unevaluatedProperties beside branches',
  );
  const base = alwaysEvaluatedNames(node);
  const parts = conditionalParts(node)?.map(({ schema: part, when }) => ({
    condition: 'has' in when ? has(when.has, true) : 'holds' in when ? of(when.holds) : negate(of(when.fails)),
    evaluated: evaluatedNames(part),
  }));
  if (base === undefined || parts === undefined || parts.some(({ evaluated }) => evaluated === undefined))
    return undecided;
  const conditions = [...new Map(parts.map(({ condition }) => [condition.key, condition])).values()];
  if (conditions.length > conditionsMax) return undecided;
  const cases = Array.from({ length: 2 ** conditions.length }, (_, bits) =>
    conditions.map((condition, index) => ((bits >> index) & 1 ? condition : negate(condition))),
  );
  return any(
    cases.map((literals) => {
      const holding = parts
        .filter(({ condition }) => literals.includes(condition))
        .map(({ evaluated }) => evaluated as EvaluatedNames);
      if (holding.some(({ all: everything }) => everything)) return all(literals);
      const names = [...base.names, ...holding.flatMap((evaluated) => [...evaluated.names])];
      const patterns = [...base.patterns, ...holding.flatMap((evaluated) => [...evaluated.patterns])];
      return all([...literals, everyMember(otherNames(names, patterns), law)]);
    }),
  );
}

function otherNames(names: readonly string[], patterns: readonly string[]): Formula {
  return all([
    ...(names.length === 0 ? [] : [negate(oneOfNames(names))]),
    ...patterns.map((source) => pattern(source, false)),
  ]);
}
