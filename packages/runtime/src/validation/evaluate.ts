import { counted, type Frame, fail, merge, newSeen, type Path, pointerOf, report, type Scope } from './frame.ts';
import { checkGeneral, checkNumber, checkString, patternOf } from './scalars.ts';
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
  const evaluation = new Evaluation(table);
  evaluation.evaluate(node, value, rootFrame(mode, out));
  // Inside `not` and the like the limit is met in silence; no verdict is no approval.
  if (evaluation.gaveUp && out.length === 0) fail(rootFrame(mode, out), 'depth', tooDeep, value);
  return out;
}

/** The verdict alone. */
export function isValid(table: SchemaTable, node: number, value: unknown, mode: Mode): boolean {
  const evaluation = new Evaluation(table);
  return evaluation.evaluate(node, value, rootFrame(mode, undefined)) && !evaluation.gaveUp;
}

function rootFrame(mode: Mode, out: Violation[] | undefined): Frame {
  return { path: undefined, scope: undefined, depth: 0, strict: mode === 'strict', seen: undefined, out };
}

class Evaluation {
  readonly #table: SchemaTable;
  #evaluations = 0;

  /** True when a limit was met: what was not judged counts as wrong. */
  get gaveUp(): boolean {
    return this.#evaluations === Number.POSITIVE_INFINITY;
  }

  constructor(table: SchemaTable) {
    this.#table = table;
  }

  evaluate(index: number, value: unknown, frame: Frame): boolean {
    const node = this.#table.nodes[index] as boolean | SchemaKeywords;
    if (typeof node === 'boolean') return node || fail(frame, 'false', 'is not allowed here', value);
    this.#evaluations += 1;
    if (frame.depth >= depthMax || this.#evaluations > evaluationsMax) {
      // Once is enough: everything that is still open ends at once.
      const isFirst = !this.gaveUp;
      this.#evaluations = Number.POSITIVE_INFINITY;
      return isFirst ? fail(frame, 'depth', tooDeep, value) : false;
    }
    const scope =
      node.resource === undefined || node.resource === frame.scope?.resource
        ? frame.scope
        : { resource: node.resource, outer: frame.scope };
    const asks = node.unevaluatedProperties !== undefined || node.unevaluatedItems !== undefined;
    const seen = asks ? newSeen() : frame.seen;
    const inner: Frame = { ...frame, scope, depth: frame.depth + 1, seen };
    const steps: readonly (() => boolean)[] = [
      () => this.#references(node, value, inner),
      () => checkGeneral(node, value, inner),
      () => this.#byKind(node, value, inner),
      () => this.#applicators(node, value, inner),
      () => this.#unevaluated(node, value, inner),
    ];
    let valid = true;
    for (const step of steps) {
      valid = step() && valid;
      if (!valid && frame.out === undefined) return false;
    }
    if (asks && valid) merge(frame.seen, seen);
    return valid;
  }

  #all(nodes: readonly number[], value: unknown, frame: Frame): boolean {
    let valid = true;
    for (const node of nodes) {
      valid = this.evaluate(node, value, frame) && valid;
      if (!valid && frame.out === undefined) return false;
    }
    return valid;
  }

  #references(node: SchemaKeywords, value: unknown, frame: Frame): boolean {
    const targets = [
      ...(node.ref === undefined ? [] : [node.ref]),
      ...(node.dynamicRef === undefined ? [] : [this.#dynamicTarget(node.dynamicRef, frame.scope)]),
      ...(node.allOf ?? []),
    ];
    return this.#all(targets, value, frame);
  }

  /** The outermost resource on the way here that has the anchor decides (core, section 8.2.3.2). */
  #dynamicTarget({ anchor, initial }: { anchor: string; initial: number }, scope: Scope | undefined): number {
    let target = initial;
    for (let at = scope; at !== undefined; at = at.outer) {
      const anchors = this.#table.resources[at.resource] ?? {};
      if (Object.hasOwn(anchors, anchor)) target = anchors[anchor] as number;
    }
    return target;
  }

  #byKind(node: SchemaKeywords, value: unknown, frame: Frame): boolean {
    if (typeof value === 'string') return checkString(node, value, frame);
    if (typeof value === 'number') return checkNumber(node, value, frame);
    if (Array.isArray(value)) return this.#array(node, value, frame);
    return isObject(value) ? this.#object(node, value, frame) : true;
  }

  #array(node: SchemaKeywords, value: readonly unknown[], frame: Frame): boolean {
    const { minItems, maxItems, prefixItems = [], items } = node;
    let valid = true;
    if (minItems !== undefined && value.length < minItems)
      valid = fail(frame, 'minItems', `must have at least ${counted(minItems, 'item')}`, value);
    if (maxItems !== undefined && value.length > maxItems)
      valid = fail(frame, 'maxItems', `must have at most ${counted(maxItems, 'item')}`, value);
    const duplicate = node.uniqueItems === true ? duplicateIndex(value) : -1;
    if (duplicate >= 0) valid = fail(frame, 'uniqueItems', `must not repeat an item: item ${duplicate} does`, value);
    if (!valid && frame.out === undefined) return false;
    for (const [index, item] of value.entries()) {
      const schema = prefixItems[index] ?? items;
      if (schema === undefined) break;
      frame.seen?.indexes.add(index);
      valid = this.#part(schema, item, index, frame, 'items') && valid;
      if (!valid && frame.out === undefined) return false;
    }
    return this.#contains(node, value, frame) && valid;
  }

  #contains(node: SchemaKeywords, value: readonly unknown[], frame: Frame): boolean {
    const { contains, minContains = 1, maxContains } = node;
    if (contains === undefined) return true;
    let [found, foundStrictly] = [0, 0];
    for (const [index, item] of value.entries()) {
      const quiet: Frame = { ...frame, out: undefined, seen: undefined };
      if (!this.evaluate(contains, item, quiet)) continue;
      found += 1;
      frame.seen?.indexes.add(index);
      if (frame.strict || this.evaluate(contains, item, { ...quiet, strict: true })) foundStrictly += 1;
    }
    if (found < minContains)
      return fail(
        frame,
        'contains',
        `must contain at least ${counted(minContains, 'item')} of the kind asked for`,
        value,
      );
    if (maxContains !== undefined && foundStrictly > maxContains)
      return fail(
        frame,
        'maxContains',
        `must contain at most ${counted(maxContains, 'item')} of the kind asked for`,
        value,
      );
    return true;
  }

  /** A part of the value. A schema `false` is worded by the keyword that placed it there. */
  #part(schema: number, value: unknown, token: string | number, frame: Frame, keyword: string): boolean {
    const path: Path = { token, parent: frame.path };
    if (this.#table.nodes[schema] === false)
      return keyword === 'items'
        ? fail({ ...frame, path }, keyword, 'must not be there: the list is complete before it', value)
        : fail({ ...frame, path }, keyword, 'must not be there', value);
    return this.evaluate(schema, value, { ...frame, path, seen: undefined });
  }

  #object(node: SchemaKeywords, value: ObjectValue, frame: Frame): boolean {
    const names = Object.keys(value).filter((name) => value[name] !== undefined);
    const has = (name: string): boolean => Object.hasOwn(value, name) && value[name] !== undefined;
    let valid = true;
    for (const name of node.required ?? [])
      if (!has(name)) valid = fail(frame, 'required', `must have property ${JSON.stringify(name)}`, value);
    for (const [name, needed] of node.dependentRequired ?? [])
      if (has(name))
        for (const other of needed)
          if (!has(other))
            valid = fail(
              frame,
              'dependentRequired',
              `must have property ${JSON.stringify(other)} beside ${JSON.stringify(name)}`,
              value,
            );
    if (node.minProperties !== undefined && names.length < node.minProperties)
      valid = fail(frame, 'minProperties', `must have at least ${counted(node.minProperties, 'property')}`, value);
    if (node.maxProperties !== undefined && names.length > node.maxProperties)
      valid = fail(frame, 'maxProperties', `must have at most ${counted(node.maxProperties, 'property')}`, value);
    if (!valid && frame.out === undefined) return false;
    return this.#members(node, value, names, frame) && valid;
  }

  #members(node: SchemaKeywords, value: ObjectValue, names: readonly string[], frame: Frame): boolean {
    const declared = new Map(node.properties);
    const sources = (node.patternProperties ?? []).map(([source, schema]) => [patternOf(source), schema] as const);
    let valid = true;
    for (const name of names) {
      const own = declared.get(name);
      const matching = sources.filter(([pattern]) => pattern.test(name)).map(([, schema]) => schema);
      const schemas = own === undefined ? matching : [own, ...matching];
      if (schemas.length > 0) frame.seen?.names.add(name);
      for (const schema of schemas) valid = this.#part(schema, value[name], name, frame, 'properties') && valid;
      if (schemas.length === 0 && node.additionalProperties !== undefined) {
        frame.seen?.names.add(name);
        valid = this.#undeclared('additionalProperties', node.additionalProperties, value, name, frame) && valid;
      }
      if (
        node.propertyNames !== undefined &&
        !this.evaluate(node.propertyNames, name, { ...frame, seen: undefined, out: undefined })
      )
        valid = fail(frame, 'propertyNames', `must not have a property called ${JSON.stringify(name)}`, value);
      if (!valid && frame.out === undefined) return false;
    }
    return valid;
  }

  #undeclared(
    keyword: 'additionalProperties' | 'unevaluatedProperties',
    schema: number,
    value: ObjectValue,
    name: string,
    frame: Frame,
  ): boolean {
    if (this.#table.nodes[schema] === false)
      return !frame.strict || fail(frame, keyword, `must not have property ${JSON.stringify(name)}`, value);
    return this.#part(schema, value[name], name, frame, keyword);
  }

  #applicators(node: SchemaKeywords, value: unknown, frame: Frame): boolean {
    let valid = true;
    const quiet: Frame = { ...frame, out: undefined, seen: undefined };
    if (node.anyOf !== undefined) valid = this.#anyOf(node.anyOf, value, frame) && valid;
    if (node.oneOf !== undefined) valid = this.#oneOf(node.oneOf, value, frame) && valid;
    if (node.not !== undefined && this.evaluate(node.not, value, { ...quiet, strict: true }))
      valid = fail(frame, 'not', 'must not be of the kind that is excluded', value);
    if (node.if !== undefined) {
      const seen = frame.seen && newSeen();
      const holds = this.evaluate(node.if, value, { ...quiet, strict: true, seen });
      if (holds) merge(frame.seen, seen);
      const branch = holds ? node.then : node.else;
      if (branch !== undefined) valid = this.evaluate(branch, value, frame) && valid;
    }
    if (isObject(value))
      for (const [name, schema] of node.dependentSchemas ?? [])
        if (Object.hasOwn(value, name) && value[name] !== undefined)
          valid = this.evaluate(schema, value, frame) && valid;
    return valid;
  }

  /** Verdicts of the branches, with what the valid ones have looked at merged. */
  #matches(branches: readonly number[], value: unknown, frame: Frame, strict: boolean): number {
    let matches = 0;
    for (const branch of branches) {
      const seen = frame.seen && newSeen();
      if (!this.evaluate(branch, value, { ...frame, strict, out: undefined, seen })) continue;
      matches += 1;
      merge(frame.seen, seen);
      // Whoever asks what was looked at needs every branch that holds.
    }
    return matches;
  }

  #anyOf(branches: readonly number[], value: unknown, frame: Frame): boolean {
    if (this.#matches(branches, value, frame, frame.strict) > 0) return true;
    return this.#explain('anyOf', 'must match at least one of', branches, value, frame);
  }

  #oneOf(branches: readonly number[], value: unknown, frame: Frame): boolean {
    const matches = this.#matches(branches, value, frame, true);
    if (matches === 1 || (matches === 0 && !frame.strict && this.#matches(branches, value, frame, false) > 0))
      return true;
    if (matches > 1)
      return fail(
        frame,
        'oneOf',
        `must match exactly one of ${branches.length} alternatives, but matches ${matches}`,
        value,
      );
    return this.#explain('oneOf', 'must match exactly one of', branches, value, frame);
  }

  /** Names the branch that comes closest and says what is wrong with it. */
  #explain(keyword: string, law: string, branches: readonly number[], value: unknown, frame: Frame): false {
    if (frame.out === undefined) return false;
    let closest: { readonly branch: number; readonly violations: Violation[]; readonly distance: number } | undefined;
    for (const branch of branches) {
      const violations: Violation[] = [];
      this.evaluate(branch, value, { ...frame, out: violations, seen: undefined });
      const distance = distanceOf(violations, pointerOf(frame.path));
      if (closest === undefined || distance < closest.distance) closest = { branch, violations, distance };
    }
    const node = closest === undefined ? undefined : this.#table.nodes[closest.branch];
    const title = typeof node === 'object' ? this.#titleOf(node) : undefined;
    fail(
      frame,
      keyword,
      `${law} ${counted(branches.length, 'alternative')}${title === undefined ? '' : `; the closest is ${title}`}`,
      value,
    );
    for (const violation of closest?.violations ?? []) report(frame, violation);
    return false;
  }

  #titleOf(node: SchemaKeywords): string | undefined {
    const target = node.ref === undefined ? undefined : this.#table.nodes[node.ref];
    return node.title ?? (typeof target === 'object' ? target.title : undefined);
  }

  #unevaluated(node: SchemaKeywords, value: unknown, frame: Frame): boolean {
    const { seen } = frame;
    let valid = true;
    if (seen === undefined) return true;
    if (node.unevaluatedProperties !== undefined && isObject(value)) {
      for (const name of Object.keys(value)) {
        if (seen.names.has(name) || value[name] === undefined) continue;
        valid = this.#undeclared('unevaluatedProperties', node.unevaluatedProperties, value, name, frame) && valid;
        seen.names.add(name);
      }
    }
    if (node.unevaluatedItems !== undefined && Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        if (seen.indexes.has(index)) continue;
        valid = this.#part(node.unevaluatedItems, item, index, frame, 'unevaluatedItems') && valid;
        seen.indexes.add(index);
      }
    }
    return valid;
  }
}

/** A wrong constant or type at the top tells that another branch was meant; faults deeper down weigh less. */
function distanceOf(violations: readonly Violation[], pointer: string): number {
  return violations.reduce((sum, violation) => {
    const depth = violation.pointer.slice(pointer.length).split('/').length - 1;
    const isTag = depth <= 1 && (violation.keyword === 'const' || violation.keyword === 'type');
    return sum + (isTag ? 100 : depth <= 1 ? 10 : 1);
  }, 0);
}
