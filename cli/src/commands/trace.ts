import type { HistoryQuery } from '@millwright/runtime/messaging';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import { jsonText } from '../format/json.ts';
import { type GovernedFlags, governedTypes } from '../input/governed-types.ts';
import { withStore } from '../stores/open-store.ts';
import { storesOf } from '../stores/store-reference.ts';
import type { Terminal } from '../terminal.ts';
import { collectEvents, readHistory, type StoreHistory, startOf } from '../trace/collect-events.ts';
import { gapsOf } from '../trace/gaps.ts';
import { type TraceReport, troubles } from '../trace/trace-report.ts';
import type { TracedEvent } from '../trace/traced-event.ts';

export interface TraceFlags extends GovernedFlags {
  readonly store?: readonly string[];
  readonly lot?: string;
  readonly correlation?: string;
  readonly format: 'text' | 'json' | 'mermaid';
}

/** `millwright trace`: what happened to an order, in one or several stores. */
export async function trace([order]: readonly string[], flags: TraceFlags, terminal: Terminal): Promise<ExitCode> {
  const { lot, correlation } = flags;
  const query: HistoryQuery = {
    ...(order === undefined ? {} : { orderNumber: order }),
    ...(lot === undefined ? {} : { lotNumber: lot }),
    ...(correlation === undefined ? {} : { correlationId: correlation }),
  };
  const asked = [
    ...(order === undefined ? [] : [`Order ${order}`]),
    ...(lot === undefined ? [] : [`Lot ${lot}`]),
    ...(correlation === undefined ? [] : [`Transaction ${correlation}`]),
  ].join(', ');
  if (asked === '')
    throw new UsageFailure(
      'It is not said what is asked for',
      'Give an order (millwright trace WO-1001), --lot or --correlation.',
    );
  const loaded = await loadConfig(flags.config);
  const references = storesOf(flags.store, loaded);
  const [types, diagnostics] = await governedTypes(flags, loaded, terminal);
  if (types === undefined) {
    const format = flags.format === 'json' ? 'json' : 'text';
    await writeReport({ command: 'trace', diagnostics, summary: 'The contract cannot be read.' }, format, terminal);
    return exitCodes.invalidContract;
  }
  const histories: StoreHistory[] = [];
  for (const reference of references)
    histories.push(await withStore(reference, 'read', (store) => readHistory(store, query)));
  const events = collectEvents(histories, { now: Date.now(), types });
  const report: TraceReport = {
    ...{ asked, events, stores: references.map(({ name, place }) => ({ name, place })) },
    ...{ gaps: gapsOf(events, Object.values(query)), last: lastOf(events), hasContract: types.size > 0 },
  };
  await write(report, flags.format, terminal);
  return events.length === 0 || troubles(report).length > 0 ? exitCodes.findings : exitCodes.clean;
}

/** The last event of each object whose type names one. */
function lastOf(events: readonly TracedEvent[]): TraceReport['last'] {
  const last = new Map<string, TraceReport['last'][number]>();
  for (const event of events) {
    const [object = '', what] = event.title.split(' ');
    if (event.title === event.type || what === undefined) continue;
    last.delete(object);
    last.set(object, { object, event: what, at: startOf(event) });
  }
  return [...last.values()];
}

async function write(report: TraceReport, format: TraceFlags['format'], { write, colours }: Terminal): Promise<void> {
  if (format === 'json') {
    const { hasContract, ...facts } = report;
    return write(jsonText({ format: 'millwright.trace/1', ...facts, judgesDelays: hasContract }));
  }
  if (format === 'mermaid') return write((await import('../trace/trace-mermaid.ts')).formatTraceMermaid(report));
  return write((await import('../trace/trace-text.ts')).formatTraceText(report, colours));
}
