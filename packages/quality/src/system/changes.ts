import type { Messaging } from '@millwright/runtime/messaging';
import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import type { Bus } from '@millwright/sdk/events/quality';
import type { PlantId } from '@millwright/sdk/types';
import { checkChange, type StatefulObjects } from '../states/change.ts';
import { demand, type Kept, keep } from './object-table.ts';

type Stateful = keyof StatefulObjects;

/** What is changed: an object that is there already. */
export interface Changes {
  read<Kind extends Stateful>(kind: Kind, plant: PlantId, number: string): Promise<StatefulObjects[Kind]>;
  /** Checks, keeps and announces in one transaction. */
  change<Kind extends Stateful>(
    kind: Kind,
    at: readonly [plant: PlantId, number: string],
    changed: Partial<StatefulObjects[Kind]>,
    announce?: (bus: Bus, after: Kept<Kind>) => Promise<unknown>,
  ): Promise<StatefulObjects[Kind]>;
}

export function changesOf(messaging: Messaging<SqliteDatabase>, bus: Bus): Changes {
  return {
    read: (kind, plant, number) =>
      messaging.transaction(({ connection }) => demand(connection, kind, plant, number).object),
    change: (kind, [plant, number], changed, announce) =>
      messaging.transaction(async ({ connection, within }) => {
        const before = demand(connection, kind, plant, number);
        const object = { ...before.object, ...changed };
        checkChange(kind, before.object, object);
        const after = { ...before, object };
        keep(connection, after);
        await announce?.(within(bus), after);
        return object;
      }),
  };
}
