import { type Code, code, join, key, literal, sortedBy, stringLiteral } from '@millwright/codegen';
import { isJsonObject, type JsonValue, joinPointer } from '@millwright/contract';
import { propertiesOf } from '../client/shape.ts';
import type { Compilation } from './context.ts';
import { type Expression, isExpression, parseExpression, templateParts } from './expression.ts';

const none = code`undefined`;
const invalid = 'generate/flow-expression-invalid';

/** Code that reads an expression from the scope. Tells what cannot be read. */
export function readCode(compilation: Compilation, text: string, pointer: string): Code {
  const expression = parseExpression(text);
  if ('message' in expression) {
    const { kind, message } = expression;
    if (kind === 'unsupported')
      compilation.unsupported(pointer, message, 'Keep the value in an output of a step, or make it an input.');
    else compilation.tell(invalid, pointer, message, 'Correct the expression (Arazzo, section "Runtime Expressions").');
    return none;
  }
  checkNames(compilation, expression, text, pointer);
  switch (expression.kind) {
    case 'status':
      return compilation.fromScope(['status'], 'response');
    case 'response-header':
      return compilation.fromHeaders(expression.name);
    case 'response-body':
      return compilation.fromScope(['body', ...expression.tokens], 'response');
    case 'message-header':
      return compilation.fromScope(['headers', expression.name], 'message');
    case 'message-payload':
      return compilation.fromScope(['payload', ...expression.tokens], 'message');
    case 'step':
      return compilation.fromScope([expression.step, expression.name, ...expression.tokens], 'steps');
    default:
      return compilation.fromScope([expression.name, ...expression.tokens], expression.kind);
  }
}

/** Outputs of steps and inputs are declared in the same workflow, so a name that is not is a mistake. */
function checkNames(compilation: Compilation, expression: Expression, text: string, pointer: string): void {
  const { steps, inputs } = compilation.workflow;
  if (expression.kind === 'step') {
    const outputs = steps.find(({ id }) => id === expression.step)?.raw['outputs'];
    if (!isJsonObject(outputs) || !Object.hasOwn(outputs, expression.name))
      compilation.tell(
        invalid,
        pointer,
        `${text} names no output of a step`,
        'Declare the output, or correct the name.',
      );
  }
  if (expression.kind === 'inputs' && inputs?.additionalProperties?.boolean === false)
    if (!propertiesOf(inputs).has(expression.name))
      compilation.tell(invalid, pointer, `${text} names no input`, 'Declare the input, or correct the name.');
}

/** Code of a value that may hold expressions: a whole text, parts of a text in braces, or members. */
export function valueCode(compilation: Compilation, value: JsonValue, pointer: string): Code {
  if (typeof value === 'string') return textCode(compilation, value, pointer);
  if (!holdsExpression(value)) return literal(value);
  if (Array.isArray(value))
    return code`[${join(
      value.map((item: JsonValue, index) => valueCode(compilation, item, joinPointer(pointer, index))),
      ', ',
    )}]`;
  if (!isJsonObject(value)) return literal(value);
  return objectCode(
    compilation,
    Object.entries(value).map(
      ([name, item]) => [name, valueCode(compilation, item, joinPointer(pointer, name))] as const,
    ),
  );
}

/** An object of members that may be absent. */
export function objectCode(compilation: Compilation, members: readonly (readonly [name: string, value: Code])[]): Code {
  const texts = sortedBy(members, ([name]) => name).map(([name, text]) => code`${key(name)}: ${text}`);
  return texts.length === 0 ? code`{}` : code`${compilation.use('objectOf')}({ ${join(texts, ', ')} })`;
}

function textCode(compilation: Compilation, text: string, pointer: string): Code {
  if (isExpression(text)) return readCode(compilation, text, pointer);
  const parts = templateParts(text);
  if (parts === undefined) return stringLiteral(text);
  const codes = parts.map((part) =>
    'text' in part ? stringLiteral(part.text) : readCode(compilation, part.expression, pointer),
  );
  return code`${compilation.use('textOf')}(${join(codes, ', ')})`;
}

function holdsExpression(value: JsonValue): boolean {
  if (typeof value === 'string') return isExpression(value) || templateParts(value) !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item: JsonValue) => holdsExpression(item));
}
