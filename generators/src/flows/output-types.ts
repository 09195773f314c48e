import { type Code, code } from '@millwright/codegen';
import {
  isJsonObject,
  member,
  type Operation,
  type Schema,
  type Workflow,
  type WorkflowStep,
} from '@millwright/contract';
import { isJson } from '../client/request-types.ts';
import { orderedResponses } from '../client/result-types.ts';
import { itemsOf, propertiesOf } from '../client/shape.ts';
import type { Description } from './context.ts';
import { Compilation } from './context.ts';
import { type Expression, parseExpression } from './expression.ts';
import { type Target, targetOf } from './targets.ts';

const depthMax = 16;

/** Type of an output of a workflow: a schema that the contract has for it, text, or what nobody knows. */
export type OutputType = Schema | 'string' | 'number' | undefined;

export function outputType(description: Description, workflow: Workflow, name: string, depth = 0): OutputType {
  const outputs = member(workflow.raw, 'outputs');
  const value = isJsonObject(outputs) ? member(outputs, name) : undefined;
  return typeof value === 'string' ? typeOf(description, workflow, undefined, value, depth + 1) : undefined;
}

function typeOf(
  description: Description,
  workflow: Workflow,
  step: WorkflowStep | undefined,
  text: string,
  depth: number,
): OutputType {
  const expression = parseExpression(text);
  if ('message' in expression || depth > depthMax) return undefined;
  switch (expression.kind) {
    case 'status':
      return 'number';
    case 'response-header':
      return 'string';
    case 'inputs':
      return at(propertiesOf(workflow.inputs).get(expression.name)?.[0], expression.tokens);
    case 'step':
      return ofStep(description, workflow, expression, depth);
    default:
      return step === undefined ? undefined : ofTarget(description, workflow, step, expression, depth);
  }
}

function ofStep(
  description: Description,
  workflow: Workflow,
  { step: id, name, tokens }: Extract<Expression, { kind: 'step' }>,
  depth: number,
): OutputType {
  const step = workflow.steps.find((one) => one.id === id);
  const outputs = step === undefined ? undefined : member(step.raw, 'outputs');
  const value = isJsonObject(outputs) ? member(outputs, name) : undefined;
  if (step === undefined || typeof value !== 'string') return undefined;
  return at(typeOf(description, workflow, step, value, depth + 1), tokens);
}

function ofTarget(
  description: Description,
  workflow: Workflow,
  step: WorkflowStep,
  expression: Expression,
  depth: number,
): OutputType {
  const node = { value: step.raw, pointer: step.pointer };
  const target: Target | undefined = targetOf(new Compilation(description, workflow), node);
  if (expression.kind === 'outputs' && target?.kind === 'workflow')
    return at(outputType(description, target.workflow, expression.name, depth + 1), expression.tokens);
  if (expression.kind === 'response-body' && target?.kind === 'call')
    return at(successBody(target.operation), expression.tokens);
  const [event] = target?.kind === 'receive' ? target.events : [];
  if (event === undefined) return undefined;
  const { payload, headers } = event.use.message;
  if (expression.kind === 'message-payload') return at(payload, expression.tokens);
  return expression.kind === 'message-header' ? at(headers, [expression.name]) : undefined;
}

function successBody(operation: Operation): Schema | undefined {
  const success = orderedResponses(operation).find(({ status }) => status.startsWith('2'));
  return success?.content.find(({ mediaType }) => isJson(mediaType))?.schema;
}

/** Schema of what stands at a pointer into a value. */
function at(type: OutputType, tokens: readonly string[]): OutputType {
  let found = type;
  for (const token of tokens) {
    if (found === undefined || typeof found === 'string') return undefined;
    found = propertiesOf(found).get(token)?.[0] ?? (/^\d+$/.test(token) ? itemsOf(found) : undefined);
  }
  return found;
}

export function typeCode(type: OutputType, print: (schema: Schema) => Code): Code {
  if (type === 'string') return code`string`;
  if (type === 'number') return code`number`;
  return type === undefined ? code`unknown` : print(type);
}
