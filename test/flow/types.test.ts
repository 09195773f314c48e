import { bindFlow, createFlows, type FlowHost } from '@millwright/runtime/flow';
import { createWorkOrder } from '@millwright/sdk/client/production';
import { subscribeLotCreated } from '@millwright/sdk/events';
import {
  bindOrderToProduction,
  type OrderToProductionBindings,
  type OrderToProductionOutputs,
  orderToProduction,
} from '@millwright/sdk/flows/order-to-production';
import { bindProductionToQualityRelease } from '@millwright/sdk/flows/production-to-quality-release';
import type { LotNumber, WorkOrderStatus } from '@millwright/sdk/types';
import { expect, expectTypeOf, it } from 'vitest';
import { orderInputs } from './inputs.ts';

/** Judged by the compiler: `tsc -b` fails where a line below compiles that must not. */
export function judged(clients: Parameters<typeof bindOrderToProduction>[0], host: FlowHost): void {
  const bindings = bindOrderToProduction(clients);
  bindFlow(orderToProduction, bindings);
  // @ts-expect-error a client of another operation
  bindFlow(orderToProduction, { ...bindings, createWorkOrder: bindings.cancelWorkOrder });
  // @ts-expect-error another event
  bindFlow(orderToProduction, { ...bindings, subscribeWorkOrderReleased: subscribeLotCreated });
  // @ts-expect-error the client that a generated function needs is not bound
  bindFlow(orderToProduction, { ...bindings, createWorkOrder });
  // @ts-expect-error one is missing
  const lacking: OrderToProductionBindings = { createWorkOrder: bindings.createWorkOrder };
  const others = bindProductionToQualityRelease({ inventory: clients.inventory, quality: clients.inventory });
  // @ts-expect-error the functions of another flow
  bindFlow(orderToProduction, others);
  // @ts-expect-error an input is missing
  host.start(orderToProduction, 'key', { runId: 'run-order-1' });
  // @ts-expect-error an input of another type
  host.start(orderToProduction, 'key', { ...orderInputs, consumption: 'none' });
  // @ts-expect-error a client is missing
  bindOrderToProduction({ production: clients.production });
  return void lacking;
}

it('outputs have the types of the schemas that they come from', () => {
  expectTypeOf<OrderToProductionOutputs['lotNumber']>().toEqualTypeOf<LotNumber | undefined>();
  expectTypeOf<OrderToProductionOutputs['workOrderStatus']>().toEqualTypeOf<WorkOrderStatus | undefined>();
});

it('a flow that has messages needs a bus', () => {
  const bindings = {} as OrderToProductionBindings;
  const config = { flows: [bindFlow(orderToProduction, bindings)] } as unknown as Parameters<typeof createFlows>[0];
  expect(() => createFlows(config)).toThrow('give a bus');
});
