import { type Code, code, identifier, indent, join, stringLiteral } from '@millwright/codegen';
import type { JsonType, Schema } from '@millwright/contract';
import { evaluatedItems, evaluatedNames } from '@millwright/contract';
import type { Shape } from '../types/shapes.ts';
import { arrayStatements } from './arrays.ts';
import { areDisjoint, type Tag, tagOf } from './disjoint.ts';
import { objectStatements } from './objects.ts';
import {
  enumerationCondition,
  numberConditions,
  type Surroundings,
  stringConditions,
  typed,
  untyped,
} from './scalars.ts';
import { scannerOf } from './scanner.ts';
import { orderSchemas, type SchemaOrder, schemasReaching, usersOf } from './schema-order.ts';
import { and, asksForMode, fill, no, not, or, strict, type Template, value, yes } from './template.ts';

/** A condition longer than this becomes a function, so that what many schemas use is written once. */
const inlineLengthMax = 200;

const typesOfKind: readonly (readonly [kind: 'string' | 'number' | 'array' | 'object', types: readonly JsonType[]])[] =
  [
    ['string', ['string']],
    ['number', ['number', 'integer']],
    ['array', ['array']],
    ['object', ['object']],
  ];

export interface CompilerOptions {
  /** False: `format` is an annotation, as JSON Schema 2020-12 has it by default. */
  readonly formats: boolean;
  /** Index of a schema in the table of {@link SchemaTablePrinter}, for what only an interpreter can decide. */
  readonly indexOf: (schema: Schema, shape: Shape) => number;
}

/**
 * Turns schemas into conditions and functions. What a schema asks becomes code; the two things that cannot be known before
 * the value is (a `$dynamicRef` whose target depends on the way to it, `unevaluated*` beside branches that look at different
 * members) are asked of the runtime's interpreter.
 */
export class Compiler {
  /** Text of each function by its name. */
  readonly #functions = new Map<Code, Code>();
  /** Name of each constant by its initial value. */
  readonly #constants = new Map<Code, Code>();
  /** Name of the scanner of each pattern, where it can have one. */
  readonly #scanners = new Map<string, Code | undefined>();
  /** True when a condition calls a function of the runtime. */
  usesRuntime = false;
  /** True when a function takes an object apart. */
  usesObjects = false;
  /** True when a condition asks the interpreter. */
  usesTable = false;
  readonly #options: CompilerOptions;
  readonly #order: SchemaOrder;
  readonly #interpreted: ReadonlySet<Schema>;
  readonly #closed: ReadonlySet<Schema>;
  readonly #cyclic: ReadonlySet<Schema>;
  readonly #conditions: Readonly<Record<Shape, Map<Schema, Template>>> = { read: new Map(), write: new Map() };
  readonly #bodies = new Map<Code, Code>();
  readonly #surroundings: Surroundings;
  #functionCount = 0;

  constructor(roots: Iterable<Schema>, options: CompilerOptions) {
    this.#options = options;
    this.#order = orderSchemas(roots);
    const { schemas, recursive } = this.#order;
    const users = usersOf(schemas);
    const dynamic = schemas.filter(({ dynamicRef }) => dynamicRef?.dynamic === true);
    const open = schemas.filter(
      (schema) =>
        (schema.unevaluatedProperties !== undefined && evaluatedNames(schema) === undefined) ||
        (schema.unevaluatedItems !== undefined && evaluatedItems(schema) === undefined),
    );
    this.#interpreted = new Set([...schemasReaching(users, dynamic), ...open]);
    this.#closed = schemasReaching(
      users,
      schemas.filter(
        (schema) => schema.additionalProperties?.boolean === false || schema.unevaluatedProperties?.boolean === false,
      ),
    );
    this.#cyclic = schemasReaching(users, recursive);
    this.#surroundings = {
      formats: options.formats,
      runtime: this.#runtime,
      constant: this.#constant,
      scanner: (source) => {
        if (!this.#scanners.has(source)) {
          const scanner = scannerOf(source, this.#runtime);
          this.#scanners.set(source, scanner === undefined ? undefined : this.#constant(scanner));
        }
        return this.#scanners.get(source);
      },
    };
  }

  readonly #runtime = (name: string): Code => {
    this.usesRuntime = true;
    return code`rt.${identifier(name)}`;
  };

  readonly #constant = (initial: Code): Code => {
    const known = this.#constants.get(initial);
    if (known !== undefined) return known;
    const name = identifier(`c${this.#constants.size}`);
    this.#constants.set(initial, name);
    return name;
  };

  /** True when judging a value can go as deep as the value is nested. */
  isCyclic(schema: Schema): boolean {
    return this.#cyclic.has(schema);
  }

  /**
   * Constants and functions that some code needs. What only stands below interpreted schemas was compiled as well, but nobody
   * calls it.
   */
  declarationsFor(callers: readonly Code[]): {
    readonly constants: readonly Code[];
    readonly functions: readonly Code[];
  } {
    const needed = new Set<string>();
    const waiting: Code[] = [...callers];
    for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
      // A name inside a string keeps a declaration that is not needed; that is harmless.
      for (const [name] of text.matchAll(/\b[cf]\d+\b/g)) {
        if (needed.has(name)) continue;
        needed.add(name);
        waiting.push(this.#functions.get(name as Code) ?? ('' as Code));
      }
    }
    return {
      constants: [...this.#constants].flatMap(([initial, name]) =>
        needed.has(name) ? [code`const ${name} = ${initial};`] : [],
      ),
      functions: [...this.#functions].flatMap(([name, text]) => (needed.has(name) ? [text] : [])),
    };
  }

  /** Condition on a root schema in a shape. */
  conditionOf(root: Schema, shape: Shape): Template {
    const conditions = this.#conditions[shape];
    const known = conditions.get(root);
    if (known !== undefined) return known;
    // Functions of circles are named before they are written, because their parts call them.
    const { schemas, recursive } = shape === 'read' ? this.#order : orderSchemas([root]);
    const called = new Map<Schema, Code>();
    for (const schema of schemas) {
      if (conditions.has(schema)) continue;
      if (this.#interpreted.has(schema)) conditions.set(schema, this.#interpreter(schema, shape));
      if (!recursive.has(schema) || this.#interpreted.has(schema)) continue;
      const name = this.#nextName();
      called.set(schema, name);
      conditions.set(schema, this.#call(name, this.#closed.has(schema)));
    }
    for (const schema of schemas) {
      const name = called.get(schema);
      if (name !== undefined) this.#define(name, this.#print(schema, shape), this.#closed.has(schema));
      else if (!conditions.has(schema)) conditions.set(schema, this.#shortened(this.#print(schema, shape)));
    }
    return conditions.get(root) as Template;
  }

  #nextName(): Code {
    this.#functionCount += 1;
    return identifier(`f${this.#functionCount}`);
  }

  #call(name: Code, takesMode: boolean): Template {
    return takesMode ? code`${name}(${value}, ${strict})` : code`${name}(${value})`;
  }

  #define(name: Code, condition: Template, takesMode: boolean): void {
    const flag = takesMode ? code`, ${asksForMode(condition) ? code`s` : code`_s`}: boolean` : code``;
    this.#functions.set(
      name,
      code`function ${name}(v: unknown${flag}): boolean {\n  return ${fill(condition, code`v`, code`s`)};\n}`,
    );
  }

  /** A long condition becomes a function; equal ones share it. */
  #shortened(condition: Template): Template {
    if (condition.length <= inlineLengthMax) return condition;
    const takesMode = asksForMode(condition);
    let name = this.#bodies.get(condition);
    if (name === undefined) {
      name = this.#nextName();
      this.#bodies.set(condition, name);
      this.#define(name, condition, takesMode);
    }
    return this.#call(name, takesMode);
  }

  /** A function of statements on a value of one kind; equal ones share it. */
  #statementFunction(parameter: Code, statements: readonly Code[]): Template {
    if (statements.length === 0) return yes;
    this.usesObjects ||= parameter.includes('ObjectValue');
    const name = this.#sharedFunction(parameter, code`boolean`, [...statements, code`return true;`]);
    return this.#call(name, asksForMode(join(statements, '\n')));
  }

  /** A function on a member `m` by its name `k`; undefined when it has no case for the name. */
  #caseFunction(statements: readonly Code[]): Template {
    const name = this.#sharedFunction(code`k: string, m: unknown`, code`boolean | undefined`, [
      ...statements,
      code`return undefined;`,
    ]);
    return code`${name}(k, m${asksForMode(join(statements, '\n')) ? code`, ${strict}` : code``})`;
  }

  /** A function with these statements; equal ones share it. */
  #sharedFunction(parameters: Code, result: Code, statements: readonly Code[]): Code {
    const body = join(statements, '\n');
    const flag = asksForMode(body) ? code`, s: boolean` : code``;
    const signature = code`(${parameters}${flag}): ${result} {\n${indent(fill(body, value, code`s`))}\n}`;
    let name = this.#bodies.get(signature);
    if (name === undefined) {
      name = this.#nextName();
      this.#bodies.set(signature, name);
      this.#functions.set(name, code`function ${name}${signature}`);
    }
    return name;
  }

  #print(schema: Schema, shape: Shape): Template {
    if (schema.boolean !== undefined) return schema.boolean ? yes : no;
    const conditionOf = (part: Schema): Template => this.#conditions[shape].get(part) as Template;
    const parts = [schema.ref, schema.dynamicRef?.initial, ...(schema.allOf ?? [])].filter(
      (part) => part !== undefined,
    );
    return and([
      this.#own(schema, shape, conditionOf),
      ...parts.map(conditionOf),
      ...(schema.anyOf === undefined ? [] : [or(schema.anyOf.map(conditionOf))]),
      ...(schema.oneOf === undefined ? [] : [this.#oneOf(schema.oneOf, conditionOf)]),
      ...(schema.not === undefined ? [] : [not(fill(conditionOf(schema.not), value, yes))]),
      ...this.#conditional(schema, conditionOf),
    ]);
  }

  #interpreter(schema: Schema, shape: Shape): Template {
    this.usesTable = true;
    const isValid = this.#surroundings.runtime('isValid');
    const index = String(this.#options.indexOf(schema, shape)) as Code;
    return this.#closed.has(schema)
      ? code`${isValid}(table, ${index}, ${value}, ${strict} ? 'strict' : 'tolerant')`
      : code`${isValid}(table, ${index}, ${value}, 'strict')`;
  }

  /** The assertions that stand in the schema itself. */
  #own(schema: Schema, shape: Shape, conditionOf: (part: Schema) => Template): Template {
    const ofKind = {
      string: () => stringConditions(schema, this.#surroundings),
      number: () => numberConditions(schema, this.#surroundings),
      array: () =>
        this.#statementFunction(code`a: readonly unknown[]`, arrayStatements(schema, conditionOf, this.#surroundings)),
      object: () =>
        this.#statementFunction(
          code`o: ObjectValue`,
          objectStatements({
            schema,
            shape,
            conditionOf,
            surroundings: this.#surroundings,
            caseFunction: (statements) => this.#caseFunction(statements),
          }),
        ),
    };
    const enumeration = enumerationCondition(schema, this.#surroundings);
    if (schema.type === undefined || enumeration !== undefined)
      return and([
        enumeration ?? yes,
        ...typesOfKind.map(([kind]) => untyped(kind, ofKind[kind](), this.#surroundings)),
      ]);
    const types = schema.type.filter((type) => type !== 'integer' || schema.type?.includes('number') !== true);
    return or(
      types.map((type) => {
        const kind = typesOfKind.find(([, members]) => members.includes(type))?.[0];
        return typed(type, kind === undefined ? yes : ofKind[kind](), this.#surroundings);
      }),
    );
  }

  /** Branches that exclude each other need no counting: then one that holds is the only one. */
  #oneOf(branches: readonly Schema[], conditionOf: (part: Schema) => Template): Template {
    const conditions = branches.map(conditionOf);
    const tag = branches.length > 1 && branches.length <= 64 ? tagOf(branches) : undefined;
    if (tag !== undefined) return this.#byTag(tag, conditions);
    if (areDisjoint(branches)) return or(conditions);
    const exact = conditions.map((condition) => fill(condition, code`v`, yes));
    const counts = exact.map((condition, index) =>
      index === 0 ? code`let n = ${condition} ? 1 : 0;` : code`if (${condition}) n += 1;`,
    );
    const loose = or(conditions.map((condition) => fill(condition, code`v`)));
    const takesMode = asksForMode(loose);
    const verdict = takesMode ? code`n === 1 || (n === 0 && !${strict} && (${loose}))` : code`n === 1`;
    const body = code`${join(counts, '\n')}\nif (!(${verdict})) return false;`;
    return this.#statementFunction(code`v: unknown`, [body]);
  }

  /** One look at the tag finds the only branch that can hold. */
  #byTag({ name, texts }: Tag, conditions: readonly Template[]): Template {
    const cases = texts.map((text, index) => {
      const failing = not(fill(conditions[index] as Template, code`v`));
      return code`case ${stringLiteral(text)}:\n${indent(code`if (${failing}) return false;\nbreak;`)}`;
    });
    const isObject = this.#surroundings.runtime('isObject');
    return this.#statementFunction(code`v: unknown`, [
      code`if (!${isObject}(v)) return false;`,
      code`switch (v[${stringLiteral(name)}]) {\n${indent(join([...cases, code`default:\n  return false;`], '\n'))}\n}`,
    ]);
  }

  #conditional(
    { if: condition, then, else: otherwise }: Schema,
    conditionOf: (part: Schema) => Template,
  ): readonly Template[] {
    if (condition === undefined || (then === undefined && otherwise === undefined)) return [];
    const test = fill(conditionOf(condition), value, yes);
    return [
      code`((${test}) ? ${then === undefined ? yes : conditionOf(then)} : ${otherwise === undefined ? yes : conditionOf(otherwise)})`,
    ];
  }
}
