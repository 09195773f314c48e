import { createEventBus, createMemoryTransport, type MessageDescriptor, publishMessage } from '@millwright/runtime';
import { createMessaging, type HealthFigures, judgeHealth, type Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { describe, expect, it } from 'vitest';

type Governance = NonNullable<MessageDescriptor['governance']>;
const descriptor = (name: string, type: string, governance: Governance): MessageDescriptor => ({
  ...{ name, type, address: 'a', contentType: 'application/json', governance },
});
const released = descriptor('WorkOrderReleased', 'millwright.production.work-order.released.v1', {
  ...{ latency: 'rt', delayMaxMs: 5_000, criticality: 'stops-production' },
});
const hold = descriptor('LotHeld', 'millwright.quality.lot.held.v1', {
  ...{ latency: 'rt', delayMaxMs: 10_000, criticality: 'affects-quality' },
});
const moved = descriptor('StockMoved', 'millwright.inventory.stock.moved.v1', {
  ...{ latency: 'nrt', delayMaxMs: 300_000, criticality: 'affects-inventory' },
});
const machine = descriptor('MachineEvent', 'millwright.production.machine.event.v1', {
  ...{ latency: 'batch', delayMaxMs: 86_400_000, criticality: 'informational' },
});

const now = 1_000_000_000;
const well: HealthFigures = {
  ...{ now, limits: {}, outbox: { count: 0, bytes: 0 }, waiting: [], deadLetters: [], consumers: [] },
  messages: [released, hold, moved, machine],
  relay: { holder: 'r1', succeededAt: now - 100 },
  holder: { holder: 'r1', expiresAt: now + 5_000 },
};
const waits = ({ type = '' }: MessageDescriptor, count: number, ageMs: number): Partial<HealthFigures> => ({
  outbox: { count, bytes: count, oldestAt: now - ageMs },
  waiting: [{ type, count, oldestAt: now - ageMs }],
});
const letters = (name: string, count: number) => ({
  deadLetters: [{ subscriber: `svc-mes ${name}`, kind: 'contract', count, oldestAt: now - 3 * 3_600_000 } as const],
});

describe('health, by what depends on a message', () => {
  it('is good when nothing is late', () => {
    const { status, findings } = judgeHealth({ ...well, ...waits(released, 3, 5_000) });
    expect({ status, findings }).toEqual({ status: 'ok', findings: [] });
  });

  it.each<[string, Partial<HealthFigures>, string, string, string]>([
    [
      'what stops production waits too long',
      waits(released, 3, 42_000),
      'failing',
      'waiting-too-long',
      '3 work-order.released messages wait 42 s, allowed 5 s: production may stop',
    ],
    [
      'a hold waits too long',
      waits(hold, 1, 180_000),
      'failing',
      'waiting-too-long',
      '1 lot.held message waits 3 min, allowed 10 s: decisions on quality may be wrong',
    ],
    [
      'stock waits too long',
      waits(moved, 2, 301_000),
      'degraded',
      'waiting-too-long',
      '2 stock.moved messages wait 5 min, allowed 5 min: stock figures may be wrong',
    ],
    [
      'the outbox fills',
      { limits: { countMax: 100 }, outbox: { count: 80, bytes: 80, oldestAt: now - 1_000 } },
      'degraded',
      'outbox-filling',
      'the outbox is full to 80 %: 80 messages wait, the oldest 1 s, and telemetry is refused',
    ],
    [
      'the outbox is full by bytes',
      { limits: { bytesMax: 10 }, outbox: { count: 1, bytes: 10, oldestAt: now } },
      'failing',
      'outbox-full',
      'the outbox is full: 1 messages wait, the oldest 0 s, and new ones are refused',
    ],
    [
      'the outbox is full by age',
      { limits: { ageMaxMs: 1_000 }, outbox: { count: 1, bytes: 1, oldestAt: now - 1_000 } },
      'failing',
      'outbox-full',
      'the outbox is full: 1 messages wait, the oldest 1 s, and new ones are refused',
    ],
    [
      'the last try to send failed',
      {
        relay: {
          holder: 'r1',
          succeededAt: now - 9_000,
          failure: { at: now - 3_000, step: 'look', reason: 'ECONNREFUSED' },
        },
      },
      'degraded',
      'sending-fails',
      'the last message could not be sent 3 s ago: ECONNREFUSED',
    ],
    [
      'no relay is at work',
      { outbox: { count: 7, bytes: 7, oldestAt: now - 90_000 }, holder: { holder: 'r1', expiresAt: now - 30_000 } },
      'failing',
      'nobody-sends',
      'nobody sends: 7 messages wait, and no relay has been at work for 30 s',
    ],
    [
      'no relay ever was',
      { outbox: { count: 7, bytes: 7, oldestAt: now - 90_000 }, holder: undefined },
      'failing',
      'nobody-sends',
      'nobody sends: 7 messages wait, and no relay has been at work for 90 s',
    ],
    [
      'the target of a message that can wait is away',
      { consumers: [{ descriptor: moved, troubled: 0, awaySince: now - 60_000 }] },
      'degraded',
      'target-away',
      'what handles stock.moved is away since 60 s; its messages are kept and come later: stock figures may be wrong',
    ],
    [
      'the target of a message that cannot wait is away',
      { consumers: [{ descriptor: released, troubled: 0, awaySince: now - 3 * 86_400_000 }] },
      'failing',
      'target-away',
      'what handles work-order.released is away since 3 d; its messages are kept and come later: production may stop',
    ],
    [
      'a message is tried in vain',
      { consumers: [{ descriptor: hold, troubled: 1, troubledSince: now - 20_000 }] },
      'failing',
      'retrying-too-long',
      '1 lot.held message has been tried in vain for 20 s, allowed 10 s: decisions on quality may be wrong',
    ],
    [
      'what is applied comes late',
      { consumers: [{ descriptor: released, troubled: 0, lastAppliedAt: now - 1_000, lastDelayMs: 8_000 }] },
      'degraded',
      'applied-late',
      'the last work-order.released was applied 8 s after it happened, allowed 5 s: production may stop',
    ],
    [
      'a message that stops production is given up',
      letters('WorkOrderReleased', 2),
      'failing',
      'dead-letters',
      '2 work-order.released messages could not be applied (contract, svc-mes WorkOrderReleased), the oldest 3 h ago; somebody has to decide: production may stop',
    ],
    [
      'messages that nobody here knows are given up',
      letters('SomethingElse', 1),
      'degraded',
      'dead-letters',
      '1 message could not be applied (contract, svc-mes SomethingElse), the oldest 3 h ago; somebody has to decide',
    ],
  ])('says when %s', (_, figures, status, code, reason) => {
    const health = judgeHealth({ ...well, ...figures });
    expect(health.findings.map((finding) => [finding.status, finding.code, finding.reason])).toEqual([
      [status, code, reason],
    ]);
    expect(health.status).toBe(status);
  });

  it.each<[string, Partial<HealthFigures>]>([
    ['a message that the contract does not know waits', { waiting: [{ type: 'x', count: 9, oldestAt: 0 }] }],
    [
      'sending failed before it went well',
      { relay: { holder: 'r', succeededAt: 2, failure: { at: 1, step: 'look', reason: 'x' } } },
    ],
    [
      'what could not be sent waits no more',
      { relay: { holder: 'r', failure: { at: now, step: 'send', reason: 'x' } } },
    ],
    ['a lease has just run out', { ...waits(machine, 1, 60_000), holder: { holder: 'r', expiresAt: now - 5_000 } }],
    [
      'what came late was long ago',
      { consumers: [{ descriptor: hold, troubled: 0, lastAppliedAt: 1, lastDelayMs: 9e9 }] },
    ],
  ])('is not troubled when %s', (_, figures) => {
    expect(judgeHealth({ ...well, ...figures })).toMatchObject({ status: 'ok', findings: [] });
  });

  it('puts the worst first, and sums up by impact and urgency', () => {
    const health = judgeHealth({
      ...well,
      ...letters('StockMoved', 4),
      outbox: { count: 8, bytes: 8, oldestAt: now - 7_000 },
      waiting: [
        { type: machine.type ?? '', count: 5, oldestAt: now - 7_000 },
        { type: released.type ?? '', count: 3, oldestAt: now - 6_000 },
      ],
    });
    expect(health.findings.map(({ code, criticality }) => [code, criticality])).toEqual([
      ['waiting-too-long', 'stops-production'],
      ['dead-letters', 'affects-inventory'],
    ]);
    expect(health.impacts).toEqual([
      {
        ...{ criticality: 'stops-production', latency: 'rt', status: 'failing' },
        ...{ waiting: 3, oldestMs: 6_000, deadLetters: 0 },
      },
      { criticality: 'affects-quality', latency: 'rt', status: 'ok', waiting: 0, deadLetters: 0 },
      { criticality: 'affects-inventory', latency: 'nrt', status: 'degraded', waiting: 0, deadLetters: 4 },
      { criticality: 'informational', latency: 'batch', status: 'ok', waiting: 5, oldestMs: 7_000, deadLetters: 0 },
    ]);
  });
});

describe('health of a running system', () => {
  it('comes from its store, its relay and its handlers', async () => {
    let time = now;
    const clock = {
      now: () => time,
      sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
      random: () => 0,
      uuid: () => crypto.randomUUID(),
    };
    const transport = { ...createMemoryTransport(), publish: () => Promise.reject(new Error('the broker is away')) };
    const store = createMemoryStore();
    const messaging = createMessaging({ store, transport, clock, source: '/erp', messages: [released] });
    await messaging.start();
    expect((await messaging.health()).status).toBe('ok');
    await publishMessage(createEventBus(messaging.config), released, { data: {} });
    time += 42_000;
    await expect
      .poll(async () => (await messaging.health()).findings.map(({ code }) => code))
      .toEqual(['waiting-too-long', 'sending-fails']);
    const { figures, findings } = await messaging.health();
    expect(findings.map(({ reason }) => reason)[0]).toBe(
      '1 work-order.released message waits 42 s, allowed 5 s: production may stop',
    );
    expect(figures?.holder?.holder).toBe(figures?.relay.holder);
    await messaging.close();
  });

  it('says so when the store does not answer', async () => {
    const store: Store = {
      ...createMemoryStore(),
      outbox: { ...createMemoryStore().outbox, figures: () => Promise.reject(new Error('no such file')) },
    };
    const messaging = createMessaging({ store, transport: createMemoryTransport(), source: '/erp' });
    expect(await messaging.health()).toEqual({
      status: 'failing',
      findings: [{ code: 'store-away', status: 'failing', reason: 'the store does not answer: no such file' }],
      impacts: [],
    });
  });
});
