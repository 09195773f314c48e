// The flow of the simulation, hand-made, as a generator would compile it.

import {
  type Bus,
  createEventBus,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
} from '@millwright/runtime';
import {
  type ActionPlan,
  bindFlow,
  createFlows,
  type EventPlan,
  type FlowAnswer,
  type FlowCall,
  type FlowHost,
  type FlowPlan,
  type FlowValues,
  type Scope,
  valueAt,
} from '@millwright/runtime/flow';
import type { FlowScenario } from './flow-plan.ts';
import type { Instance } from './system.ts';

export const flowName = 'make';
/** Names of the systems, and of the groups. */
export const flowSystem = 'pcs';
export const partnerSystem = 'wms';
export const flowGroup = `flow-${flowName}`;

const descriptorOf = (name: string, word: string): MessageDescriptor => ({
  name,
  address: `PL01/test/material/${word}/v1`,
  contentType: 'application/json',
  type: `test.material.${word}.v1`,
  partitionKey: '$message.payload#/run',
});

/** What the flow sends, and what it waits for. */
export const requested = descriptorOf('MaterialRequested', 'requested');
export const closed = descriptorOf('MaterialClosed', 'closed');
export const replied = descriptorOf('MaterialReplied', 'replied');
export const signalled = descriptorOf('MaterialSignalled', 'signalled');

export type Operation = 'book' | 'release' | 'cancel';

export interface Bindings {
  readonly call: (operation: Operation, body: FlowValues, call: FlowCall) => Promise<FlowAnswer>;
}

type MakePlan = FlowPlan<{ readonly run: string }, FlowValues, Bindings>;

const busy: ActionPlan = {
  ...{ name: 'later', type: 'retry', retryAfterMs: 150, retryLimit: 1_000_000 },
  criteria: [({ response }: Scope) => response?.status === 503],
};

const calling = (operation: Operation, body: (scope: Scope) => FlowValues) =>
  ({
    kind: 'call',
    operation,
    call: (bindings: Bindings, scope: Scope, call: FlowCall) => bindings.call(operation, body(scope), call),
    onFailure: [busy],
    outputs: ({ response }: Scope) => ({ receipt: valueAt(response?.body, 'receipt') }),
  }) as const;

const sending = (descriptor: MessageDescriptor) =>
  ({
    kind: 'send',
    message: descriptor.name,
    send: (_: Bindings, bus: never, { inputs }: Scope, { id }: { readonly id: string }) =>
      publishMessage(bus as Bus, descriptor, { data: { run: inputs['run'] }, headers: { id } }),
  }) as const;

const receiving = (descriptor: MessageDescriptor) =>
  ({
    kind: 'receive',
    messages: [descriptor.name],
    correlation: ({ inputs }: Scope) => inputs['run'],
    outputs: ({ message }: Scope) => ({ by: message?.headers['id'] }),
  }) as const;

const eventOf = (descriptor: MessageDescriptor): EventPlan<Bindings> => ({
  subscribe: (_, bus, handler, options) => subscribeMessage<unknown, object>(bus as Bus, descriptor, handler, options),
  correlation: ({ payload }) => (payload as FlowValues)['run'],
});

/** Books, requests material, waits for it and for a signal, releases when a person says so, and tells; or else undoes the booking. */
const planOf = (replyTimeoutMs: number): MakePlan => ({
  ...{ name: flowName, version: '1', compatible: [], inputs: [{ name: 'run', required: true }] },
  events: { [replied.name]: eventOf(replied), [signalled.name]: eventOf(signalled) },
  workflows: {
    [flowName]: {
      id: flowName,
      steps: [
        {
          ...calling('book', ({ inputs }) => ({ run: inputs['run'] })),
          ...{ id: 'book', dependsOn: [] },
          compensation: {
            workflow: 'unbook',
            inputs: ({ inputs, steps }) => ({ run: inputs['run'], receipt: steps['book']?.['receipt'] }),
          },
        },
        { ...sending(requested), id: 'request' },
        {
          ...receiving(replied),
          ...{ id: 'reply', timeoutMs: replyTimeoutMs },
          // Asks again.
          onFailure: [{ name: 'again', type: 'retry', step: 'request', retryAfterMs: 100, retryLimit: 2 }],
        },
        { ...receiving(signalled), id: 'signal' },
        {
          ...calling('release', ({ inputs, steps }) => ({
            ...{ run: inputs['run'], receipt: steps['book']?.['receipt'] },
            ...{ reply: steps['reply']?.['by'], signal: steps['signal']?.['by'] },
          })),
          ...{ id: 'release', approval: { roles: ['supervisor'] } },
        },
        { ...sending(closed), id: 'close' },
      ],
      outputs: ({ steps }) => ({ receipt: steps['release']?.['receipt'] }),
    },
    unbook: {
      id: 'unbook',
      steps: [{ ...calling('cancel', ({ inputs }) => inputs), id: 'cancel' }],
      outputs: () => ({}),
    },
  },
});

const plans = new Map<number, MakePlan>();

/** The flow with that patience. */
export function makePlan({ replyTimeoutMs }: FlowScenario): MakePlan {
  const plan = plans.get(replyTimeoutMs) ?? planOf(replyTimeoutMs);
  plans.set(replyTimeoutMs, plan);
  return plan;
}

/** The real host of one process. */
export function hostOf(
  { store, messaging, clock, probe }: Instance,
  scenario: FlowScenario,
  bindings: Bindings,
): FlowHost {
  const { callTimeoutMs, callLeaseMs, callAttemptsMax, settings } = scenario;
  return createFlows({
    ...{ store, messaging, clock, probe, callTimeoutMs },
    flows: [bindFlow(makePlan(scenario), bindings)],
    bus: createEventBus({ ...messaging.config, validate: false }),
    retry: { attemptsMax: callAttemptsMax, initialMs: 20, maxMs: 500 },
    leaseMs: callLeaseMs,
    pollMs: settings.pollMs,
  });
}
