import { type Code, code, indent, join, stringLiteral } from '@millwright/codegen';
import type { Workflow } from '@millwright/contract';
import { Compilation, type Description, nodesIn, textIn } from './context.ts';
import { outputsCode, stepCode } from './steps.ts';

/** A workflow as the module prints it. */
export interface CompiledWorkflow {
  readonly compilation: Compilation;
  readonly workflow: Workflow;
  /** Object literal of its plan. */
  readonly text: Code;
}

export function compileWorkflow(description: Description, workflow: Workflow): CompiledWorkflow {
  const compilation = new Compilation(description, workflow);
  const node = { value: workflow.raw, pointer: workflow.pointer };
  refuse(compilation);
  const steps = nodesIn(node, 'steps').flatMap((step) => stepCode(compilation, step) ?? []);
  const outputs = outputsCode(compilation, node) ?? code`() => ({})`;
  const text = code`{
  id: ${stringLiteral(workflow.id)},
  steps: [
${indent(
  join(
    steps.map((step) => code`${step},`),
    '\n',
  ),
  2,
)}
  ],
  outputs: ${outputs},
}`;
  return { compilation, workflow, text };
}

/** What a whole workflow can have and a flow cannot. */
function refuse(compilation: Compilation): void {
  const { raw, pointer, steps, inputs } = compilation.workflow;
  const node = { value: raw, pointer };
  if (Array.isArray(raw['dependsOn']) && raw['dependsOn'].length > 0)
    compilation.unsupported(
      pointer,
      'A workflow that depends on another is not started by it',
      'Make one step of a workflow run the other.',
    );
  if (nodesIn(node, 'parameters').length > 0)
    compilation.unsupported(
      pointer,
      'Parameters of a whole workflow are not handed to its steps',
      'Give them to the steps.',
    );
  if (steps.length === 0) compilation.unsupported(pointer, 'The workflow has no steps', 'Add a step.');
  const ids = nodesIn(node, 'steps').map(({ value }) => textIn(value, 'stepId'));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    compilation.unsupported(pointer, `stepId ${twice} is given twice`, 'Give each step an id of its own.');
  if (inputs?.boolean !== undefined)
    compilation.unsupported(pointer, 'The inputs are no object', 'Declare the inputs by name.');
}
