import { roles as vocabulary } from '@millwright/contract';
import {
  type BusConfig,
  createEventBus,
  createMemoryTransport,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
  type Unauthorised,
} from '@millwright/runtime';
import { describe, expect, it } from 'vitest';
import { roles } from '../../packages/runtime/src/roles.ts';

const released: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: 'work-order/released/v1',
  contentType: 'application/json',
  type: 'millwright.production.work-order.released.v1',
  governance: { publish: ['erp'], consume: ['mes'] },
};
const ungoverned: MessageDescriptor = { name: 'lamp', address: 'lamps/v1', contentType: 'application/json' };

function plant(config: Partial<BusConfig> = {}) {
  const transport = createMemoryTransport({ redeliveryDelayMs: 1 });
  const denied: Unauthorised[] = [];
  const bus = (more: Partial<BusConfig>) =>
    createEventBus({
      ...{ transport, source: '/plants/PL01/erp', producer: 'svc-odoo-pl01' },
      ...{ onDenied: (error: Unauthorised) => void denied.push(error), ...config, ...more },
    });
  return { transport, denied, bus };
}

describe('a role', () => {
  it('publishes what it may, and nothing else', async () => {
    const { transport, denied, bus } = plant();
    const got: unknown[] = [];
    await transport.subscribe('{a}/{b}/v1', async (delivery) => {
      got.push(delivery.address);
      await delivery.ack();
    });
    await publishMessage(bus({ role: 'erp' }), released, { data: {} });
    const refused = publishMessage(bus({ role: 'mes' }), released, { data: {} });
    await expect(refused).rejects.toMatchObject({ code: 'unauthorised', role: 'mes', action: 'publish' });
    await transport.drain();
    expect(got).toEqual(['work-order/released/v1']);
    expect(denied.map(({ message }) => message)).toEqual(['the role mes may not publish WorkOrderReleased']);
  });

  it('is refused when it subscribes to what it may not receive', async () => {
    const { transport, denied, bus } = plant();
    const got: unknown[] = [];
    const refused = subscribeMessage(bus({ role: 'quality' }), released, () => void got.push('quality'));
    await expect(refused).rejects.toMatchObject({ code: 'unauthorised', role: 'quality', action: 'consume' });
    await subscribeMessage(bus({ role: 'mes' }), released, () => void got.push('mes'));
    await publishMessage(bus({ role: 'erp' }), released, { data: {} });
    await transport.drain();
    expect(got).toEqual(['mes']);
    expect(denied.map(({ message }) => message)).toEqual(['the role quality may not consume WorkOrderReleased']);
  });

  it('is held against nothing where the contract says nothing', async () => {
    const { denied, bus } = plant();
    await publishMessage(bus({ role: 'analytics' }), ungoverned, { data: {} });
    expect(denied).toEqual([]);
  });

  it.each([
    ['qualty', 'quality'],
    ['ERP', 'erp'],
    ['warehouses', 'warehouse'],
  ])('%s is a fault of the configuration, and the nearest is %s', (wrong, nearest) => {
    const { bus } = plant();
    expect(() => bus({ role: wrong })).toThrow(`there is no role "${wrong}"; the nearest is ${nearest}`);
    expect(() => bus({ identities: { 'svc-x': wrong } })).toThrow(`the nearest is ${nearest}`);
  });

  it('is of the vocabulary that contracts use', () => expect(roles).toEqual(vocabulary));
});

describe('a producer', () => {
  const identities = { 'svc-odoo-pl01': 'erp', 'svc-mes-pl01': 'mes' };

  async function deliveredFrom(producer: string | undefined) {
    const { transport, denied, bus } = plant({ identities });
    const got: unknown[] = [];
    await subscribeMessage(bus({ role: 'mes' }), released, () => void got.push(producer));
    // Who forges an event has no role in its configuration.
    await publishMessage(bus({ producer }), released, { data: {} });
    await transport.drain();
    return { got, denied: denied.map(({ message }) => message), letters: transport.deadLetters };
  }

  it('that may publish it is believed', async () => {
    expect(await deliveredFrom('svc-odoo-pl01')).toMatchObject({ got: ['svc-odoo-pl01'], denied: [], letters: [] });
  });

  it.each([
    ['svc-mes-pl01', 'the producer "svc-mes-pl01" (mes) may not publish WorkOrderReleased'],
    ['svc-nobody', 'the producer "svc-nobody" (no known role) may not publish WorkOrderReleased'],
    ['constructor', 'the producer "constructor" (no known role) may not publish WorkOrderReleased'],
    [undefined, 'the producer "" (no known role) may not publish WorkOrderReleased'],
  ])('%s is not', async (producer, reason) => {
    expect(await deliveredFrom(producer)).toMatchObject({ got: [], denied: [reason], letters: [{ reason }] });
  });
});
