import {
  jobControlToOperationStatus,
  jobControlToWorkOrderStatus,
  MesError,
  operationStatusToJobControl,
  workOrderStatusToJobControl,
} from '@millwright/mes';
import { OperationStatusCode, WorkOrderStatus } from '@millwright/sdk/types';
import { describe, expect, it } from 'vitest';

/** OPC 10031-4, 6.2.2, table 37 and the substate machines that it names. */
const states = [
  ...['NotAllowedToStart', 'AllowedToStart'].flatMap((state) => [
    { state },
    ...['Waiting', 'Ready', 'Loaded'].map((substate) => ({ state, substate })),
  ]),
  { state: 'Running' },
  { state: 'Interrupted' },
  ...['Held', 'Suspended'].map((substate) => ({ state: 'Interrupted', substate })),
  { state: 'Ended' },
  ...['Completed', 'Closed'].map((substate) => ({ state: 'Ended', substate })),
  { state: 'Aborted' },
];

describe.each([
  {
    object: 'work order',
    statuses: Object.values(WorkOrderStatus),
    to: workOrderStatusToJobControl,
    from: jobControlToWorkOrderStatus,
    lossy: [],
  },
  {
    object: 'operation',
    statuses: Object.values(OperationStatusCode),
    to: operationStatusToJobControl,
    from: jobControlToOperationStatus,
    lossy: ['setup'],
  },
])('job control of a $object', ({ statuses, to, from, lossy }) => {
  it('has a state of the standard for every status, which comes back unless its loss is told', () => {
    for (const status of statuses) {
      const [state, losses] = to(status as never, 'WO-1');
      expect(states).toContainEqual(state);
      const [back, lossesOfReading] = from(state, 'WO-1');
      expect(lossesOfReading).toEqual([]);
      expect(losses.map(({ pointer }) => pointer)).toEqual(back === status ? [] : ['/status']);
    }
    const told = statuses.filter((status) => to(status as never, 'WO-1')[1].length > 0);
    expect(told).toEqual(lossy);
  });
  it('has a status for every state of the standard, which comes back unless its loss is told', () => {
    for (const state of states) {
      const [status, losses] = from(state, 'WO-1');
      expect(statuses).toContain(status);
      const [back] = to(status as never, 'WO-1');
      expect(losses.length > 0).toBe(JSON.stringify(back) !== JSON.stringify(state));
    }
  });
  it('reads the state when a plant has a substate of its own', () => {
    const [status, losses] = from({ state: 'Interrupted', substate: 'Tool change' }, 'WO-1');
    expect(status).toBe(from({ state: 'Interrupted' }, 'WO-1')[0]);
    expect(losses[0]).toEqual({
      pointer: '/substate',
      reason: 'Tool change is no substate of OPC 10031-4: only Interrupted is read',
    });
  });
  it.each([{ state: 'Sleeping' }, { state: 'constructor' }, { state: 'Sleeping', substate: 'Held' }, { state: '' }])(
    'refuses %j',
    (state) => {
      expect(() => from(state, 'WO-1')).toThrow(MesError);
      expect(() => from(state, 'WO-1')).toThrow(/^WO-1: .*is no code of .*AllowedToStart/);
    },
  );
});
