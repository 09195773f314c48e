import {
  type Contract,
  type ContractEntry,
  isJsonObject,
  type SourceDescriptions,
  sourceDescriptions,
} from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';
import { tokensOf, valueAt } from './fragments.ts';
import { type WorkflowReference, workflowReferences } from './references.ts';

export const workflowReferencesResolve: LintRule = {
  id: 'lint/workflow-references-resolve',
  severity: 'error',
  law: 'The operations, channels, workflows, steps and components that an Arazzo workflow names exist, as far as its source descriptions are loaded.',
  why: 'A runner stops in the middle of a business transaction, after the steps before were booked.',
  fix: 'Correct the name, or declare what is missing in the source description or workflow.',
  check: ({ contract, report }) => {
    for (const entry of contract.entries) {
      const { document } = entry;
      if (entry.kind !== 'arazzo' || !isJsonObject(document.value)) continue;
      const flow: Flow = { contract, entry, sources: sourceDescriptions(contract, document) };
      for (const reference of workflowReferences(document.value)) {
        const fault = judges[reference.kind](reference, flow);
        if (fault !== undefined) report({ document, pointer: reference.pointer }, fault);
      }
    }
  },
};

/** What the references of one description are held against. */
interface Flow {
  readonly contract: Contract;
  readonly entry: ContractEntry;
  readonly sources: SourceDescriptions;
}

type Judge = (reference: WorkflowReference, flow: Flow) => string | undefined;

const judges: Readonly<Record<WorkflowReference['kind'], Judge>> = {
  operation: ({ text }, flow) => {
    const has = (entry: ContractEntry): boolean => operationIds(flow.contract, entry).includes(nameIn(text));
    if (text.startsWith('$')) return inSource(text, flow, has, `operation ${nameIn(text)}`);
    const sources = [...flow.sources.values()];
    return sources.some((entry) => entry === undefined || has(entry))
      ? undefined
      : `No source description has an operation ${text}`;
  },
  'operation path': ({ text }, flow) =>
    atPath(text, flow, (entry, tokens) => {
      const [root, path, method] = tokens;
      if (tokens.length !== 3) return valueAt(entry.document, tokens) !== undefined;
      const operations = root === 'webhooks' ? flow.contract.webhooks : flow.contract.operations;
      return operations.some((one) => one.entry === entry && one.path === path && one.method === method);
    }),
  'channel path': ({ text }, flow) =>
    atPath(
      text,
      flow,
      (entry, [root, key]) =>
        root === 'channels' && flow.contract.channels.some((channel) => channel.entry === entry && channel.key === key),
    ),
  workflow: ({ text }, flow) => {
    const has = (entry: ContractEntry): boolean => stepIds(flow.contract, entry, nameIn(text)) !== undefined;
    if (text.startsWith('$')) return inSource(text, flow, has, `workflow ${nameIn(text)}`);
    return has(flow.entry) ? undefined : `There is no workflow ${text}`;
  },
  step: ({ text, workflowId = '' }, flow) => {
    const away = /^\$(?:workflows|sourceDescriptions\.[^.]+)\.(.+)\.steps\.([^.]+)$/.exec(text);
    const [, workflow = workflowId, id = text.replace(/^\$steps\./, '')] = away ?? [];
    const has = (entry: ContractEntry): boolean => stepIds(flow.contract, entry, workflow)?.includes(id) === true;
    if (text.startsWith('$sourceDescriptions.')) return inSource(text, flow, has, `step ${id} in workflow ${workflow}`);
    return has(flow.entry) ? undefined : `Workflow ${workflow} has no step ${id}`;
  },
  component: ({ text }, { entry }) => {
    const [, kind = '', name = ''] = /^\$components\.([^.]+)\.(.+)$/.exec(text) ?? [];
    return valueAt(entry.document, ['components', kind, name]) === undefined ? `There is no ${text}` : undefined;
  },
};

/** The last part of `$sourceDescriptions.<name>.<id>`, or of a plain id the whole. */
function nameIn(text: string): string {
  return text.replace(/^\$sourceDescriptions\.[^.]+\./, '');
}

function inSource(text: string, flow: Flow, has: (entry: ContractEntry) => boolean, what: string): string | undefined {
  const [, name] = /^\{?\$sourceDescriptions\.([^.{}]+)\./.exec(text) ?? [];
  if (name === undefined) return `${text} names no source description`;
  if (!flow.sources.has(name)) return `There is no source description ${name}`;
  const entry = flow.sources.get(name);
  return entry === undefined || has(entry) ? undefined : `Source description ${name} has no ${what}`;
}

/** `{$sourceDescriptions.<name>.url}#<pointer>` */
function atPath(
  text: string,
  flow: Flow,
  has: (entry: ContractEntry, tokens: readonly string[]) => boolean,
): string | undefined {
  const [, fragment = ''] = /^\{?\$sourceDescriptions\.[^.{}]+\.url\}?#(\/.+)$/.exec(text) ?? [];
  const tokens = tokensOf(fragment);
  return inSource(text, flow, (entry) => tokens !== undefined && has(entry, tokens), fragment);
}

function operationIds({ operations, channelOperations }: Contract, entry: ContractEntry): readonly string[] {
  return [
    ...operations.filter((one) => one.entry === entry).flatMap(({ operationId }) => operationId ?? []),
    ...channelOperations.filter((one) => one.entry === entry).map(({ id }) => id),
  ];
}

/** Steps of a workflow; undefined where there is no such workflow. */
function stepIds({ workflows }: Contract, entry: ContractEntry, workflowId: string): readonly string[] | undefined {
  return workflows.find((one) => one.entry === entry && one.id === workflowId)?.steps.map(({ id }) => id);
}
