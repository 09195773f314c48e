import {
  type ContractEntry,
  joinPointer,
  member,
  type Operation,
  parsePointer,
  type Workflow,
} from '@millwright/contract';
import { type Compilation, type Node, textIn } from './context.ts';
import type { CallFunction, EventFunction } from './functions.ts';

/** What a step does, with the functions that do it. */
export type Target =
  | { readonly kind: 'call'; readonly operation: Operation; readonly call: CallFunction }
  | { readonly kind: 'send'; readonly publish: EventFunction }
  | { readonly kind: 'receive'; readonly events: readonly EventFunction[] }
  | { readonly kind: 'workflow'; readonly workflow: Workflow };

const unknown = 'generate/flow-reference-unknown';

/** Finds what a step does. Tells what cannot be found. */
export function targetOf(compilation: Compilation, step: Node): Target | undefined {
  const workflowId = textIn(step.value, 'workflowId');
  if (workflowId !== undefined) {
    const workflow = workflowNamed(compilation, workflowId, joinPointer(step.pointer, 'workflowId'));
    return workflow && { kind: 'workflow', workflow };
  }
  const [name, text] = (['operationId', 'operationPath', 'channelPath'] as const)
    .map((candidate) => [candidate, textIn(step.value, candidate)] as const)
    .find(([, value]) => value !== undefined) ?? ['operationId', undefined];
  const pointer = joinPointer(step.pointer, name);
  if (text === undefined)
    return compilation.tell(
      unknown,
      step.pointer,
      'The step names no operation, channel or workflow',
      'Give operationId, operationPath, channelPath or workflowId.',
    );
  if (name === 'operationId') return byId(compilation, step, text, pointer);
  const [, source = '', fragment = ''] = /^\{?\$sourceDescriptions\.([\w-]+)\.url\}?#(\/.+)$/.exec(text) ?? [];
  const entry = compilation.description.sources.get(source);
  const tokens = parsePointer(decoded(fragment));
  if (entry === undefined || tokens === undefined) return notFound(compilation, pointer, text);
  return name === 'operationPath'
    ? byPath(compilation, entry, tokens, { text, pointer })
    : byChannel(compilation, step, entry, tokens, { text, pointer });
}

/** A workflow of the same description. */
export function workflowNamed(compilation: Compilation, text: string, pointer: string): Workflow | undefined {
  if (text.startsWith('$'))
    return compilation.unsupported(
      pointer,
      `${text} is a workflow of another description`,
      'Put the workflow into this description: a flow is compiled from one.',
    );
  const workflow = compilation.description.workflows.find(({ id }) => id === text);
  if (workflow === undefined)
    return compilation.tell(unknown, pointer, `There is no workflow ${text}`, 'Correct the name, or declare it.');
  compilation.reaches.add(workflow.id);
  return workflow;
}

interface Place {
  readonly text: string;
  readonly pointer: string;
}

function notFound(compilation: Compilation, pointer: string, text: string): undefined {
  return compilation.tell(
    unknown,
    pointer,
    `${text} is none of the contract, or no function is generated for it`,
    'Pass the source description along, or correct the name.',
  );
}

function byId(compilation: Compilation, step: Node, text: string, pointer: string): Target | undefined {
  const { contract, sources } = compilation.description;
  const [, source, id = text] = /^\$sourceDescriptions\.([\w-]+)\.(.+)$/.exec(text) ?? [];
  const entries = source === undefined ? [...sources.values()] : [sources.get(source)];
  const operation = contract.operations.find(
    (candidate) => entries.includes(candidate.entry) && candidate.operationId === id,
  );
  if (operation !== undefined) return callOf(compilation, operation, { text, pointer });
  const exchange = contract.channelOperations.find(
    (candidate) => entries.includes(candidate.entry) && candidate.id === id,
  );
  if (exchange === undefined) return notFound(compilation, pointer, text);
  const { channel, messages, action } = exchange;
  const wanted = actionOf(step) ?? action;
  const kind = wanted === 'send' ? 'publish' : 'subscribe';
  const own = messages.length > 0 ? messages : channel.messages;
  const found = compilation.description.functions.events(kind, channel, own);
  return exchangeOf(compilation, found, { text, pointer });
}

function callOf(compilation: Compilation, operation: Operation, { text, pointer }: Place): Target | undefined {
  const call = compilation.description.functions.call(operation);
  if (call === undefined) return notFound(compilation, pointer, text);
  compilation.functions.add(call);
  return { kind: 'call', operation, call };
}

function byPath(
  compilation: Compilation,
  entry: ContractEntry,
  tokens: readonly string[],
  place: Place,
): Target | undefined {
  const [root, path, method] = tokens;
  const operation = compilation.description.contract.operations.find(
    (one) => one.entry === entry && root === 'paths' && one.path === path && one.method === method,
  );
  return operation === undefined
    ? notFound(compilation, place.pointer, place.text)
    : callOf(compilation, operation, place);
}

function byChannel(
  compilation: Compilation,
  step: Node,
  entry: ContractEntry,
  [root, key]: readonly string[],
  place: Place,
): Target | undefined {
  const { contract, functions } = compilation.description;
  const channel = contract.channels.find((one) => one.entry === entry && root === 'channels' && one.key === key);
  if (channel === undefined) return notFound(compilation, place.pointer, place.text);
  const action = actionOf(step);
  if (action === undefined)
    return compilation.tell(
      'generate/flow-unsupported',
      step.pointer,
      'A step on a channel says neither that it sends nor that it receives',
      'Add "action": "send" or "receive".',
    );
  const kind = action === 'send' ? 'publish' : 'subscribe';
  return exchangeOf(compilation, functions.events(kind, channel, channel.messages), place);
}

function actionOf({ value }: Node): 'send' | 'receive' | undefined {
  const action = member(value, 'action');
  return action === 'send' || action === 'receive' ? action : undefined;
}

function exchangeOf(compilation: Compilation, found: readonly EventFunction[], place: Place): Target | undefined {
  const [first] = found;
  if (first === undefined) return notFound(compilation, place.pointer, place.text);
  for (const event of found) compilation.functions.add(event);
  if (first.kind === 'subscribe') return { kind: 'receive', events: found };
  if (found.length > 1)
    return compilation.unsupported(
      place.pointer,
      `${place.text} sends one of ${found.length} messages, and nothing says which`,
      'Declare an operation for the one message.',
    );
  return { kind: 'send', publish: first };
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
