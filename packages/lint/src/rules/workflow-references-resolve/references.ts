import { isJsonObject, type JsonObject, type JsonValue, joinPointer, member } from '@millwright/contract';

/** One place in an Arazzo description that means something elsewhere. */
export interface WorkflowReference {
  readonly kind: 'operation' | 'operation path' | 'channel path' | 'workflow' | 'step' | 'component';
  readonly text: string;
  readonly pointer: string;
  /** Id of the workflow that it stands in; absent in components. */
  readonly workflowId?: string;
}

interface Part {
  readonly value: JsonObject;
  readonly pointer: string;
  readonly workflowId?: string;
}

/** Every reference of an Arazzo 1.0 or 1.1 description, in the order of writing. */
export function workflowReferences(root: JsonObject): readonly WorkflowReference[] {
  const components = parts({ value: root, pointer: '' }, 'components');
  return [
    ...items({ value: root, pointer: '' }, 'workflows').flatMap((workflow) => {
      const id = member(workflow.value, 'workflowId');
      return referencesOfWorkflow(typeof id === 'string' ? { ...workflow, workflowId: id } : workflow);
    }),
    ...components.flatMap((part) => [
      ...items(part, 'successActions').flatMap(referencesOfAction),
      ...items(part, 'failureActions').flatMap(referencesOfAction),
    ]),
  ];
}

function referencesOfWorkflow(workflow: Part): readonly WorkflowReference[] {
  return [
    ...texts(workflow, 'dependsOn', 'workflow'),
    ...items(workflow, 'parameters').flatMap((item) => texts(item, 'reference', 'component')),
    ...items(workflow, 'successActions').flatMap(referencesOfAction),
    ...items(workflow, 'failureActions').flatMap(referencesOfAction),
    ...items(workflow, 'steps').flatMap((step) => [
      ...texts(step, 'operationId', 'operation'),
      ...texts(step, 'operationPath', 'operation path'),
      ...texts(step, 'channelPath', 'channel path'),
      ...texts(step, 'workflowId', 'workflow'),
      ...texts(step, 'dependsOn', 'step'),
      ...items(step, 'parameters').flatMap((item) => texts(item, 'reference', 'component')),
      ...items(step, 'onSuccess').flatMap(referencesOfAction),
      ...items(step, 'onFailure').flatMap(referencesOfAction),
      ...parts(step, 'x-compensation').flatMap(referencesOfAction),
    ]),
  ];
}

/** Where an action goes. A step that a component names is one of the workflow that uses the component. */
function referencesOfAction(action: Part): readonly WorkflowReference[] {
  return [
    ...texts(action, 'reference', 'component'),
    ...texts(action, 'workflowId', 'workflow'),
    ...(action.workflowId === undefined ? [] : texts(action, 'stepId', 'step')),
  ];
}

/** A text or list of texts under a name. */
function texts(part: Part, name: string, kind: WorkflowReference['kind']): readonly WorkflowReference[] {
  const { value, pointer, ...owner } = part;
  const found = member(value, name);
  const at = joinPointer(pointer, name);
  if (typeof found === 'string') return [{ kind, text: found, pointer: at, ...owner }];
  if (!Array.isArray(found)) return [];
  return found.flatMap((text: JsonValue, index) =>
    typeof text === 'string' ? [{ kind, text, pointer: joinPointer(at, index), ...owner }] : [],
  );
}

/** An object under a name. */
function parts(part: Part, name: string): readonly Part[] {
  const found = member(part.value, name);
  return isJsonObject(found) ? [{ ...part, value: found, pointer: joinPointer(part.pointer, name) }] : [];
}

/** Objects in a list or map under a name. */
function items(part: Part, name: string): readonly Part[] {
  const found = member(part.value, name);
  if (found === undefined || found === null || typeof found !== 'object') return [];
  return Object.entries(found).flatMap(([key, value]: [string, JsonValue]) =>
    isJsonObject(value) ? [{ ...part, value, pointer: joinPointer(joinPointer(part.pointer, name), key) }] : [],
  );
}
