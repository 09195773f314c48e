import { type Code, code, indent, join, key, literal, pattern, stringLiteral } from '@millwright/codegen';
import { joinPointer, member } from '@millwright/contract';
import { conditionCode } from './condition.ts';
import { type Compilation, type Node, nodesIn, resolved, textIn } from './context.ts';
import { inputsCode } from './parameters.ts';
import { workflowNamed } from './targets.ts';
import { readCode } from './value-code.ts';

export function criteriaMember(
  compilation: Compilation,
  node: Node,
  name: 'criteria' | 'successCriteria',
): readonly Code[] {
  const criteria = nodesIn(node, name).map((criterion) => criterionCode(compilation, criterion));
  return criteria.length === 0 ? [] : [code`criteria: [${join(criteria, ', ')}]`];
}

function criterionCode(compilation: Compilation, { value, pointer }: Node): Code {
  const type = member(value, 'type') ?? 'simple';
  const condition = textIn(value, 'condition') ?? '';
  const invalid = (message: string): Code => {
    compilation.tell('generate/flow-expression-invalid', pointer, message, 'Correct the condition.');
    return code`() => false`;
  };
  if (type === 'regex') {
    const context = textIn(value, 'context') ?? '';
    try {
      new RegExp(condition, 'u');
    } catch {
      return invalid(`${JSON.stringify(condition)} is no regular expression`);
    }
    return compilation.reader(
      () =>
        code`${compilation.use('matches')}(${readCode(compilation, context, joinPointer(pointer, 'context'))}, ${pattern(condition)})`,
    );
  }
  if (type !== 'simple') {
    compilation.unsupported(
      pointer,
      `Criteria of type ${JSON.stringify(type)} are not evaluated`,
      'Use simple or regex.',
    );
    return code`() => false`;
  }
  return compilation.reader(() => {
    const parts = {
      read: (text: string) => readCode(compilation, text, joinPointer(pointer, 'condition')),
      runtime: (name: string) => compilation.use(name),
    };
    return conditionCode(condition, parts) ?? invalid(`${JSON.stringify(condition)} cannot be read as a condition`);
  });
}

/** Actions of the step, then those of the workflow whose names the step has not. */
export function actionsMember(
  compilation: Compilation,
  step: Node,
  own: 'onSuccess' | 'onFailure',
  shared: 'successActions' | 'failureActions',
): readonly Code[] {
  const { raw, pointer } = compilation.workflow;
  const nodes = (node: Node, name: string): readonly Node[] =>
    nodesIn(node, name).flatMap((item) => resolved(compilation, item) ?? []);
  const ofStep = nodes(step, own);
  const names = new Set(ofStep.map(({ value }) => textIn(value, 'name')));
  const ofWorkflow = nodes({ value: raw, pointer }, shared).filter(({ value }) => !names.has(textIn(value, 'name')));
  const actions = [...ofStep, ...ofWorkflow].map((action) => actionCode(compilation, action));
  if (actions.length === 0) return [];
  return [
    code`${key(own)}: [\n${indent(
      join(
        actions.map((text) => code`${text},`),
        '\n',
      ),
    )}\n]`,
  ];
}

function actionCode(compilation: Compilation, action: Node): Code {
  const type = textIn(action.value, 'type') ?? '';
  if (type !== 'end' && type !== 'goto' && type !== 'retry')
    compilation.unsupported(
      action.pointer,
      `There is no action of type ${JSON.stringify(type)}`,
      'Use end, goto or retry.',
    );
  const numbers = [
    ['retryAfterMs', member(action.value, 'retryAfter'), 1000],
    ['retryLimit', member(action.value, 'retryLimit'), 1],
  ] as const;
  const members = [
    code`name: ${stringLiteral(textIn(action.value, 'name') ?? '')}`,
    code`type: ${stringLiteral(type)}`,
    ...destinationMembers(compilation, action, type),
    ...numbers.flatMap(([name, value, factor]) =>
      typeof value === 'number' ? [code`${key(name)}: ${literal(value * factor)}`] : [],
    ),
    ...criteriaMember(compilation, action, 'criteria'),
  ];
  return code`{ ${join(members, ', ')} }`;
}

function destinationMembers(compilation: Compilation, action: Node, type: string): readonly Code[] {
  const step = textIn(action.value, 'stepId')?.replace(/^\$steps\./, '');
  const workflowId = textIn(action.value, 'workflowId');
  if (type === 'end') return [];
  if (workflowId !== undefined) return transferMember(compilation, action, 'transfer');
  if (step === undefined) {
    if (type === 'goto')
      compilation.tell(
        'generate/flow-reference-unknown',
        action.pointer,
        'The action leads nowhere',
        'Add stepId or workflowId.',
      );
    return [];
  }
  if (!compilation.workflow.steps.some(({ id }) => id === step))
    compilation.tell(
      'generate/flow-reference-unknown',
      joinPointer(action.pointer, 'stepId'),
      `Workflow ${compilation.workflow.id} has no step ${step}`,
      'Correct the name.',
    );
  return [code`step: ${stringLiteral(step)}`];
}

export function transferMember(
  compilation: Compilation,
  node: Node,
  name: 'compensation' | 'transfer',
): readonly Code[] {
  const pointer = joinPointer(node.pointer, 'workflowId');
  const workflow = workflowNamed(compilation, textIn(node.value, 'workflowId') ?? '', pointer);
  if (workflow === undefined) return [];
  const inputs = compilation.reader(() => code`(${inputsCode(compilation, node, workflow)})`);
  return [code`${key(name)}: { workflow: ${stringLiteral(workflow.id)}, inputs: ${inputs} }`];
}
