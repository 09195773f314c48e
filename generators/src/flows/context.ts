import { type Code, code, identifier, join, stringLiteral } from '@millwright/codegen';
import {
  type Contract,
  type ContractEntry,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  joinPointer,
  member,
  type SourceDescriptions,
  type Workflow,
} from '@millwright/contract';
import type { FunctionTable, StepFunction } from './functions.ts';
import type { FlowProblem, FlowProblemCode } from './problems.ts';

/** What all workflows of a description are compiled with. */
export interface Description {
  readonly contract: Contract;
  readonly entry: ContractEntry;
  readonly sources: SourceDescriptions;
  readonly workflows: readonly Workflow[];
  readonly functions: FunctionTable;
}

/** A node of the description with its place. */
export interface Node {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** What is gathered while one workflow is compiled. */
export class Compilation {
  readonly description: Description;
  readonly workflow: Workflow;
  readonly problems: FlowProblem[] = [];
  readonly functions = new Set<StepFunction>();
  /** Functions of the runtime that its code calls. */
  readonly runtime = new Set<string>();
  /** Workflows that it starts or goes to. */
  readonly reaches = new Set<string>();
  #scopeReads = 0;

  constructor(description: Description, workflow: Workflow) {
    this.description = description;
    this.workflow = workflow;
  }

  tell(code_: FlowProblemCode, pointer: string, message: string, fix: string): undefined {
    this.problems.push({ code: code_, pointer, message, fix });
    return undefined;
  }

  unsupported(pointer: string, message: string, fix: string): undefined {
    return this.tell('generate/flow-unsupported', pointer, message, fix);
  }

  /** A function of the runtime, imported by being asked for. */
  use(name: string): Code {
    this.runtime.add(name);
    return identifier(name);
  }

  /** A member of the scope, or of a part of it. */
  fromScope(path: readonly string[], first: string): Code {
    this.#scopeReads += 1;
    if (path.length === 0) return code`s.${identifier(first)}`;
    return code`${this.use('valueAt')}(s.${identifier(first)}, ${join(path.map(stringLiteral), ', ')})`;
  }

  /** A header of the response. */
  fromHeaders(name: string): Code {
    this.#scopeReads += 1;
    return code`${this.use('headerAt')}(s.response, ${stringLiteral(name)})`;
  }

  /** A function of the scope; its parameter is there when the body reads it. */
  reader(body: () => Code): Code {
    const [text, reads] = this.counted(body);
    return code`${reads ? code`(s)` : code`()`} => ${text}`;
  }

  counted(body: () => Code): readonly [text: Code, readsScope: boolean] {
    const before = this.#scopeReads;
    const text = body();
    return [text, this.#scopeReads > before];
  }
}

export function textIn(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}

/** Objects in a list under a name. */
export function nodesIn({ value, pointer }: Node, name: string): readonly Node[] {
  const list = member(value, name);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: JsonValue, index) =>
    isJsonObject(item) ? [{ value: item, pointer: joinPointer(pointer, name, index) }] : [],
  );
}

/** A parameter or action itself, or the component that it refers to, with what the reference overrides. */
export function resolved(compilation: Compilation, node: Node): Node | undefined {
  const reference = textIn(node.value, 'reference');
  if (reference === undefined) return node;
  const [, kind = '', name = ''] =
    /^\$components\.(parameters|successActions|failureActions)\.([\w.-]+)$/.exec(reference) ?? [];
  const { document } = compilation.description.entry;
  let found: JsonValue | undefined = document.value;
  for (const token of ['components', kind, name]) found = isJsonObject(found) ? member(found, token) : undefined;
  if (!isJsonObject(found))
    return compilation.tell(
      'generate/flow-reference-unknown',
      node.pointer,
      `There is no ${reference}`,
      'Declare the component, or correct the name.',
    );
  const value = member(node.value, 'value');
  return {
    value: value === undefined ? found : { ...found, value },
    pointer: joinPointer('', 'components', kind, name),
  };
}
