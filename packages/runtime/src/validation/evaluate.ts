import {
  type Attempt,
  counted,
  distanceOf,
  Frame,
  fail,
  foreignDistance,
  merge,
  nearer,
  newSeen,
  pointerOf,
  report,
  type Seen,
} from './frame.ts';
import { has, type PreparedNode, type PreparedNodes, preparedNodesOf } from './prepared-nodes.ts';
import { checkGeneral, checkNumber, checkString } from './scalars.ts';
import type { SchemaKeywords, SchemaTable } from './schema-table.ts';
import { duplicateIndex, isObject, type ObjectValue } from './values.ts';
import type { Mode, Violation } from './violation.ts';

/** Nested evaluations at most: a value that is nested deeper is refused instead of exhausting the stack. */
const depthMax = 1_000;
/** Evaluations at most, so that a contract of references that multiply cannot stall the process. */
const evaluationsMax = 20_000_000;
const tooDeep = `is nested more than ${depthMax} schemas deep, or too intricate to judge`;

/**
 * Every way in which a value breaks a schema, the outermost first, at most 100.
 *
 * The law of the tolerant mode: it accepts whatever the strict mode accepts, and besides that ignores members that an
 * object closed by `additionalProperties: false` or `unevaluatedProperties: false` does not declare. So that opening an
 * object never makes another rule fail, `not` and `if` always judge strictly, `maxContains` counts strict matches, and
 * `oneOf` asks for one strict match first; only when no branch matches strictly, a tolerant match is enough.
 */
export function violationsOf(table: SchemaTable, node: number, value: unknown, mode: Mode): readonly Violation[] {
  const out: Violation[] = [];
  const evaluation = new Evaluation(table, mode, out);
  evaluation.evaluate(node, value);
  // Inside `not` and the like the limit is met in silence; no verdict is no approval.
  if (evaluation.gaveUp && out.length === 0) fail(evaluation, 'depth', tooDeep, value);
  return out;
}

/** The verdict alone. */
export function isValid(table: SchemaTable, node: number, value: unknown, mode: Mode): boolean {
  const evaluation = new Evaluation(table, mode, undefined);
  return evaluation.evaluate(node, value) && !evaluation.gaveUp;
}

class Evaluation extends Frame {
  readonly #table: SchemaTable;
  readonly #nodes: PreparedNodes;
  #evaluations = 0;

  /** True when a limit was met: what was not judged counts as wrong. */
  get gaveUp(): boolean {
    return this.#evaluations === Number.POSITIVE_INFINITY;
  }

  constructor(table: SchemaTable, mode: Mode, out: Violation[] | undefined) {
    super(mode === 'strict', out);
    this.#table = table;
    this.#nodes = preparedNodesOf(table);
  }

  evaluate(index: number, value: unknown): boolean {
    const node = this.#nodes.at(index);
    if (typeof node === 'boolean') return node || fail(this, 'false', 'is not allowed here', value);
    this.#evaluations += 1;
    if (this.depth >= depthMax || this.#evaluations > evaluationsMax) {
      // Once is enough: everything that is still open ends at once.
      const isFirst = !this.gaveUp;
      this.#evaluations = Number.POSITIVE_INFINITY;
      return isFirst ? fail(this, 'depth', tooDeep, value) : false;
    }
    const { scope, seen } = this;
    if (node.resource !== -1 && node.resource !== scope?.resource)
      this.scope = { resource: node.resource, outer: scope };
    if (node.asksSeen) this.seen = newSeen();
    this.depth += 1;
    const valid = this.#judge(node, value);
    this.depth -= 1;
    this.scope = scope;
    if (node.asksSeen) {
      if (valid) merge(seen, this.seen);
      this.seen = seen;
    }
    return valid;
  }

  #judge(node: PreparedNode, value: unknown): boolean {
    let valid = !node.asksElsewhere || this.#references(node, value);
    if (!valid && this.out === undefined) return false;
    if (node.asksGeneral) valid = checkGeneral(node, value, this) && valid;
    if (!valid && this.out === undefined) return false;
    valid = this.#byKind(node, value) && valid;
    if (!valid && this.out === undefined) return false;
    if (node.asksMore) valid = this.#applicators(node.keywords, value) && valid;
    if (!valid && this.out === undefined) return false;
    return node.asksSeen ? this.#unevaluated(node.keywords, value) && valid : valid;
  }

  /** The verdict alone, under circumstances of its own. */
  #holds(index: number, value: unknown, strict: boolean, seen: Seen | undefined): boolean {
    const { out, strict: strictBefore, seen: seenBefore } = this;
    this.out = undefined;
    this.strict = strict;
    this.seen = seen;
    const holds = this.evaluate(index, value);
    this.out = out;
    this.strict = strictBefore;
    this.seen = seenBefore;
    return holds;
  }

  #references(node: PreparedNode, value: unknown): boolean {
    const { dynamicRef } = node.keywords;
    let valid = node.ref === -1 || this.evaluate(node.ref, value);
    if (dynamicRef !== undefined && (valid || this.out !== undefined))
      valid = this.evaluate(this.#dynamicTarget(dynamicRef), value) && valid;
    for (const part of node.allOf) {
      if (!valid && this.out === undefined) return false;
      valid = this.evaluate(part, value) && valid;
    }
    return valid;
  }

  /** The outermost resource on the way here that has the anchor decides (core, section 8.2.3.2). */
  #dynamicTarget({ anchor, initial }: { readonly anchor: string; readonly initial: number }): number {
    let target = initial;
    for (let at = this.scope; at !== undefined; at = at.outer) {
      const anchors = this.#table.resources[at.resource] ?? {};
      if (Object.hasOwn(anchors, anchor)) target = anchors[anchor] as number;
    }
    return target;
  }

  #byKind(node: PreparedNode, value: unknown): boolean {
    if (typeof value === 'string') return !node.asksString || checkString(node, value, this);
    if (typeof value === 'number') return !node.asksNumber || checkNumber(node, value, this);
    if (Array.isArray(value)) return !node.asksArray || this.#array(node.keywords, value);
    return !node.asksObject || !isObject(value) || this.#object(node, value);
  }

  #array(node: SchemaKeywords, value: readonly unknown[]): boolean {
    const { minItems, maxItems, prefixItems = [], items } = node;
    let valid = true;
    if (minItems !== undefined && value.length < minItems)
      valid = fail(this, 'minItems', `must have at least ${counted(minItems, 'item')}`, value);
    if (maxItems !== undefined && value.length > maxItems)
      valid = fail(this, 'maxItems', `must have at most ${counted(maxItems, 'item')}`, value);
    const duplicate = node.uniqueItems === true ? duplicateIndex(value) : -1;
    if (duplicate >= 0) valid = fail(this, 'uniqueItems', `must not repeat an item: item ${duplicate} does`, value);
    for (let index = 0; index < value.length; index += 1) {
      if (!valid && this.out === undefined) return false;
      const schema = prefixItems[index] ?? items;
      if (schema === undefined) break;
      this.seen?.indexes.add(index);
      valid = this.#part(schema, value[index], index, 'items') && valid;
    }
    if (node.contains === undefined || (!valid && this.out === undefined)) return valid;
    return this.#contains(node, node.contains, value) && valid;
  }

  #contains(node: SchemaKeywords, contains: number, value: readonly unknown[]): boolean {
    const { minContains = 1, maxContains } = node;
    let [found, foundStrictly] = [0, 0];
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index];
      if (!this.#holds(contains, item, this.strict, undefined)) continue;
      found += 1;
      this.seen?.indexes.add(index);
      if (this.strict || this.#holds(contains, item, true, undefined)) foundStrictly += 1;
    }
    const kind = (count: number): string => `${counted(count, 'item')} of the kind asked for`;
    if (found < minContains) return fail(this, 'contains', `must contain at least ${kind(minContains)}`, value);
    if (maxContains !== undefined && foundStrictly > maxContains)
      return fail(this, 'maxContains', `must contain at most ${kind(maxContains)}`, value);
    return true;
  }

  /** A part of the value. A schema `false` is worded by the keyword that placed it there. */
  #part(schema: number, value: unknown, token: string | number, keyword: string): boolean {
    const { seen } = this;
    let valid: boolean;
    this.path.push(token);
    this.seen = undefined;
    if (this.#nodes.at(schema) !== false) valid = this.evaluate(schema, value);
    else if (keyword === 'items')
      valid = fail(this, keyword, 'must not be there: the list is complete before it', value);
    else valid = fail(this, keyword, 'must not be there', value);
    this.seen = seen;
    this.path.pop();
    return valid;
  }

  #object(node: PreparedNode, value: ObjectValue): boolean {
    const { dependentRequired, minProperties, maxProperties } = node.keywords;
    const names = Object.keys(value);
    let valid = true;
    for (const name of node.required)
      if (!has(value, name)) valid = fail(this, 'required', `must have property ${JSON.stringify(name)}`, value);
    if (dependentRequired !== undefined) valid = this.#dependents(dependentRequired, value) && valid;
    if (minProperties !== undefined || maxProperties !== undefined) {
      const count = names.filter((name) => value[name] !== undefined).length;
      if (minProperties !== undefined && count < minProperties)
        valid = fail(this, 'minProperties', `must have at least ${counted(minProperties, 'property')}`, value);
      if (maxProperties !== undefined && count > maxProperties)
        valid = fail(this, 'maxProperties', `must have at most ${counted(maxProperties, 'property')}`, value);
    }
    if (!valid && this.out === undefined) return false;
    return this.#members(node, value, names) && valid;
  }

  #dependents(dependents: NonNullable<SchemaKeywords['dependentRequired']>, value: ObjectValue): boolean {
    let valid = true;
    for (const [name, needed] of dependents) {
      if (!has(value, name)) continue;
      for (const other of needed)
        if (!has(value, other))
          valid = fail(
            this,
            'dependentRequired',
            `must have property ${JSON.stringify(other)} beside ${JSON.stringify(name)}`,
            value,
          );
    }
    return valid;
  }

  #members(node: PreparedNode, value: ObjectValue, names: readonly string[]): boolean {
    const { declared, patterns } = node;
    const { additionalProperties, propertyNames } = node.keywords;
    let valid = true;
    for (const name of names) {
      const member = value[name];
      if (member === undefined) continue;
      const own = declared.get(name);
      let isKnown = own !== undefined;
      if (own !== undefined) valid = this.#part(own, member, name, 'properties') && valid;
      for (const [pattern, schema] of patterns) {
        if (!pattern.test(name)) continue;
        isKnown = true;
        valid = this.#part(schema, member, name, 'properties') && valid;
      }
      if (isKnown || additionalProperties !== undefined) this.seen?.names.add(name);
      if (!isKnown && additionalProperties !== undefined)
        valid = this.#undeclared('additionalProperties', additionalProperties, value, name) && valid;
      if (propertyNames !== undefined && !this.#holds(propertyNames, name, this.strict, undefined))
        valid = fail(this, 'propertyNames', `must not have a property called ${JSON.stringify(name)}`, value);
      if (!valid && this.out === undefined) return false;
    }
    return valid;
  }

  #undeclared(
    keyword: 'additionalProperties' | 'unevaluatedProperties',
    schema: number,
    value: ObjectValue,
    name: string,
  ): boolean {
    if (this.#nodes.at(schema) === false)
      return !this.strict || fail(this, keyword, `must not have property ${JSON.stringify(name)}`, value);
    return this.#part(schema, value[name], name, keyword);
  }

  #applicators(node: SchemaKeywords, value: unknown): boolean {
    let valid = true;
    if (node.anyOf !== undefined) valid = this.#anyOf(node.anyOf, value);
    if (node.oneOf !== undefined) valid = this.#oneOf(node.oneOf, value) && valid;
    if (node.not !== undefined && this.#holds(node.not, value, true, undefined))
      valid = fail(this, 'not', 'must not be of the kind that is excluded', value);
    if (node.if !== undefined) {
      const seen = this.seen && newSeen();
      const holds = this.#holds(node.if, value, true, seen);
      if (holds) merge(this.seen, seen);
      const branch = holds ? node.then : node.else;
      if (branch !== undefined) valid = this.evaluate(branch, value) && valid;
    }
    if (node.dependentSchemas !== undefined && isObject(value))
      for (const [name, schema] of node.dependentSchemas)
        if (has(value, name)) valid = this.evaluate(schema, value) && valid;
    return valid;
  }

  /** Verdicts of the branches, with what the valid ones have looked at merged. */
  #matches(branches: readonly number[], value: unknown, strict: boolean): number {
    let matches = 0;
    for (const branch of branches) {
      if (this.#nodes.isForeign(branch, value)) continue;
      const seen = this.seen && newSeen();
      if (!this.#holds(branch, value, strict, seen)) continue;
      matches += 1;
      merge(this.seen, seen);
      // Whoever asks what was looked at needs every branch that holds.
    }
    return matches;
  }

  #anyOf(branches: readonly number[], value: unknown): boolean {
    if (this.#matches(branches, value, this.strict) > 0) return true;
    return this.#explain('anyOf', 'must match at least one of', branches, value);
  }

  #oneOf(branches: readonly number[], value: unknown): boolean {
    const matches = this.#matches(branches, value, true);
    if (matches === 1 || (matches === 0 && !this.strict && this.#matches(branches, value, false) > 0)) return true;
    if (matches > 1)
      return fail(
        this,
        'oneOf',
        `must match exactly one of ${branches.length} alternatives, but matches ${matches}`,
        value,
      );
    return this.#explain('oneOf', 'must match exactly one of', branches, value);
  }

  /** Names the branch that comes closest and says what is wrong with it. */
  #explain(keyword: string, law: string, branches: readonly number[], value: unknown): false {
    if (this.out === undefined) return false;
    let closest: Attempt | undefined;
    for (let at = 0; at < branches.length; at += 1)
      if (!this.#nodes.isForeign(branches[at] as number, value))
        closest = nearer(closest, this.#attempt(branches[at] as number, at, value));
    // A foreign branch is at least that far away, so most often nobody needs to know how far.
    if (closest === undefined || closest.distance >= foreignDistance)
      for (let at = 0; at < branches.length; at += 1)
        if (this.#nodes.isForeign(branches[at] as number, value))
          closest = nearer(closest, this.#attempt(branches[at] as number, at, value));
    const title = closest === undefined ? undefined : this.#titleOf(branches[closest.at] as number);
    fail(
      this,
      keyword,
      `${law} ${counted(branches.length, 'alternative')}${title === undefined ? '' : `; the closest is ${title}`}`,
      value,
    );
    for (const violation of closest?.violations ?? []) report(this, violation);
    return false;
  }

  #attempt(branch: number, at: number, value: unknown): Attempt {
    const { out, seen } = this;
    const violations: Violation[] = [];
    this.out = violations;
    this.seen = undefined;
    this.evaluate(branch, value);
    this.out = out;
    this.seen = seen;
    return { at, violations, distance: distanceOf(violations, pointerOf(this.path).length) };
  }

  #titleOf(branch: number): string | undefined {
    const node = this.#table.nodes[branch];
    if (typeof node !== 'object') return undefined;
    const target = node.ref === undefined ? undefined : this.#table.nodes[node.ref];
    return node.title ?? (typeof target === 'object' ? target.title : undefined);
  }

  #unevaluated({ unevaluatedProperties, unevaluatedItems }: SchemaKeywords, value: unknown): boolean {
    const { seen } = this;
    let valid = true;
    if (seen === undefined) return true;
    if (unevaluatedProperties !== undefined && isObject(value)) {
      for (const name of Object.keys(value)) {
        if (seen.names.has(name) || value[name] === undefined) continue;
        valid = this.#undeclared('unevaluatedProperties', unevaluatedProperties, value, name) && valid;
        seen.names.add(name);
      }
    }
    if (unevaluatedItems !== undefined && Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        if (seen.indexes.has(index)) continue;
        valid = this.#part(unevaluatedItems, value[index], index, 'unevaluatedItems') && valid;
        seen.indexes.add(index);
      }
    }
    return valid;
  }
}
