import type {
  ChannelOperation,
  Contract,
  Governance,
  JsonObject,
  JsonValue,
  Operation,
  Role,
} from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { type CanonicalFile, canonicalContract, filesOf } from './canonical.ts';

interface Parameter {
  readonly name: string;
  readonly in?: string;
  readonly reference?: string;
}

interface Step {
  readonly stepId: string;
  readonly operationId?: string;
  readonly channelPath?: string;
  readonly workflowId?: string;
  readonly action?: 'send' | 'receive';
  readonly correlationId?: string;
  readonly timeout?: number;
  readonly dependsOn?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly contentType?: string; readonly payload?: JsonValue };
  readonly successCriteria?: readonly { readonly condition: string }[];
  readonly onSuccess?: readonly Action[];
  readonly onFailure?: readonly Action[];
  readonly 'x-role'?: Role;
  readonly 'x-human-approval'?: boolean;
}

interface Action {
  readonly name: string;
  readonly type: string;
  readonly stepId?: string;
  readonly workflowId?: string;
  readonly parameters?: readonly Parameter[];
}

interface Workflow {
  readonly workflowId: string;
  readonly inputs: { readonly required: readonly string[]; readonly properties: JsonObject };
  readonly outputs: JsonObject;
  readonly steps: readonly Step[];
  readonly 'x-governance': Governance;
}

interface Flow {
  readonly sourceDescriptions: readonly { readonly name: string; readonly type: string; readonly url: string }[];
  readonly workflows: readonly Workflow[];
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
  readonly 'x-governance': Governance;
}

/** What a step does, found in our own contract. */
type Target =
  | { readonly kind: 'call'; readonly operation: Operation; readonly governance: Governance }
  | { readonly kind: 'exchange'; readonly action: 'send' | 'receive'; readonly governance: Governance }
  | { readonly kind: 'workflow'; readonly workflow: Workflow; readonly governance: Governance };

const flowOf = ({ value }: CanonicalFile): Flow => value as unknown as Flow;

function targetOf(contract: Contract, flow: Flow, step: Step): Target | string {
  if (step.workflowId !== undefined) {
    const workflow = flow.workflows.find(({ workflowId }) => workflowId === step.workflowId);
    return workflow === undefined
      ? `no workflow ${step.workflowId}`
      : { kind: 'workflow', workflow, governance: { ...flow['x-governance'], ...workflow['x-governance'] } };
  }
  const byId = /^\$sourceDescriptions\.(\w+)\.(\w+)$/.exec(step.operationId ?? '');
  const byPath = /^\{\$sourceDescriptions\.(\w+)\.url\}#\/channels\/(\w+)$/.exec(step.channelPath ?? '');
  const [, name, id] = byId ?? byPath ?? [];
  const source = flow.sourceDescriptions.find((candidate) => candidate.name === name);
  if (source === undefined) return `no source description ${name}`;
  const ours = ({ entry }: { readonly entry: Operation['entry'] }): boolean =>
    entry.document.uri.endsWith(source.url.replace('..', '/schemas'));
  if (source.type === 'openapi') {
    const operation = contract.operations.find((candidate) => ours(candidate) && candidate.operationId === id);
    return operation === undefined
      ? `no operation ${id} in ${source.url}`
      : { kind: 'call', operation, governance: operation.governance };
  }
  if (byPath !== null) {
    const channel = contract.channels.find((candidate) => ours(candidate) && candidate.key === id);
    if (channel === undefined) return `no channel ${id} in ${source.url}`;
    return { kind: 'exchange', action: step.action ?? 'receive', governance: channel.governance };
  }
  const exchange = contract.channelOperations.find((candidate) => ours(candidate) && candidate.id === id);
  if (exchange === undefined) return `no operation ${id} in ${source.url}`;
  if (exchange.action !== step.action) return `${id} does not ${step.action}`;
  return { kind: 'exchange', action: exchange.action, governance: governanceOfExchange(exchange) };
}

/** An exchange only says what differs from its channel. */
function governanceOfExchange({ channel, governance }: ChannelOperation): Governance {
  return { ...channel.governance, ...governance };
}

function mayAct(role: Role | undefined, target: Target): boolean {
  if (role === undefined || target.kind === 'workflow') return target.kind === 'workflow' && role === undefined;
  const { create = [], update = [], consume = [] } = target.governance;
  if (target.kind === 'exchange') return (target.action === 'send' ? [...create, ...update] : consume).includes(role);
  return (target.operation.method === 'get' ? consume : [...create, ...update]).includes(role);
}

/** Names of the parameters that a step gives, those of components included. */
function given(flow: Flow, step: Step): readonly string[] {
  return (step.parameters ?? []).map(({ name, reference }) =>
    reference === undefined ? name : (flow.components.parameters[reference.split('.').at(-1) ?? '']?.name ?? reference),
  );
}

const everyStep = (flow: Flow): readonly (readonly [Workflow, Step])[] =>
  flow.workflows.flatMap((workflow) => workflow.steps.map((step) => [workflow, step] as const));

/** Runs a check on every step of a flow and gathers what it says. */
async function complaints(
  file: CanonicalFile,
  check: (step: Step, target: Target, flow: Flow, workflow: Workflow) => readonly string[],
): Promise<readonly string[]> {
  const contract = await canonicalContract();
  const flow = flowOf(file);
  return everyStep(flow).flatMap(([workflow, step]) => {
    const target = targetOf(contract, flow, step);
    const found = typeof target === 'string' ? [target] : check(step, target, flow, workflow);
    return found.map((fault) => `${workflow.workflowId}.${step.stepId}: ${fault}`);
  });
}

describe.each(filesOf('arazzo'))('$name', (file) => {
  // A runner stops in the middle of a business transaction when the next operation does not exist.
  it('names only operations, channels and workflows that exist', async () => {
    expect(await complaints(file, () => [])).toEqual([]);
  });

  // A step of a role that may not call is refused with 403 in the plant, after the steps before it were booked.
  it('lets only roles act that governance allows to', async () => {
    expect(
      await complaints(file, (step, target) =>
        mayAct(step['x-role'], target) ? [] : [`role ${step['x-role']} may not do this`],
      ),
    ).toEqual([]);
  });

  // Without the mark, an automation would release a lot or confirm production without anybody having decided.
  it('marks the steps that a person decides, and no others', async () => {
    expect(
      await complaints(file, (step, target) => {
        const decides = target.kind !== 'exchange' || target.action === 'send';
        const wanted = decides && target.governance.requiresHumanApproval === true;
        return wanted === (step['x-human-approval'] === true) ? [] : [`x-human-approval should be ${wanted}`];
      }),
    ).toEqual([]);
    for (const workflow of flowOf(file).workflows) {
      const own = { ...flowOf(file)['x-governance'], ...workflow['x-governance'] }.requiresHumanApproval === true;
      expect([workflow.workflowId, own]).toEqual([
        workflow.workflowId,
        workflow.steps.some((step) => step['x-human-approval'] === true),
      ]);
    }
  });

  // The server answers 400 to a call without its parameters; without the key, a repeated step books twice.
  it('gives every required parameter, and none that the operation does not know', async () => {
    expect(
      await complaints(file, (step, target, flow) => {
        const names = given(flow, step);
        const known: readonly { readonly name: string; readonly required: boolean }[] =
          target.kind === 'call'
            ? target.operation.parameters
            : target.kind === 'workflow'
              ? Object.keys(target.workflow.inputs.properties).map((name) => ({
                  name,
                  required: target.workflow.inputs.required.includes(name),
                }))
              : names.map((name) => ({ name, required: false }));
        return [
          ...known.filter(({ name, required }) => required && !names.includes(name)).map(({ name }) => `lacks ${name}`),
          ...names.filter((name) => !known.some((one) => one.name === name)).map((name) => `does not know ${name}`),
        ];
      }),
    ).toEqual([]);
  });

  // A key that two writes of a run share makes the server answer the second with the result of the first.
  it('gives each write of a workflow a key of its own', () => {
    for (const { workflowId, steps } of flowOf(file).workflows) {
      const keys = steps.flatMap(({ stepId, parameters = [], requestBody }) =>
        parameters
          .filter(({ name }) => name === 'Idempotency-Key')
          .map((parameter) => ({
            key: (parameter as unknown as { readonly value: string }).value,
            stepId,
            requestBody,
          })),
      );
      for (const { key, stepId } of keys) expect(`${workflowId}.${stepId} ${key}`).toContain('{$inputs.runId}:');
      const alternatives = new Set(['decideReleaseWithDeviation']);
      const exclusive = keys.filter(({ stepId }) => !alternatives.has(stepId)).map(({ key }) => key);
      expect(exclusive).toEqual([...new Set(exclusive)]);
    }
  });

  // A body of a media type that the operation does not take is refused with 415; a body with a wrong member with 422.
  it('sends bodies that the operation takes', async () => {
    expect(
      await complaints(file, (step, target) => {
        if (target.kind !== 'call') return [];
        const { requestBody } = target.operation;
        if ((requestBody === undefined) !== (step.requestBody === undefined)) return ['body is missing or not wanted'];
        const media = requestBody?.content.find(({ mediaType }) => mediaType === step.requestBody?.contentType);
        if (requestBody !== undefined && media === undefined) return [`does not take ${step.requestBody?.contentType}`];
        const payload = step.requestBody?.payload;
        if (media?.schema === undefined || typeof payload !== 'object' || payload === null) return [];
        const schema = media.schema.ref ?? media.schema;
        return [
          ...(schema.required ?? [])
            .filter((name) => !Object.hasOwn(payload, name))
            .map((name) => `body lacks ${name}`),
          ...Object.keys(payload)
            .filter((name) => schema.properties?.has(name) !== true)
            .map((name) => `body does not know ${name}`),
        ];
      }),
    ).toEqual([]);
  });

  // A step without a limit waits for ever on a broker that is down; one without correlation takes the event of another order.
  it('limits every wait and correlates every event', async () => {
    expect(
      await complaints(file, (step, target) => [
        ...(target.kind !== 'workflow' && (step.timeout ?? 0) <= 0 ? ['has no timeout'] : []),
        ...(target.kind === 'exchange' && target.action === 'receive' && step.correlationId !== '$inputs.correlationId'
          ? ['has no correlationId']
          : []),
        ...(target.kind !== 'workflow' && step.action !== 'send' && (step.successCriteria ?? []).length === 0
          ? ['has no success criteria']
          : []),
      ]),
    ).toEqual([]);
  });

  // A goto to a step that is not there ends the run where the compensation should have begun.
  it('goes to steps and workflows that exist, with all that they need', async () => {
    expect(
      await complaints(file, (step, _target, flow, workflow) => {
        const ids = workflow.steps.map(({ stepId }) => stepId);
        return [
          ...(step.dependsOn ?? [])
            .filter((id) => !ids.includes(id))
            .map((id) => `depends on ${id}, which is not there`),
          ...[...(step.onSuccess ?? []), ...(step.onFailure ?? [])].flatMap((action) => {
            if (action.stepId !== undefined && !ids.includes(action.stepId)) return [`goes to ${action.stepId}`];
            if (action.workflowId === undefined) return [];
            const next = flow.workflows.find(({ workflowId }) => workflowId === action.workflowId);
            if (next === undefined) return [`goes to workflow ${action.workflowId}`];
            const names = (action.parameters ?? []).map(({ name }) => name);
            return next.inputs.required
              .filter((name) => !names.includes(name))
              .map((name) => `${action.name} lacks ${name}`);
          }),
        ];
      }),
    ).toEqual([]);
  });

  // An input that is not declared is empty at run time, and an empty plant or lot number goes into the call.
  it('reads only inputs that the workflow declares, and declares only inputs that it reads', () => {
    for (const workflow of flowOf(file).workflows) {
      const { inputs, ...rest } = workflow;
      const references = given(flowOf(file), {
        stepId: '',
        parameters: workflow.steps.flatMap(({ parameters = [] }) => parameters),
      });
      const read = new Set([...JSON.stringify(rest).matchAll(/\$inputs\.(\w+)/g)].map(([, name]) => name as string));
      const throughComponents = JSON.stringify(rest).includes('$components.parameters.')
        ? references.filter((name) => Object.hasOwn(inputs.properties, name))
        : [];
      expect([...new Set([...read, ...throughComponents])].sort()).toEqual(Object.keys(inputs.properties).sort());
    }
  });
});
