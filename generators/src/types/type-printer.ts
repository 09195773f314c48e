import { type Code, code, identifier, indent, join, key, literal, nothing, sortedEntries } from '@millwright/codegen';
import type { Contract, JsonType, JsonValue, Schema } from '@millwright/contract';
import { isOfType } from '@millwright/contract';
import { AliasCycles } from './alias-cycles.ts';
import { commentOf } from './comments.ts';
import { declarationOf, requiredElsewhere } from './required-members.ts';
import { isAnnotated, nameShapes, type Shape, type ShapeNames } from './shapes.ts';
import { Combinations, UnionSizes } from './union-sizes.ts';

/** Prints schemas as TypeScript types and remembers which names it used. */
export interface TypePrinter {
  /** Type of a schema: its name where it has one, else the type itself. */
  readonly print: (schema: Schema, shape: Shape) => Code;
  /** Names of types that were printed so far, for the import line. */
  readonly imported: Set<string>;
}

const cyclesOfContract = new WeakMap<Contract, AliasCycles>();

function aliasCycles(contract: Contract, names: ShapeNames): AliasCycles {
  let cycles = cyclesOfContract.get(contract);
  if (cycles === undefined) {
    cycles = new AliasCycles(names.named.keys(), (schema) => names.named.has(schema));
    cyclesOfContract.set(contract, cycles);
  }
  return cycles;
}

/** A printer for the types of a contract; the other generators use it for operation inputs, results and payloads. */
export function createTypePrinter(
  contract: Contract,
  _options: object,
): TypePrinter & { readonly printDeclared: (schema: Schema, shape: Shape) => Code } {
  const names = nameShapes(contract);
  const printer = new Printer(names, aliasCycles(contract, names));
  return {
    print: (schema, shape) => printer.print(schema, { shape }),
    printDeclared: (schema, shape) => printer.printBody(schema, { shape, owner: schema }),
    imported: printer.imported,
  };
}

/** Where a type is printed: in which shape, and in the alias of which schema as long as no object or array is between. */
interface Place {
  readonly shape: Shape;
  readonly owner?: Schema;
  /** The outermost schema that holds for the same value: it may declare what a branch of it only requires. */
  readonly whole?: Schema;
}

const any = code`unknown`;
const none = code`never`;
const anyObject = code`{ [key: string]: unknown }`;

const catchAll: ReadonlySet<string> = new Set(['', '.*', '^.*$', '^', '.+', '^.+$']);

class Printer {
  readonly imported = new Set<string>();
  readonly #names: ShapeNames;
  readonly #cycles: AliasCycles;
  readonly #sizes = new UnionSizes();

  constructor(names: ShapeNames, cycles: AliasCycles) {
    this.#names = names;
    this.#cycles = cycles;
  }

  print(schema: Schema, place: Place): Code {
    const name = this.#names.nameOf(schema, place.shape);
    if (name === undefined) return this.printBody(schema, place);
    this.imported.add(name);
    return identifier(name);
  }

  /** A schema that holds for the same value as its owner: named, unless that would make the alias contain itself. */
  #printIntersected(schema: Schema, place: Place): Code {
    const { owner } = place;
    if (owner === undefined || !this.#names.named.has(schema) || !this.#cycles.cutsIntersection(owner, schema))
      return this.print(schema, place);
    return schema === owner ? any : this.#printOwnMembers(schema, place.shape);
  }

  #printAlternative(schema: Schema, place: Place): Code {
    const { owner } = place;
    return owner !== undefined && this.#names.named.has(schema) && this.#cycles.cutsUnion(owner, schema)
      ? any
      : this.print(schema, place);
  }

  #printOwnMembers(schema: Schema, shape: Shape): Code {
    return schema.properties === undefined && schema.required === undefined
      ? any
      : this.#object(schema, { shape, whole: schema });
  }

  printBody(schema: Schema, outside: Place): Code {
    if (schema.boolean !== undefined) return schema.boolean ? any : none;
    const place: Place = { ...outside, whole: outside.whole ?? schema };
    const parts: Code[] = [];
    const add = (part: Code): void => {
      if (part !== any && !parts.includes(part)) parts.push(part);
    };
    // What would make the product of unions too large is left out: the type gets wider, never wrong.
    const combinations = new Combinations();
    const intersect = (part: Schema): void =>
      void (combinations.admit(this.#sizes.sizeOf(part)) && add(this.#printIntersected(part, place)));
    if (schema.ref !== undefined) intersect(schema.ref);
    if (schema.dynamicRef?.target !== undefined) intersect(schema.dynamicRef.target);
    if ('const' in schema) add(literal(schema.const as JsonValue));
    else if (schema.enum !== undefined) add(this.#enumeration(schema));
    else add(this.#byType(schema, place));
    for (const item of schema.allOf ?? []) intersect(item);
    for (const union of [schema.anyOf, schema.oneOf]) {
      if (union !== undefined && combinations.admit(this.#sizes.sizeOfUnion(union)))
        add(this.#union(union, schema, place));
    }
    if (place.whole === schema) add(this.#requiredMembers(schema, place.shape));
    if (parts.length > 1 && parts.includes(anyObject)) parts.splice(parts.indexOf(anyObject), 1);
    if (parts.length === 0) return any;
    return parts.includes(none)
      ? none
      : join(
          parts.map((part) => (parts.length > 1 ? parenthesised(part) : part)),
          ' & ',
        );
  }

  #enumeration(schema: Schema): Code {
    const members = (schema.enum as readonly JsonValue[]).filter(
      (value) => schema.type === undefined || schema.type.some((type) => isOfType(value, type)),
    );
    const literals = [...new Set(members.map(literal))];
    // OpenAPI 3.0 authors write `nullable` beside an enum and mean it, although null is not a member.
    if (schema.dialect === 'openapi-3.0' && schema.type?.includes('null') === true) literals.push(code`null`);
    return literals.length === 0 ? none : unionOf(literals);
  }

  #byType(schema: Schema, place: Place): Code {
    const types = schema.type ?? impliedTypes(schema);
    if (types === undefined) return any;
    const printed = types
      .filter((type) => type !== 'integer' || !types.includes('number'))
      .map((type) => this.#ofType(schema, type, place));
    return printed.includes(any) ? any : unionOf([...new Set(printed)]);
  }

  #ofType(schema: Schema, type: JsonType, place: Place): Code {
    switch (type) {
      case 'integer':
      case 'number':
        return code`number`;
      case 'array':
        return this.#array(schema, { shape: place.shape });
      case 'object':
        return this.#object(schema, place);
      case 'string':
        return code`string`;
      case 'boolean':
        return code`boolean`;
      case 'null':
        return code`null`;
    }
  }

  #array(schema: Schema, place: Place): Code {
    const { prefixItems = [], items, minItems = 0 } = schema;
    const element = items === undefined ? any : this.print(items, place);
    if (prefixItems.length === 0) return element === none ? code`[]` : code`${parenthesised(element)}[]`;
    const places = prefixItems.map((item, index) => {
      const printed = this.print(item, place);
      return index < minItems ? printed : code`${parenthesised(printed)}?`;
    });
    const closed = schema.unevaluatedItems?.boolean === false || (schema.maxItems ?? Infinity) <= prefixItems.length;
    if (element !== none && !closed) places.push(code`...${parenthesised(element)}[]`);
    return code`[${join(places, ', ')}]`;
  }

  #object(schema: Schema, { shape, whole = schema }: Place): Code {
    const place: Place = { shape };
    const required = new Set(schema.required);
    const hidden = place.shape === 'write' ? 'readOnly' : 'writeOnly';
    const lines: Code[] = [];
    const types: Code[] = [];
    for (const [name, property] of sortedEntries(schema.properties ?? new Map<string, Schema>())) {
      if (isAnnotated(property, hidden)) continue;
      const type = this.print(property, place);
      types.push(type);
      const readonly = isAnnotated(property, 'readOnly') ? code`readonly ` : nothing;
      lines.push(
        code`${commentOf(property)}${readonly}${key(name)}${required.has(name) ? nothing : code`?`}: ${type};`,
      );
    }
    for (const name of [...required].sort()) {
      if (schema.properties?.has(name) === true) continue;
      const member = this.#requiredMember(whole, name, shape);
      if (member === undefined) continue;
      types.push(member.type);
      lines.push(member.line);
    }
    const index = this.#indexSignature(schema, types, place);
    if (index !== undefined) lines.push(index);
    if (lines.length === 0)
      return schema.additionalProperties?.boolean === false ? code`Record<string, never>` : anyObject;
    return code`{\n${indent(join(lines, '\n'))}\n}`;
  }

  /** A member that a schema requires and another part of the same value declares; undefined where the shape hides it. */
  #requiredMember(whole: Schema, name: string, shape: Shape): { readonly type: Code; readonly line: Code } | undefined {
    const property = declarationOf(whole, name)?.property;
    if (property === undefined) return { type: any, line: code`${key(name)}: unknown;` };
    if (isAnnotated(property, shape === 'write' ? 'readOnly' : 'writeOnly')) return undefined;
    const printed = this.print(property, { shape });
    // A long type is not written twice: whatever the declaration says, only undefined is ruled out.
    const type = printed === any || printed.includes('\n') ? code`{} | null` : printed;
    return { type, line: code`${isAnnotated(property, 'readOnly') ? code`readonly ` : nothing}${key(name)}: ${type};` };
  }

  /** The members that parts of an `allOf` require of each other. */
  #requiredMembers(schema: Schema, shape: Shape): Code {
    const members = requiredElsewhere(schema, (part) => this.#names.named.has(part))
      .toSorted()
      .flatMap((name) => this.#requiredMember(schema, name, shape) ?? []);
    if (members.length === 0) return any;
    const lines = members.map(({ line }) => line);
    return code`{\n${indent(join(lines, '\n'))}\n}`;
  }

  /** What undeclared members hold. It must cover the declared ones too, because TypeScript asks that of an index signature. */
  #indexSignature(schema: Schema, declared: readonly Code[], place: Place): Code | undefined {
    const others = [
      ...(schema.patternProperties?.values() ?? []),
      ...(schema.additionalProperties === undefined ? [] : [schema.additionalProperties]),
    ].filter(({ boolean }) => boolean !== false);
    if (others.length === 0) return undefined;
    // Without `additionalProperties` a name that no pattern matches may hold anything.
    if (
      schema.additionalProperties === undefined &&
      ![...(schema.patternProperties?.keys() ?? [])].some((source) => catchAll.has(source))
    )
      return code`[key: string]: unknown;`;
    const printed = [...new Set(others.map((other) => this.print(other, place)))];
    if (printed.includes(any)) return code`[key: string]: unknown;`;
    const covering = [...new Set([...printed, ...declared])];
    if (covering.includes(any) || covering.length > 12) return code`[key: string]: unknown;`;
    return code`[key: string]: ${unionOf(declared.length > 0 ? [...covering, code`undefined`] : covering)};`;
  }

  #union(branches: readonly Schema[], owner: Schema, place: Place): Code {
    const printed = new Set<Code>();
    for (const branch of branches) {
      const type = this.#printAlternative(branch, place);
      if (type === any) return any;
      if (type !== none) printed.add(this.#discriminated(type, branch, owner));
    }
    return printed.size === 0 ? none : unionOf([...printed]);
  }

  /** An OpenAPI discriminator pins its property where the branch does not, so that a switch narrows. */
  #discriminated(type: Code, branch: Schema, { discriminator }: Schema): Code {
    if (discriminator === undefined) return type;
    const target = branch.ref ?? branch;
    const property = propertyOf(target, discriminator.propertyName);
    if (property !== undefined && ('const' in property || property.enum?.length === 1)) return type;
    const mapped = [...discriminator.mapping]
      .filter(([, schema]) => schema === target)
      .map(([name]) => name)
      .sort();
    const values = mapped.length > 0 ? mapped : [lastToken(target.pointer)];
    const allowed = property?.enum === undefined ? values : values.filter((value) => property.enum?.includes(value));
    // A name that the branch itself does not allow would make the branch impossible.
    if (allowed.length === 0) return type;
    return code`(${parenthesised(type)} & { ${key(discriminator.propertyName)}: ${unionOf(allowed.map(literal))} })`;
  }
}

function lastToken(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

/** A property of an object schema, looked for through references and allOf. */
function propertyOf(schema: Schema, name: string, depth = 0): Schema | undefined {
  if (depth > 8) return undefined;
  const own = schema.properties?.get(name);
  if (own !== undefined) return own.ref ?? own;
  for (const next of [schema.ref, ...(schema.allOf ?? [])]) {
    const found = next === undefined ? undefined : propertyOf(next, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function impliedTypes(schema: Schema): readonly JsonType[] | undefined {
  if (
    schema.properties !== undefined ||
    schema.required !== undefined ||
    schema.additionalProperties !== undefined ||
    schema.patternProperties !== undefined
  )
    return ['object'];
  if (schema.items !== undefined || schema.prefixItems !== undefined) return ['array'];
  return undefined;
}

const unionWidthMax = 100;

function unionOf(types: readonly Code[]): Code {
  if (types.length === 1) return types[0] as Code;
  const width = types.reduce((sum, type) => sum + type.length + 3, 0);
  return width <= unionWidthMax
    ? join(types, ' | ')
    : join(
        types.map((type, at) => (at === 0 ? type : code`  | ${type}`)),
        '\n',
      );
}

/** Parentheses where the type has an operator of its own on the outside. */
function parenthesised(type: Code): Code {
  return / [|&] /.test(outside(type)) ? code`(${type})` : type;
}

/** The text with everything inside brackets and quotes left out. */
function outside(type: string): string {
  if (!type.includes('| ') && !type.includes(' & ')) return type;
  let depth = 0;
  let kept = '';
  for (let at = 0; at < type.length; at += 1) {
    const character = type.charAt(at);
    if (character === "'") {
      for (at += 1; at < type.length && type.charAt(at) !== "'"; at += 1) if (type.charAt(at) === '\\') at += 1;
    } else if (character === '/' && type.charAt(at + 1) === '*') at = type.indexOf('*/', at) + 1;
    else if ('({['.includes(character)) depth += 1;
    else if (')}]'.includes(character)) depth -= 1;
    else if (depth === 0) kept += character;
  }
  return kept;
}
