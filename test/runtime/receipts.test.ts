import { createMemoryTransport, type Delivery, type Message, type Transport } from '@millwright/runtime';
import { ReceiptMissing, withReceipts } from '@millwright/runtime/transports/receipts';
import { describe, expect, it } from 'vitest';
import { describeTransport } from './conformance.ts';

const address = 'PL01/test/order/written/v1';
const message = (id: string): Message => ({
  attributes: { specversion: '1.0', id, source: '/erp', type: 'test.order.written.v1' },
  data: new TextEncoder().encode(`"${id}"`),
});

/** A transport that loses what `loses` says, after it has taken responsibility for it. */
function losing(transport: Transport, loses: (address: string) => boolean): Transport {
  return {
    ...transport,
    publish: async (to, what) => {
      if (!loses(to)) await transport.publish(to, what);
    },
  };
}

const receives = (transport: Transport, group: string, handler: (delivery: Delivery) => Promise<void>) =>
  transport.subscribe('{plant}/test/order/written/v1', handler, { group });

// What nobody has to confirm passes as it is.
describeTransport('memory with receipts', {
  connect: async () => withReceipts(createMemoryTransport(), { name: 'erp', from: [] }),
  prefix: 'memory',
  features: { ...createMemoryTransport().features, survives: 'disk' },
});

describe('publishing with receipts', () => {
  it('resolves when every named group has acked, not before', async () => {
    const broker = createMemoryTransport();
    const erp = withReceipts(broker, { name: 'erp', from: ['mes', 'quality'] });
    const steps: string[] = [];
    for (const group of ['mes', 'quality'])
      await receives(withReceipts(broker, { name: group, from: [] }), group, async (delivery) => {
        steps.push(
          `${group} handles ${JSON.stringify([delivery.message.attributes['receiptto'], delivery.message.attributes['receiptid']])}`,
        );
        await new Promise((resolve) => setTimeout(resolve, group === 'mes' ? 5 : 20));
        steps.push(group);
        await delivery.ack();
      });
    await erp.publish(address, message('1'));
    steps.push('published');
    // The attribute that asks for the receipt is between the two ends.
    expect(steps).toEqual(['mes handles [null,null]', 'quality handles [null,null]', 'mes', 'quality', 'published']);
  });

  it('rejects with the names of those that did not confirm, and passes once they have', async () => {
    const broker = createMemoryTransport();
    const erp = withReceipts(broker, { name: 'erp', from: ['mes', 'quality'], timeoutMs: 50 });
    await receives(withReceipts(broker, { name: 'mes', from: [] }), 'mes', (delivery) => delivery.ack());
    const missing = await erp.publish(address, message('1')).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ReceiptMissing);
    expect(String(missing)).toContain('no receipt from quality within 50 ms');
    await receives(withReceipts(broker, { name: 'quality', from: [] }), 'quality', (delivery) => delivery.ack());
    await erp.publish(address, message('1'));
  });

  it('counts a receipt for the publication that it is of, and no earlier one', async () => {
    const broker = createMemoryTransport();
    const erp = withReceipts(broker, { name: 'erp', from: ['mes'], timeoutMs: 40 });
    let deliveries = 0;
    await receives(withReceipts(broker, { name: 'mes', from: [] }), 'mes', async (delivery) => {
      deliveries += 1;
      if (deliveries === 1) await new Promise((resolve) => setTimeout(resolve, 80));
      await delivery.ack();
    });
    await expect(erp.publish(address, message('1'))).rejects.toThrow(ReceiptMissing);
    await broker.drain();
    // The receipt of the first is there by now; whoever publishes again wants it delivered again, as a replay does.
    await erp.publish(address, message('1'));
    expect(deliveries).toBe(2);
  });

  it('finds out that the broker lost a message, or a receipt, and publishes it again', async () => {
    const broker = createMemoryTransport();
    const lost = new Set(['message', 'receipt']);
    const loses = (to: string): boolean => lost.delete(to === address ? 'message' : 'receipt');
    const erp = withReceipts(losing(broker, loses), { name: 'erp', from: ['mes'], timeoutMs: 50 });
    const attempts: string[] = [];
    await receives(withReceipts(losing(broker, loses), { name: 'mes', from: [] }), 'mes', (delivery) => {
      attempts.push(String(delivery.message.attributes['id']));
      return delivery.ack();
    });
    await expect(erp.publish(address, message('1'))).rejects.toThrow(ReceiptMissing);
    expect(attempts).toEqual([]);
    await expect(erp.publish(address, message('1'))).rejects.toThrow(ReceiptMissing);
    await erp.publish(address, message('1'));
    expect(attempts).toEqual(['1', '1']);
  });

  it('is over as well when the receiver has rejected the message: then it is his', async () => {
    const broker = createMemoryTransport();
    const erp = withReceipts(broker, { name: 'erp', from: ['mes'], timeoutMs: 1_000 });
    await receives(withReceipts(broker, { name: 'mes', from: [] }), 'mes', (delivery) => delivery.reject('no'));
    await erp.publish(address, message('1'));
    await broker.drain();
    expect(broker.deadLetters).toHaveLength(1);
  });

  it('takes what is no receipt for none', async () => {
    const broker = createMemoryTransport();
    const erp = withReceipts(broker, { name: 'erp', from: ['mes'], timeoutMs: 50 });
    let to = '';
    await broker.subscribe('{plant}/test/order/written/v1', async ({ message: { attributes } }) => {
      to = String(attributes['receiptto']);
    });
    const publishing = erp.publish(address, message('1'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (const text of ['', 'null', '[]', '{"publication":1}', '{"publication":"x","group":"mes"}', '\u0000'])
      await broker.publish(to, { attributes: {}, data: new TextEncoder().encode(text) });
    await expect(publishing).rejects.toThrow(ReceiptMissing);
  });
});
