import {
  type Bus,
  publishNonconformanceClosed,
  publishNonconformanceDispositioned,
} from '@millwright/sdk/events/quality';
import type {
  ContainmentAction,
  DateTime,
  DispositionDecision,
  Nonconformance,
  NonconformanceNumber,
  PlantId,
} from '@millwright/sdk/types';
import type { Changes } from './changes.ts';
import { contextOf } from './context.ts';
import type { Kept } from './object-table.ts';

/** The way of a nonconformance from what was found to its end. */
export interface NonconformanceSteps {
  contain(plant: PlantId, number: NonconformanceNumber, action: ContainmentAction): Promise<Nonconformance>;
  review(plant: PlantId, number: NonconformanceNumber): Promise<Nonconformance>;
  dispose(
    plant: PlantId,
    number: NonconformanceNumber,
    decisions: readonly DispositionDecision[],
  ): Promise<Nonconformance>;
  /** What was decided has been carried out, and somebody has looked. */
  verify(plant: PlantId, number: NonconformanceNumber): Promise<Nonconformance>;
  close(plant: PlantId, number: NonconformanceNumber): Promise<Nonconformance>;
}

export function nonconformanceSteps({ read, change }: Changes, at: () => DateTime): NonconformanceSteps {
  const step = (
    plant: PlantId,
    number: NonconformanceNumber,
    changed: Partial<Nonconformance>,
    announce?: (bus: Bus, after: Kept<'nonconformance'>) => Promise<unknown>,
  ): Promise<Nonconformance> => change('nonconformance', [plant, number], changed, announce);
  return {
    contain: async (plant, number, action) => {
      const { containments = [] } = await read('nonconformance', plant, number);
      return step(plant, number, { status: 'contained', containments: [...containments, action] });
    },
    review: (plant, number) => step(plant, number, { status: 'under-review' }),
    dispose: (plant, number, decisions) =>
      step(plant, number, { status: 'dispositioned', dispositions: [...decisions] }, (bus, { object, ...kept }) =>
        publishNonconformanceDispositioned(bus, { ...contextOf(kept), data: object }),
      ),
    verify: (plant, number) => step(plant, number, { status: 'verified' }),
    close: (plant, number) =>
      step(plant, number, { status: 'closed', closedAt: at() }, (bus, { object, ...kept }) =>
        publishNonconformanceClosed(bus, { ...contextOf(kept), data: object }),
      ),
  };
}
