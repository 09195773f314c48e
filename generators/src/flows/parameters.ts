import { type Code, code, join, key, sortedBy, stringLiteral } from '@millwright/codegen';
import { type JsonValue, joinPointer, member, type Operation, type Workflow } from '@millwright/contract';
import { orderedBodies, settableParameters } from '../client/request-types.ts';
import { propertiesOf, requiredOf } from '../client/shape.ts';
import { type Compilation, type Node, nodesIn, resolved, textIn } from './context.ts';
import { objectCode, valueCode } from './value-code.ts';

const mismatch = 'generate/flow-parameter-mismatch';
// The client sends these itself: by the media types of the operation, and by its token provider.
const clientHeaders: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-type']);
const groups = { path: 'path', query: 'query', header: 'headers', cookie: 'cookies' } as const;
const isIdempotencyKey = (name: string): boolean => /^(x-)?idempotency-key$/i.test(name);

export interface GivenParameter {
  readonly name: string;
  readonly in: string | undefined;
  readonly value: JsonValue;
  readonly pointer: string;
}

/** Parameters of a step or an action, references followed. */
export function givenParameters(compilation: Compilation, node: Node): readonly GivenParameter[] {
  return nodesIn(node, 'parameters').flatMap((item) => {
    const found = resolved(compilation, item);
    if (found === undefined) return [];
    const name = textIn(found.value, 'name');
    const value = member(found.value, 'value');
    if (name === undefined || value === undefined) {
      compilation.tell(mismatch, found.pointer, 'A parameter has a name and a value', 'Add what is missing.');
      return [];
    }
    return [{ name, in: textIn(found.value, 'in'), value, pointer: joinPointer(found.pointer, 'value') }];
  });
}

/** Inputs of a workflow that a step or an action starts. */
export function inputsCode(compilation: Compilation, node: Node, workflow: Workflow): Code {
  const given = givenParameters(compilation, node);
  const known = propertiesOf(workflow.inputs);
  const isClosed = workflow.inputs?.additionalProperties?.boolean === false;
  for (const { name, pointer } of given)
    if (isClosed && !known.has(name))
      compilation.tell(
        mismatch,
        pointer,
        `${workflow.id} has no input ${name}`,
        'Correct the name, or declare the input.',
      );
  for (const name of requiredOf(workflow.inputs))
    if (!given.some((parameter) => parameter.name === name))
      compilation.tell(mismatch, node.pointer, `${workflow.id} needs the input ${name}`, 'Add the parameter.');
  return objectCode(
    compilation,
    given.map(({ name, value, pointer }) => [name, valueCode(compilation, value, pointer)] as const),
  );
}

/** The idempotency key that a step gives; undefined when it gives none. */
export function idempotencyKeyOf(given: readonly GivenParameter[]): GivenParameter | undefined {
  return given.find((parameter) => parameter.in === 'header' && isIdempotencyKey(parameter.name));
}

/** Members of the request of a call, by the place in which they travel. */
export function requestMembers(
  compilation: Compilation,
  step: Node,
  operation: Operation,
  given: readonly GivenParameter[],
): readonly Code[] {
  const settable = settableParameters(operation);
  const used = given.filter(({ name, in: place }) => place !== 'header' || !clientHeaders.has(name.toLowerCase()));
  const pairs = used.flatMap((parameter) => {
    const declared = settable.find(
      ({ name, in: place }) =>
        place === parameter.in &&
        (name === parameter.name || (place === 'header' && name.toLowerCase() === parameter.name.toLowerCase())),
    );
    if (declared !== undefined && declared.in in groups) return [{ declared, parameter }];
    compilation.tell(
      mismatch,
      parameter.pointer,
      `${operation.id} has no ${parameter.in ?? ''} parameter ${parameter.name}`,
      'Correct name and "in", or declare the parameter.',
    );
    return [];
  });
  const isNeeded = ({ name, required, in: place }: (typeof settable)[number]): boolean =>
    place === 'path' || (required && !isIdempotencyKey(name));
  for (const declared of settable)
    if (isNeeded(declared) && !pairs.some((pair) => pair.declared === declared))
      compilation.tell(
        mismatch,
        step.pointer,
        `${operation.id} needs the ${declared.in} parameter ${declared.name}`,
        'Add the parameter.',
      );
  return Object.entries(groups).flatMap(([place, group]) => {
    const members = sortedBy(
      pairs.filter(({ declared }) => declared.in === place),
      ({ declared }) => declared.name,
    ).map(({ declared, parameter }) => {
      const text = valueCode(compilation, parameter.value, parameter.pointer);
      const value = isNeeded(declared) ? requiredCode(compilation, text, declared.name) : text;
      return code`${key(declared.name)}: ${value}`;
    });
    return members.length === 0 ? [] : [code`${key(group)}: { ${join(members, ', ')} }`];
  });
}

function requiredCode(compilation: Compilation, text: Code, name: string): Code {
  return code`${compilation.use('required')}(${text}, ${stringLiteral(name)})`;
}

/** Members `body` and, where the operation takes several media types, `contentType`. */
export function bodyMembers(compilation: Compilation, step: Node, operation: Operation): readonly Code[] {
  const pointer = joinPointer(step.pointer, 'requestBody');
  const body = member(step.value, 'requestBody');
  if (body === undefined) {
    if (operation.requestBody?.required === true)
      compilation.tell(mismatch, step.pointer, `${operation.id} needs a body`, 'Add "requestBody".');
    return [];
  }
  const payload = payloadCode(compilation, step);
  if (operation.requestBody === undefined) {
    compilation.tell(mismatch, pointer, `${operation.id} takes no body`, 'Remove "requestBody".');
    return [];
  }
  const media = orderedBodies(operation.requestBody);
  const contentType = textIn(body as Node['value'], 'contentType');
  const chosen = contentType === undefined ? media[0] : media.find(({ mediaType }) => mediaType === contentType);
  if (contentType !== undefined && chosen === undefined)
    compilation.tell(
      mismatch,
      joinPointer(pointer, 'contentType'),
      `${operation.id} takes no ${contentType}`,
      `Use ${media.map(({ mediaType }) => mediaType).join(' or ')}.`,
    );
  return [
    code`body: ${payload}`,
    ...(media.length > 1 && chosen !== undefined ? [code`contentType: ${stringLiteral(chosen.mediaType)}`] : []),
  ];
}

/** Code of what a step sends. */
export function payloadCode(compilation: Compilation, step: Node): Code {
  const pointer = joinPointer(step.pointer, 'requestBody');
  const body = member(step.value, 'requestBody');
  const node = { value: (body ?? {}) as Node['value'], pointer };
  if (nodesIn(node, 'replacements').length > 0)
    compilation.unsupported(
      joinPointer(pointer, 'replacements'),
      'Replacements in a payload are not evaluated',
      'Write the expressions into the payload.',
    );
  const payload = member(node.value, 'payload');
  return payload === undefined ? code`undefined` : valueCode(compilation, payload, joinPointer(pointer, 'payload'));
}
