import type { ContractEntry, Workflow, WorkflowStep } from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import { member } from '../json.ts';
import { child, children } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import { entryOf } from './entry.ts';
import { readGovernance } from './governance-reader.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { extensionsOf, objectAt, reportName, reportShape, textAt } from './shape.ts';

/** What an Arazzo description adds to the contract. */
export interface ArazzoParts {
  readonly entry: ContractEntry;
  readonly workflows: readonly Workflow[];
}

/** Builds the model of an Arazzo 1.0 or 1.1 description. */
export function buildArazzo(
  workspace: Workspace,
  graph: SchemaGraph,
  document: SourceDocument,
): ArazzoParts | undefined {
  const root = objectAt(workspace, { document, pointer: '', value: document.value });
  if (root === undefined) return undefined;
  const version = member(root.value, 'arazzo');
  if (typeof version !== 'string' || !/^1\.[01]\.\d+$/.test(version)) {
    reportName(
      workspace,
      child(root, 'arazzo') ?? root,
      'contract/version-unsupported',
      `Arazzo version ${JSON.stringify(version ?? null)} is not supported`,
      'Use 1.0.x or 1.1.x.',
    );
    return undefined;
  }
  const entry = entryOf(workspace, root, 'arazzo', version);
  const components = child(root, 'components');
  for (const [, inputs] of children(components && child(components, 'inputs'))) graph.schemaAt(inputs, '2020-12');
  const ids = new Set<string>();
  const workflows = children(child(root, 'workflows')).flatMap(([, cursor]): readonly Workflow[] => {
    const workflow = objectAt(workspace, cursor);
    const id = workflow === undefined ? undefined : textAt(workspace, workflow, 'workflowId');
    if (workflow === undefined || id === undefined) {
      if (workflow !== undefined) reportShape(workspace, workflow, 'a workflow with "workflowId" and "steps"');
      return [];
    }
    if (ids.has(id))
      reportName(
        workspace,
        workflow,
        'contract/workflow-id-duplicate',
        `workflowId ${JSON.stringify(id)} is given twice`,
        'Give each workflow an id of its own.',
      );
    ids.add(id);
    const summary = textAt(workspace, workflow, 'summary');
    const steps = children(child(workflow, 'steps')).flatMap(([, step]): readonly WorkflowStep[] => {
      const object = objectAt(workspace, step);
      const stepId = object === undefined ? undefined : textAt(workspace, object, 'stepId');
      return object === undefined || stepId === undefined
        ? []
        : [{ document, pointer: step.pointer, id: stepId, raw: object.value }];
    });
    const inputs = child(workflow, 'inputs');
    const schema = inputs === undefined ? undefined : graph.schemaAt(inputs, '2020-12');
    return [
      {
        kind: 'workflow',
        document,
        pointer: cursor.pointer,
        entry,
        id,
        ...(summary === undefined ? {} : { summary }),
        ...(schema === undefined ? {} : { inputs: schema }),
        raw: workflow.value,
        steps,
        governance: readGovernance(workspace, workflow, entry.governance),
        extensions: extensionsOf(workflow.value),
      },
    ];
  });
  return { entry, workflows };
}
