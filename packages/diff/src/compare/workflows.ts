import { type Contract, isJsonObject, type JsonValue, type Workflow, type WorkflowStep } from '@millwright/contract';
import { type Facts, use } from './facts.ts';
import { compareGovernance } from './governance.ts';
import { pairBy, pairRest } from './pairs.ts';
import { isSame, textOf, withoutWords } from './values.ts';

/** Members that say what a step does; the rest is how. */
const targets = ['operationId', 'operationPath', 'channelPath', 'workflowId', 'action'] as const;
const annotations: ReadonlySet<string> = new Set(['stepId', 'x-human-approval', 'x-role', ...targets]);

function targetOf({ raw }: WorkflowStep): string {
  const given = targets.flatMap((name) => (typeof raw[name] === 'string' ? [`${name} ${raw[name]}`] : []));
  return given.join(', ');
}

/** Business flows: whoever runs one knows its steps by id and does them in order. */
export function compareWorkflows(base: Contract, revision: Contract, facts: Facts): void {
  const pairs = pairRest(
    pairBy(base.workflows, revision.workflows, ({ id }) => id),
    ({ steps }) => textOf(steps.map(({ raw }) => withoutWords(raw))),
  );
  for (const workflow of pairs.removed)
    facts.changes.push({ kind: 'workflow-removed', direction: 'none', operation: workflow.id, base: workflow });
  for (const workflow of pairs.added)
    facts.changes.push({ kind: 'workflow-added', direction: 'none', operation: workflow.id, revision: workflow });
  for (const [before, after] of pairs.both) {
    const about = { operation: after.id, direction: 'none', base: before, revision: after } as const;
    if (before.id !== after.id)
      facts.changes.push({ ...about, kind: 'workflow-renamed', before: before.id, after: after.id });
    const parents = [[before.entry.governance, after.entry.governance]] as const;
    compareGovernance(before, after, { operation: after.id, parents }, facts);
    const place = { operation: after.id, direction: 'request', place: 'inputs' } as const;
    use(facts, [before, before.inputs], [after, after.inputs], place);
    compareOutputs(before, after, facts);
    if (!isSame(rest(before, parts), rest(after, parts))) facts.changes.push({ ...about, kind: 'workflow-changed' });
    compareSteps(before, after, facts);
  }
}

/** Members of a workflow that are compared on their own. */
const parts: ReadonlySet<string> = new Set(['workflowId', 'inputs', 'outputs', 'steps', 'x-governance']);

/** Whoever starts a flow reads its outputs by name. */
function compareOutputs(base: Workflow, revision: Workflow, facts: Facts): void {
  const outputs = ({ raw: { outputs } }: Workflow) => (isJsonObject(outputs) ? Object.entries(outputs) : []);
  const pairs = pairBy(outputs(base), outputs(revision), ([name]) => name);
  const about = { operation: revision.id, direction: 'none', base, revision } as const;
  for (const [name] of pairs.removed) facts.changes.push({ ...about, kind: 'workflow-output-removed', name });
  for (const [name] of pairs.added) facts.changes.push({ ...about, kind: 'workflow-output-added', name });
  for (const [[name, before], [, after]] of pairs.both)
    if (!isSame(before, after)) facts.changes.push({ ...about, kind: 'workflow-output-changed', name, before, after });
}

function compareSteps(base: Workflow, revision: Workflow, facts: Facts): void {
  const pairs = pairRest(
    pairBy(base.steps, revision.steps, ({ id }) => id),
    (step) => `${targetOf(step)} ${textOf(rest(step, annotations))}`,
  );
  const about = { operation: revision.id, direction: 'none' } as const;
  for (const step of pairs.removed) facts.changes.push({ ...about, kind: 'step-removed', name: step.id, base: step });
  for (const step of pairs.added) facts.changes.push({ ...about, kind: 'step-added', name: step.id, revision: step });
  const places = new Map(pairs.both.flatMap((pair, index) => pair.map((step) => [step, index] as const)));
  const [first, second] = [base, revision].map(({ steps }) => steps.flatMap((step) => places.get(step) ?? []));
  if (!isSame(first, second))
    facts.changes.push({
      ...about,
      kind: 'step-order-changed',
      base,
      revision,
      before: base.steps.map(({ id }) => id),
      after: revision.steps.map(({ id }) => id),
    });
  for (const [before, after] of pairs.both) compareStep(before, after, revision.id, facts);
}

const rest = ({ raw }: Workflow | WorkflowStep, known: ReadonlySet<string>): JsonValue =>
  Object.fromEntries(Object.entries(withoutWords(raw)).filter(([name]) => !known.has(name))) as JsonValue;

function compareStep(base: WorkflowStep, revision: WorkflowStep, operation: string, facts: Facts): void {
  const about = { operation, direction: 'none', name: revision.id, base, revision } as const;
  const changed = (kind: string, before: JsonValue, after: JsonValue): void => {
    if (!isSame(before, after)) facts.changes.push({ ...about, kind, before, after });
  };
  changed('step-renamed', base.id, revision.id);
  changed('step-target-changed', targetOf(base), targetOf(revision));
  changed('step-role-changed', base.raw['x-role'] ?? null, revision.raw['x-role'] ?? null);
  const [before, after] = [base.raw['x-human-approval'] === true, revision.raw['x-human-approval'] === true];
  if (before !== after) facts.changes.push({ ...about, kind: `step-approval-${after ? 'demanded' : 'dropped'}` });
  changed('step-changed', rest(base, annotations), rest(revision, annotations));
}
