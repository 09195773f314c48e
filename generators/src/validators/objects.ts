import { type Code, code, indent, join, literal, nothing, sortedEntries, stringLiteral } from '@millwright/codegen';
import type { Schema } from '@millwright/contract';
import type { Shape } from '../types/shapes.ts';
import { evaluatedNames } from './evaluated.ts';
import { patternCondition, type Surroundings } from './scalars.ts';
import { requiredIn } from './schema-table.ts';
import { and, fill, not, strict, type Template, yes } from './template.ts';

/** Finds the condition of a schema that was compiled before. */
export type ConditionOf = (schema: Schema) => Template;

const object = code`o`;

/** Members that every object inherits: reading them without asking for an own member would find the inherited one. */
const inherited: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype)]);

function read(name: string, { runtime }: Surroundings): Code {
  return inherited.has(name)
    ? code`${runtime('own')}(${object}, ${stringLiteral(name)})`
    : code`${object}[${stringLiteral(name)}]`;
}

const present = (name: string, surroundings: Surroundings): Code => code`${read(name, surroundings)} !== undefined`;

/** True when a condition fails for `undefined`, so that a required member needs no test of its own. */
function refusesUndefined(schema: Schema): boolean {
  for (let at: Schema | undefined = schema; at !== undefined; at = at.ref)
    if (at.boolean === false || at.type !== undefined || at.enum !== undefined || 'const' in at) return true;
  return false;
}

/** A single value that tells alternatives apart is tested first. */
function isTag(schema: Schema): boolean {
  for (let at: Schema | undefined = schema; at !== undefined; at = at.ref) if ('const' in at) return true;
  return false;
}

interface ObjectParts {
  readonly schema: Schema;
  readonly shape: Shape;
  readonly conditionOf: ConditionOf;
  readonly surroundings: Surroundings;
  /** A function of its own for some statements on `o`, as the condition that calls it. */
  readonly separate: (statements: readonly Code[]) => Template;
}

/** Statements on one property are at most this many in one function: TypeScript gives up on longer ones (TS2563). */
const statementsMax = 200;

/** Statements of a function body that return false for an object `o` that breaks the schema; empty where nothing is asked. */
export function objectStatements(parts: ObjectParts): readonly Code[] {
  const { schema, surroundings } = parts;
  const closed = isClosed(schema);
  const counted = closed && 2 * (schema.properties?.size ?? 0) <= statementsMax;
  return [
    ...sizeStatements(schema),
    ...inFunctions(propertyStatements(parts, counted), parts),
    ...dependencyStatements(parts),
    ...(closed ? [closedStatement(schema.properties ?? new Map(), [], surroundings, counted)] : loopStatements(parts)),
    ...unevaluatedStatements(parts),
  ];
}

function inFunctions(statements: readonly Code[], { separate }: ObjectParts): readonly Code[] {
  if (statements.length <= statementsMax) return statements;
  const groups: Code[] = [];
  // Each declaration stands right before its only use, so an even cut never separates the two.
  for (let at = 0; at < statements.length; at += statementsMax)
    groups.push(code`if (${not(fill(separate(statements.slice(at, at + statementsMax)), object))}) return false;`);
  return groups;
}

/** Closed without patterns: it is enough to count the declared members and compare. */
function isClosed(schema: Schema): boolean {
  return (
    schema.additionalProperties?.boolean === false &&
    schema.patternProperties === undefined &&
    schema.propertyNames === undefined
  );
}

function sizeStatements({ minProperties = 0, maxProperties }: Schema): readonly Code[] {
  const size = code`Object.keys(${object}).length`;
  const statements: Code[] = [];
  if (minProperties > 0) statements.push(code`if (${size} < ${literal(minProperties)}) return false;`);
  if (maxProperties !== undefined) statements.push(code`if (${size} > ${literal(maxProperties)}) return false;`);
  return statements;
}

function propertyStatements(
  { schema, shape, conditionOf, surroundings }: ObjectParts,
  counted: boolean,
): readonly Code[] {
  const required = new Set(requiredIn(schema, shape));
  const properties = sortedEntries(schema.properties ?? new Map<string, Schema>());
  const ordered = [...properties].sort(([, left], [, right]) => Number(isTag(right)) - Number(isTag(left)));
  const statements: Code[] = [];
  const optional: Code[] = [];
  for (const [index, [name, property]] of ordered.entries()) {
    const condition = conditionOf(property);
    const variable = code`p${literal(index)}`;
    const declaration = code`const ${variable} = ${read(name, surroundings)};`;
    if (required.has(name)) {
      const test = refusesUndefined(property)
        ? fill(condition, variable)
        : and([code`${variable} !== undefined`, fill(condition, variable)]);
      statements.push(declaration, code`if (${not(test)}) return false;`);
      continue;
    }
    if (condition === yes && !counted) continue;
    optional.push(declaration);
    const failing = condition === yes ? nothing : code`if (${not(fill(condition, variable))}) return false;`;
    if (!counted)
      optional.push(code`if (${variable} !== undefined && ${not(fill(condition, variable))}) return false;`);
    else if (condition === yes) optional.push(code`if (${variable} !== undefined) n += 1;`);
    else optional.push(code`if (${variable} !== undefined) {\n${indent(join([failing, code`n += 1;`], '\n'))}\n}`);
  }
  const undeclared = [...required].sort().filter((name) => schema.properties?.has(name) !== true);
  optional.push(...undeclared.map((name) => code`if (${read(name, surroundings)} === undefined) return false;`));
  if (!counted) return [...statements, ...optional];
  const declaredRequired = properties.filter(([name]) => required.has(name)).length;
  const start = optional.length === 0 ? code`const n = ` : code`let n = `;
  return [...statements, code`${start}${literal(declaredRequired)};`, ...optional];
}

/** Refuses undeclared members in strict mode. Members that are undefined do not travel, so they do not count. */
function closedStatement(
  declared: ReadonlyMap<string, Schema> | ReadonlySet<string>,
  patterns: readonly Template[],
  { runtime, constant }: Surroundings,
  counted: boolean,
): Code {
  const names = constant(code`new Set<string>([${join([...declared.keys()].sort().map(stringLiteral), ', ')}])`);
  const matches =
    patterns.length === 0
      ? nothing
      : code`, (k) => ${join(
          patterns.map((pattern) => fill(pattern, code`k`)),
          ' || ',
        )}`;
  const count = counted ? code` && n !== Object.keys(${object}).length` : nothing;
  return code`if (${strict}${count} && ${runtime('hasOther')}(${object}, ${names}${matches})) return false;`;
}

function dependencyStatements({ schema, conditionOf, surroundings }: ObjectParts): readonly Code[] {
  const statements: Code[] = (schema.dependentSchemas?.size ?? 0) > 0 ? [code`const v: unknown = ${object};`] : [];
  for (const [name, needed] of sortedEntries(schema.dependentRequired ?? new Map<string, readonly string[]>()))
    for (const other of needed)
      statements.push(
        code`if (${present(name, surroundings)} && ${read(other, surroundings)} === undefined) return false;`,
      );
  for (const [name, dependent] of sortedEntries(schema.dependentSchemas ?? new Map<string, Schema>())) {
    const condition = conditionOf(dependent);
    if (condition !== yes)
      statements.push(code`if (${present(name, surroundings)} && ${not(fill(condition, code`v`))}) return false;`);
  }
  return statements;
}

/** What has to look at every member: names, patterns, and undeclared members that must obey a schema. */
function loopStatements({ schema, conditionOf, surroundings }: ObjectParts): readonly Code[] {
  const { additionalProperties, propertyNames } = schema;
  const patterns = sortedEntries(schema.patternProperties ?? new Map<string, Schema>());
  const others = additionalProperties === undefined ? yes : conditionOf(additionalProperties);
  const closed = additionalProperties?.boolean === false;
  const names = propertyNames === undefined ? yes : conditionOf(propertyNames);
  const matching = patterns.map(([source]) => fill(patternCondition(source, surroundings), code`k`));
  const inside: Code[] = [];
  // Conditions are written for values of any kind: a name is looked at as one.
  if (names !== yes) inside.push(code`const t: unknown = k;`, code`if (${not(fill(names, code`t`))}) return false;`);
  const asksOthers = others !== yes;
  if (asksOthers && (schema.properties?.size ?? 0) > 0) {
    const declared = surroundings.constant(
      code`new Set<string>([${join([...(schema.properties?.keys() ?? [])].sort().map(stringLiteral), ', ')}])`,
    );
    inside.push(code`let known = ${declared}.has(k);`);
  } else if (asksOthers) inside.push(patterns.length === 0 ? nothing : code`let known = false;`);
  for (const [index, [, property]] of patterns.entries()) {
    const condition = fill(conditionOf(property), code`m`);
    const failing = condition === yes ? [] : [code`if (${not(condition)}) return false;`];
    const known = asksOthers ? [code`known = true;`] : [];
    if (failing.length + known.length === 0) continue;
    inside.push(code`if (${matching[index] as Code}) {\n${indent(join([...failing, ...known], '\n'))}\n}`);
  }
  if (asksOthers) {
    const unknown = patterns.length > 0 || (schema.properties?.size ?? 0) > 0 ? [code`!known`] : [];
    const refused = closed ? [strict] : [not(fill(others, code`m`))];
    inside.push(code`if (${join([...unknown, ...refused], ' && ')}) return false;`);
  }
  const body = inside.filter((line) => line !== nothing);
  if (body.length === 0) return [];
  return [
    code`for (const k of Object.keys(${object})) {\n${indent(
      join([code`const m = ${object}[k];`, code`if (m === undefined) continue;`, ...body], '\n'),
    )}\n}`,
  ];
}

/** `unevaluatedProperties` where what is looked at does not depend on the value; else the whole schema is interpreted. */
function unevaluatedStatements({ schema, conditionOf, surroundings }: ObjectParts): readonly Code[] {
  const { unevaluatedProperties } = schema;
  const evaluated = unevaluatedProperties === undefined ? undefined : evaluatedNames(schema);
  if (unevaluatedProperties === undefined || evaluated === undefined || evaluated.all) return [];
  const patterns = [...evaluated.patterns].sort().map((source) => patternCondition(source, surroundings));
  if (unevaluatedProperties.boolean === false) return [closedStatement(evaluated.names, patterns, surroundings, false)];
  const condition = fill(conditionOf(unevaluatedProperties), code`m`);
  if (condition === yes) return [];
  const names = surroundings.constant(
    code`new Set<string>([${join([...evaluated.names].sort().map(stringLiteral), ', ')}])`,
  );
  const skipped = join(
    [code`m === undefined`, code`${names}.has(k)`, ...patterns.map((pattern) => fill(pattern, code`k`))],
    ' || ',
  );
  return [
    code`for (const k of Object.keys(${object})) {\n${indent(
      join(
        [code`const m = ${object}[k];`, code`if (${skipped}) continue;`, code`if (${not(condition)}) return false;`],
        '\n',
      ),
    )}\n}`,
  ];
}
