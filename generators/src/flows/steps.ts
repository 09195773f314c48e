import {
  type Code,
  code,
  identifier,
  indent,
  join,
  key,
  literal,
  nothing,
  sortedBy,
  stringLiteral,
} from '@millwright/codegen';
import {
  type Governance,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  joinPointer,
  member,
} from '@millwright/contract';
import { actionsMember, criteriaMember, transferMember } from './actions.ts';
import { type Compilation, type Node, textIn } from './context.ts';
import type { EventFunction } from './functions.ts';
import { receiveMembers, sendMembers } from './messages.ts';
import { bodyMembers, givenParameters, idempotencyKeyOf, inputsCode, requestMembers } from './parameters.ts';
import { type Target, targetOf } from './targets.ts';
import { objectCode, valueCode } from './value-code.ts';

const safeMethods: ReadonlySet<string> = new Set(['get', 'head', 'options', 'query', 'trace']);

const idShape = /^[A-Za-z0-9][\w-]*$/;

/** Code of a step's plan; undefined when it has told why there is none. */
export function stepCode(compilation: Compilation, step: Node): Code | undefined {
  const id = textIn(step.value, 'stepId') ?? '';
  if (!idShape.test(id))
    compilation.unsupported(
      step.pointer,
      `stepId ${JSON.stringify(id)} is no plain name`,
      'Use letters, digits, - and _.',
    );
  const target = targetOf(compilation, step);
  if (target === undefined) return undefined;
  const role = textIn(step.value, 'x-role');
  const members = [
    code`id: ${stringLiteral(id)}`,
    code`kind: ${stringLiteral(target.kind)}`,
    ...(role === undefined ? [] : [code`role: ${stringLiteral(role)}`]),
    ...approvalMember(compilation, step, target),
    ...dependsOnMember(compilation, step),
    ...timeoutMember(compilation, step, target),
    ...targetMembers(compilation, step, target),
    ...criteriaMember(compilation, step, 'successCriteria'),
    ...actionsMember(compilation, step, 'onSuccess', 'successActions'),
    ...actionsMember(compilation, step, 'onFailure', 'failureActions'),
    ...outputsMember(compilation, step),
    ...compensationMember(compilation, step),
  ];
  return code`{\n${indent(
    join(
      members.map((text) => code`${text},`),
      '\n',
    ),
  )}\n}`;
}

/** A person decides where the step or, for what changes something, the governance of its operation says so. */
function approvalMember(compilation: Compilation, step: Node, target: Target): readonly Code[] {
  const mark = member(step.value, 'x-human-approval');
  const demanded =
    target.kind === 'call'
      ? !safeMethods.has(target.operation.method) && target.operation.governance.requiresHumanApproval === true
      : target.kind === 'send' && governanceOf(target.publish).requiresHumanApproval === true;
  if (mark !== true && !isJsonObject(mark) && !demanded) return [];
  const roles = approversOf(step.value, mark, target);
  if (roles.length === 0)
    compilation.tell(
      'generate/flow-approver-unknown',
      step.pointer,
      'Nobody may decide about the step: no role is named',
      'Add "x-role", or write "x-human-approval": {"roles": [...]}.',
    );
  return [code`approval: { roles: ${literal([...roles])} }`];
}

function governanceOf({ use }: EventFunction): Governance {
  return use.operation?.governance ?? use.channel?.governance ?? use.message.governance;
}

/** Roles that the mark names, else that of the acting system, else those that `x-governance` lets do what is done. */
function approversOf(step: JsonObject, mark: JsonValue | undefined, target: Target): readonly string[] {
  const named = isJsonObject(mark) ? member(mark, 'roles') : undefined;
  if (Array.isArray(named)) return named.filter((role): role is string => typeof role === 'string');
  const acting = textIn(step, 'x-role');
  if (acting !== undefined) return [acting];
  const governance =
    target.kind === 'call' ? target.operation.governance : target.kind === 'workflow' ? target.workflow.governance : {};
  return [...new Set([...(governance.create ?? []), ...(governance.update ?? [])])].sort();
}

function dependsOnMember(compilation: Compilation, step: Node): readonly Code[] {
  const list = member(step.value, 'dependsOn');
  if (!Array.isArray(list) || list.length === 0) return [];
  const { steps } = compilation.workflow;
  const ids = list.flatMap((item: JsonValue) => {
    const id = String(item).replace(/^\$steps\./, '');
    if (steps.some((one) => one.id === id)) return [id];
    compilation.unsupported(
      joinPointer(step.pointer, 'dependsOn'),
      `The step depends on ${id}, which is no step of its workflow`,
      'Depend on steps of the same workflow.',
    );
    return [];
  });
  return [code`dependsOn: ${literal(ids)}`];
}

function timeoutMember(compilation: Compilation, step: Node, { kind }: Target): readonly Code[] {
  const timeout = member(step.value, 'timeout');
  if (timeout === undefined) return [];
  if (typeof timeout !== 'number' || kind === 'workflow') {
    compilation.unsupported(
      joinPointer(step.pointer, 'timeout'),
      'A timeout is a number of milliseconds of a call or message',
      'Give the steps of the inner workflow timeouts of their own.',
    );
    return [];
  }
  return [code`timeoutMs: ${literal(timeout)}`];
}

function targetMembers(compilation: Compilation, step: Node, target: Target): readonly Code[] {
  switch (target.kind) {
    case 'call':
      return callMembers(compilation, step, target);
    case 'send':
      return sendMembers(compilation, step, target.publish);
    case 'receive':
      return receiveMembers(compilation, step, target.events);
    default:
      return [
        code`workflow: ${stringLiteral(target.workflow.id)}`,
        code`inputs: ${compilation.reader(() => code`(${inputsCode(compilation, step, target.workflow)})`)}`,
      ];
  }
}

function callMembers(
  compilation: Compilation,
  step: Node,
  { operation, call }: Extract<Target, { kind: 'call' }>,
): readonly Code[] {
  const given = givenParameters(compilation, step);
  const [request, readsScope] = compilation.counted(() => {
    const members = [
      ...requestMembers(compilation, step, operation, given),
      ...bodyMembers(compilation, step, operation),
    ];
    return members.length === 0
      ? code`{}`
      : code`{\n${indent(
          join(
            members.map((text) => code`${text},`),
            '\n',
          ),
        )}\n}`;
  });
  const ownKey = idempotencyKeyOf(given);
  const alias = key(call.alias);
  const type = identifier(call.requestType);
  return [
    code`operation: ${stringLiteral(operation.id)}`,
    code`call: (b, ${readsScope ? nothing : code`_`}s, call) => b.${alias}(${compilation.use('typed')}<${type}>(${request}), call)`,
    ...(ownKey === undefined
      ? []
      : [code`idempotencyKey: ${compilation.reader(() => valueCode(compilation, ownKey.value, ownKey.pointer))}`]),
  ];
}

/** `x-compensation`: the workflow that undoes the step, with its inputs as `parameters`. */
function compensationMember(compilation: Compilation, step: Node): readonly Code[] {
  const value = member(step.value, 'x-compensation');
  if (value === undefined) return [];
  const pointer = joinPointer(step.pointer, 'x-compensation');
  if (!isJsonObject(value)) {
    compilation.unsupported(pointer, 'x-compensation is an object', 'Write {"workflowId": ..., "parameters": [...]}.');
    return [];
  }
  return transferMember(compilation, { value, pointer }, 'compensation');
}

/** Outputs of a step or workflow as a function of the scope. */
function outputsMember(compilation: Compilation, node: Node): readonly Code[] {
  const text = outputsCode(compilation, node);
  return text === undefined ? [] : [code`outputs: ${text}`];
}

export function outputsCode(compilation: Compilation, { value, pointer }: Node): Code | undefined {
  const outputs = member(value, 'outputs');
  if (!isJsonObject(outputs) || Object.keys(outputs).length === 0) return undefined;
  const entries = sortedBy(Object.entries(outputs), ([name]) => name);
  return compilation.reader(
    () =>
      code`(${objectCode(
        compilation,
        entries.map(
          ([name, item]) => [name, valueCode(compilation, item, joinPointer(pointer, 'outputs', name))] as const,
        ),
      )})`,
  );
}
