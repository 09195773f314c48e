import { bindFlow, type FlowPlan, type FlowView } from '@millwright/runtime/flow';
import type { Store } from '@millwright/runtime/messaging';
import {
  bindDeviationToCorrectiveAction,
  deviationToCorrectiveAction,
} from '@millwright/sdk/flows/deviation-to-corrective-action';
import { bindOrderToProduction, orderToProduction } from '@millwright/sdk/flows/order-to-production';
import {
  bindProductionToQualityRelease,
  productionToQualityRelease,
} from '@millwright/sdk/flows/production-to-quality-release';
import { deviationInputs, orderInputs, releaseInputs } from './inputs.ts';
import { type Clients, type Course, course, World } from './world.ts';

/** One of the canonical flows with what its run is started with, and what has happened before. */
export interface Canonical {
  readonly name: string;
  readonly open: (store: Store, create?: World['create']) => Promise<World>;
  readonly take: (world: World, course?: Course) => Promise<FlowView>;
}

function canonical<Inputs, Outputs, Bindings>(
  plan: FlowPlan<Inputs, Outputs, Bindings>,
  bind: (clients: Clients) => Bindings,
  inputs: Inputs,
  before: (world: World) => Promise<void> = async () => undefined,
): Canonical {
  return {
    name: plan.name,
    open: async (store, create) => {
      const world = new World(store, (clients) => [bindFlow(plan, bind(clients))]);
      if (create !== undefined) world.create = create;
      await world.boot();
      await before(world);
      return world;
    },
    take: (world, how) => course(world, plan, inputs, how),
  };
}

/** The order was made before its inspection begins: its last confirmation comes before the run. */
const madeBefore = (world: World): Promise<void> =>
  world.plant.tell('publishProductionConfirmed', { ...orderInputs.finalConfirmation });

export const order = canonical(orderToProduction, bindOrderToProduction, orderInputs);
export const release = canonical(productionToQualityRelease, bindProductionToQualityRelease, releaseInputs, madeBefore);
const deviation = canonical(deviationToCorrectiveAction, bindDeviationToCorrectiveAction, deviationInputs);
export const canonicalFlows = [order, release, deviation];

/** All that must be the same, however often a process died and in whatever order messages came. */
export async function outcomeOf(world: World, view: FlowView) {
  const audit = await world.store.audit.read({ limit: 1_000 });
  return {
    ...{ status: view.status, outputs: view.outputs, failure: view.failure },
    effects: world.plant.effects.toSorted(),
    conflicts: world.plant.conflicts,
    decisions: audit.map(({ action, actor, details }) => [action, actor, details['step'], details['decision']]),
    sent: world.wire.sent
      .filter(({ attributes }) => attributes['source'] === '/plants/PL01/mes')
      .map(({ attributes }) => attributes['id']),
  };
}
