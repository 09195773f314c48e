import type { JsonValue, Schema } from '@millwright/contract';
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
import { typeOf } from './holds.ts';
import { fromNumber } from './rational.ts';
import type { SchemaClasses } from './schema-classes.ts';
import { ofUnevaluatedItems, ofUnevaluatedProperties, otherNames } from './unevaluated.ts';

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
  if (node.dynamicRef === undefined) return [];
  const { target } = node.dynamicRef;
  if (target !== undefined) return [of(target)];
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
  if (unevaluatedItems !== undefined) parts.push(ofUnevaluatedItems(node, of(unevaluatedItems), of, classes));
  return parts;
}

function ofObject(node: Schema, of: (part: Schema) => Formula, classes: SchemaClasses): readonly Formula[] {
  const { properties = new Map<string, Schema>(), patternProperties = new Map<string, Schema>() } = node;
  const parts: Formula[] = [
    size(node.minProperties ?? 0, node.maxProperties ?? Infinity),
    ...(node.required ?? []).map((name) => has(name, true)),
    ...[...properties].map(([name, part]) => everyMember(among([name]), of(part))),
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
    parts.push(ofUnevaluatedProperties(node, of(node.unevaluatedProperties), of, classes));
  return parts;
}
