import { durationSeconds } from '@millwright/contract';
import type { SentQuery, SentRow, Store } from '@millwright/runtime/messaging';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { clipped } from '../format/facts-text.ts';
import { writeReport } from '../format/format-report.ts';
import { jsonText } from '../format/json.ts';
import { parseTime, spanText, timeText } from '../format/time.ts';
import { type GovernedFlags, type GovernedType, governedTypes } from '../input/governed-types.ts';
import { count } from '../input/open-contract.ts';
import { withStore } from '../stores/open-store.ts';
import { type DecisionFlags, decisionOf } from '../stores/operator.ts';
import { storeOf } from '../stores/store-reference.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from './dlq/list.ts';

export interface ReplayFlags extends GovernedFlags, DecisionFlags {
  readonly store?: string;
  readonly order?: string;
  readonly lot?: string;
  readonly correlation?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly window: string;
  readonly pastWindow?: boolean;
  readonly dryRun?: boolean;
  readonly format: 'text' | 'json';
}

/** `millwright replay`: what was sent goes into the outbox again, as it was. */
export async function replay(_: readonly string[], flags: ReplayFlags, terminal: Terminal): Promise<ExitCode> {
  const limit = wholeNumber(flags.limit, '--limit');
  const query = queryOf(flags);
  const windowMs = windowOf(flags.window);
  const decision = decisionOf(flags);
  const loaded = await loadConfig(flags.config);
  const reference = storeOf(flags.store, loaded);
  const [types, diagnostics] = await governedTypes(flags, loaded, terminal);
  if (types === undefined) {
    await writeReport(
      { command: 'replay', diagnostics, summary: 'The contract cannot be read.' },
      flags.format,
      terminal,
    );
    return exitCodes.invalidContract;
  }
  return withStore(reference, flags.dryRun === true ? 'read' : 'write', async ({ name, store }) => {
    const messages = await sentMessages(store, query, limit);
    const old = messages.filter(({ sentAt, attributes }) => {
      const { retentionMs = windowMs } = typeOf(types, attributes) ?? {};
      return decision.now - sentAt > retentionMs;
    });
    const isRefused = old.length > 0 && flags.pastWindow !== true && flags.dryRun !== true;
    const isDone = messages.length > 0 && flags.dryRun !== true && !isRefused;
    if (isDone)
      await store.outbox.resend(
        messages.map(({ position }) => position),
        decision,
      );
    write({ store: name, messages, old, isDone }, flags, terminal);
    return messages.length === 0 || isRefused ? exitCodes.findings : exitCodes.clean;
  });
}

function queryOf(flags: ReplayFlags): Omit<SentQuery, 'limit' | 'after'> {
  const given = {
    orderNumber: flags.order,
    lotNumber: flags.lot,
    correlationId: flags.correlation,
    since: timeOf(flags.since, '--since'),
    until: timeOf(flags.until, '--until'),
  };
  const query = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (Object.keys(query).length === 0)
    throw new UsageFailure(
      'It is not said which messages are meant',
      'Give --order, --lot, --correlation, or a time with --since and --until.',
    );
  return query;
}

function timeOf(text: string | undefined, flag: string): number | undefined {
  const at = text === undefined ? undefined : parseTime(text);
  if (text !== undefined && at === undefined)
    throw new UsageFailure(
      `${flag} ${text} is no time`,
      'Write 2026-04-15T06:00Z, or 2026-04-15 for its midnight in UTC.',
    );
  return at;
}

function windowOf(text: string): number {
  const isDuration = /^P(\d+[YMWD])*(T(\d+[HMS])+)?$/.test(text);
  const seconds = isDuration ? durationSeconds(text) : 0;
  if (seconds > 0) return 1_000 * seconds;
  throw new UsageFailure(`--window ${text} is no duration`, 'Write it as ISO 8601: P14D, PT12H.');
}

function typeOf(types: ReadonlyMap<string, GovernedType>, { type }: SentRow['attributes']): GovernedType | undefined {
  return typeof type === 'string' ? types.get(type) : undefined;
}

const pageMax = 500;

/** Each message once, in the order in which they were sent first, although it may have been sent again. */
async function sentMessages(
  store: Store,
  query: Omit<SentQuery, 'limit' | 'after'>,
  limit: number,
): Promise<readonly SentRow[]> {
  const messages = new Map<string, SentRow>();
  for (let after = 0; ; ) {
    const page = await store.outbox.listSent({ ...query, after, limit: pageMax });
    for (const row of page) {
      const { source, id } = row.attributes;
      const name = JSON.stringify(id === undefined ? [row.position] : [source, id]);
      if (!messages.has(name)) messages.set(name, row);
    }
    if (messages.size > limit)
      throw new UsageFailure(
        `More than ${limit} messages are meant`,
        'Narrow it down with --since and --until, or raise --limit.',
      );
    const last = page.at(-1);
    if (last === undefined) return [...messages.values()];
    after = last.position;
  }
}

interface Outcome {
  readonly store: string;
  readonly messages: readonly SentRow[];
  /** Those that receivers may have forgotten. */
  readonly old: readonly SentRow[];
  readonly isDone: boolean;
}

function write({ store, messages, old, isDone }: Outcome, flags: ReplayFlags, terminal: Terminal): void {
  const isDry = flags.dryRun === true;
  if (flags.format === 'json') {
    const facts = { format: 'millwright.replay/1', store, isDryRun: isDry, isDone, pastWindow: old.length, messages };
    terminal.write(jsonText(facts));
  } else {
    for (const { sentAt, attributes } of messages) {
      const text = (value: unknown): string => clipped(String(value ?? ''), 128);
      terminal.write(`${timeText(sentAt)}  ${text(attributes['type'])}  ${text(attributes['id'])}\n`);
    }
    const verb = isDone ? 'sent again' : isDry ? 'would be sent again' : 'not sent';
    terminal.write(
      messages.length === 0
        ? `Nothing that was sent in ${store} fits. What was purged cannot be sent again.\n`
        : `${count(messages.length, 'message')} of ${store}: ${verb}.\n`,
    );
  }
  const [oldest] = [...old].sort((left, right) => left.sentAt - right.sentAt);
  if (oldest !== undefined)
    terminal.complain(
      `${terminal.colours('yellow', 'warning')} ${count(old.length, 'message')} may be forgotten by whoever received them, the oldest sent ${spanText(Date.now() - oldest.sentAt)} ago. They could be applied a second time, or become dead letters that came too late.${isDone ? '' : '\n  fix     Leave them out with --since, or add --past-window when they must be applied again.'}`,
    );
  if (isDone)
    terminal.progress(
      'They keep their ids: whoever remembers one ignores it. The relay of the application sends them.',
    );
}
