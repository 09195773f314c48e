import { beforeEach, describe, expect, it } from 'vitest';
import { gapsOf } from '../../cli/src/trace/gaps.ts';
import type { TracedEvent } from '../../cli/src/trace/traced-event.ts';
import { apply, confirmed, enqueue, inStore, makePlant, released, sendAll, six } from './plant-stores.ts';
import { root, workplace } from './run-cli.ts';

const place = workplace();
const both = ['--store', 'sqlite:erp.db', '--store', 'sqlite:mes.db'];
const schemas = ['--contract', `${root}schemas`];

interface Finding {
  readonly kind: string;
  readonly text: string;
}

interface Trace {
  readonly events: readonly {
    readonly id: string;
    readonly applied: readonly { readonly store: string; readonly delayMs: number }[];
    readonly steps: readonly { readonly step: string; readonly store: string; readonly at: number }[];
    readonly findings: readonly Finding[];
    readonly delayMaxMs?: number;
  }[];
  readonly gaps: readonly Finding[];
  readonly last: readonly { readonly object: string; readonly event: string }[];
  readonly judgesDelays: boolean;
}

function traced(args: readonly string[]): { readonly status: number | null; readonly trace: Trace } {
  const { status, stdout, stderr } = place.run(['trace', ...args, '--format', 'json', '--quiet']);
  expect(stderr).toBe('');
  return { status, trace: JSON.parse(stdout) as Trace };
}

describe('trace', () => {
  beforeEach(() => makePlant(place.path('erp.db'), place.path('mes.db')));

  it('tells what happened to an order in the stores of both systems, in order of time', () => {
    const { status, trace } = traced(['WO-1001', ...both]);
    expect(status).toBe(0);
    expect(
      trace.events.map(({ id, steps }) => [id, ...steps.map(({ step, store, at }) => `${at - six} ${step} ${store}`)]),
    ).toEqual([
      ['e-1', '12 enqueued erp', '50 sent erp', '3120 applied mes', '9000 duplicate mes'],
      ['m-1', '7200100 enqueued mes', '7200200 sent mes', '7500000 applied erp'],
    ]);
    expect(trace.events[0]?.applied).toEqual([{ store: 'mes', subscriber: 'mes WorkOrderReleased', delayMs: 3120 }]);
    expect(trace.last.map(({ object, event }) => `${object} ${event}`)).toEqual([
      'work-order released',
      'production confirmed',
    ]);
    expect(trace.judgesDelays).toBe(false);
  });

  it('judges what is late by the contract, and says what is allowed', () => {
    const { status, trace } = traced(['WO-1001', ...both, ...schemas]);
    expect(status).toBe(1);
    expect(trace.events.map(({ delayMaxMs }) => delayMaxMs)).toEqual([5_000, 5_000]);
    expect(trace.events.flatMap(({ findings }) => findings).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'duplicates: came once more to mes, and was ignored',
      'late: applied in erp 5 min after it happened; the contract allows 5 s',
    ]);
  });

  it('says of one store what it knows, and calls nothing late that another may have applied', () => {
    const { status, trace } = traced(['WO-1001', '--store', 'sqlite:erp.db', ...schemas]);
    expect(trace.events.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([[], ['late']]);
    expect(status).toBe(1);
  });

  it('shows dead letters, what waits and what nobody has applied', async () => {
    await inStore(place.path('erp.db'), async (erp) => {
      await enqueue(erp, { ...released, id: 'e-3', order: 'WO-1003' }, six);
      await sendAll(erp, six + 10);
      await enqueue(erp, { ...released, id: 'e-4', order: 'WO-1003' }, six + 20);
    });
    const dead = traced(['WO-1002', ...both, ...schemas]);
    expect([dead.status, dead.trace.events.flatMap(({ findings }) => findings.map(({ kind }) => kind))]).toEqual([
      1,
      ['late', 'dead-letter'],
    ]);
    expect(dead.trace.events[0]?.findings[1]?.text).toBe(
      'dead letter 1 in mes, contract at /itemNumber: must match pattern "^FG-[0-9]+$"',
    );
    const open = traced(['WO-1003', ...both]);
    expect(open.trace.events.map(({ id, findings }) => [id, findings[0]?.kind])).toEqual([
      ['e-3', 'not-applied'],
      ['e-4', 'waiting'],
    ]);
  });

  it('follows a letter that was replayed until it is applied', async () => {
    const replayed = place.run(['dlq', 'replay', '1', '--store', 'sqlite:mes.db']);
    expect(replayed.status).toBe(0);
    const kinds = () =>
      traced(['WO-1002', ...both]).trace.events.flatMap(({ findings }) => findings.map(({ text }) => text));
    expect(kinds()).toEqual([
      expect.stringMatching(/^waits in the outbox of mes/),
      expect.stringMatching(/^dead letter 1 in mes was replayed and is not applied yet/),
    ]);
    await inStore(place.path('mes.db'), async (mes) => {
      await sendAll(mes, Date.now());
      await apply(mes, { ...released, id: 'e-2', order: 'WO-1002' }, 'mes WorkOrderReleased', Date.now());
    });
    expect(kinds()).toEqual([expect.stringMatching(/^dead letter 1 in mes was replayed and applied/)]);
  });

  it('says when clocks contradict each other', async () => {
    const early = { ...released, id: 'e-9', order: 'WO-1009' };
    await inStore(place.path('erp.db'), async (erp) => {
      await enqueue(erp, early, six + 1_000);
      await sendAll(erp, six + 1_100);
    });
    await inStore(place.path('mes.db'), (mes) => apply(mes, early, 'mes', six + 400));
    const [event] = traced(['WO-1009', ...both]).trace.events;
    expect(event?.findings.map(({ text }) => text)).toEqual([
      'mes had it 600 ms before erp had enqueued it: their clocks differ',
    ]);
  });

  it('finds by lot and transaction, and exits 1 where nothing is known', () => {
    expect(traced(['--correlation', 'order-to-production-WO-1001', ...both]).trace.events.length).toBe(2);
    expect(traced(['--lot', 'L-1', ...both])).toEqual({ status: 1, trace: expect.objectContaining({ events: [] }) });
    expect(place.run(['trace', 'WO-9', ...both]).stdout).toContain('Nothing is known of it there.');
  });

  it('is readable in 80 columns, and without colours has none', () => {
    const { stdout } = place.run(['trace', 'WO-1001', ...both, ...schemas, '--quiet']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('  2026-04-15 06:00:03.120Z  applied    mes  after 3.1 s of 5 s allowed, by mes\n');
    expect(stdout).toMatch(/2 events over 2 h 5 min: 1 late \(1 came twice\)\.\n$/);
    const coloured = place.run(['trace', 'WO-1001', ...both, '--quiet'], { environment: { FORCE_COLOR: '1' } }).stdout;
    expect(coloured).toContain('\u001b[32m  2026-04-15 06:00:03.120Z  applied');
  });

  it('draws a sequence diagram', () => {
    const { stdout } = place.run(['trace', 'WO-1002', ...both, '--format', 'mermaid']);
    expect(stdout).toBe(`---
title: "Order WO-1002"
---
sequenceDiagram
  participant s0 as erp
  participant s1 as mes
  Note over s0: 2026-04-15 06:00:00Z
  s0-xs1: work-order released
  Note over s0,s1: dead letter 1 in mes, contract at /itemNumber: must match pattern #34;#94;FG-#91;0-9#93;+#36;#34;
`);
  });

  it('lets no control character of a message through, in any format', async () => {
    const evil = '\u001b]0;gone\u0007\u009b31m\u202e\n%%';
    await inStore(place.path('mes.db'), async (mes) => {
      await enqueue(
        mes,
        { ...confirmed, id: `x${evil}`, source: `/s${evil}`, type: `t${evil}`, more: { lotnumber: 'L-9' } },
        six,
      );
    });
    for (const format of ['text', 'json', 'mermaid']) {
      const { stdout, stderr } = place.run(['trace', '--lot', 'L-9', ...both, '--format', format]);
      expect(stdout).toContain('gone');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });
});

describe('gaps in a lane', () => {
  const event = (sequence: string, more: Partial<TracedEvent> = {}): TracedEvent => ({
    ...{ type: 't', title: 't', source: '/mes', id: sequence, sequence, partitionKey: 'WO-1', steps: [], applied: [] },
    findings: [],
    ...more,
  });

  it('are numbers that are missing between others', () => {
    expect(
      gapsOf(
        ['2', '3', '6'].map((sequence) => event(sequence)),
        ['WO-1'],
      ).map(({ text }) => text),
    ).toEqual(['of /mes numbers 4, 5 of its lane are in none of the stores']);
    expect(gapsOf([event('3'), event('2')], ['WO-1'])).toEqual([]);
  });

  it('are not made up where the lane holds other orders, or numbers that say nothing', () => {
    expect(gapsOf([event('1'), event('3')], ['WO-2'])).toEqual([]);
    expect(gapsOf([event('1'), event('3', { source: '/erp' })], ['WO-1'])).toEqual([]);
    expect(gapsOf([event('1'), event('x'), event('900719925474099')], ['WO-1'])).toEqual([]);
  });
});
