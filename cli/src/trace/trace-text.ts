import { clipped, wrapped } from '../format/facts-text.ts';
import { spanText, timeText } from '../format/time.ts';
import { count } from '../input/open-contract.ts';
import { type Colours, printable } from '../terminal.ts';
import { startOf } from './collect-events.ts';
import type { TraceReport } from './trace-report.ts';
import type { TracedEvent, TracedStep, TraceFinding } from './traced-event.ts';

/** One block an event: what it is, its steps in time, what is wrong with it. */
export function formatTraceText(report: TraceReport, colours: Colours): string {
  const { asked, stores, events, gaps, last } = report;
  const where = stores.map(({ name, place }) => `${name} (${place})`).join(', ');
  const head = `${colours('bold', printable(asked))} ${wrapped(`in ${printable(where)}`, 2, asked.length + 1)}\n`;
  if (events.length === 0) return `${head}\nNothing is known of it there.\n`;
  const width = Math.max(...stores.map(({ name }) => name.length));
  return [
    head,
    ...events.map((event) => eventText(event, width, colours)),
    ...(gaps.length === 0 ? [] : [gaps.map((gap) => findingText(gap, colours)).join('')]),
    `${lastText(last)}${summaryText(report)}\n`,
  ].join('\n');
}

function eventText(event: TracedEvent, width: number, colours: Colours): string {
  const { title, type, source, id, happenedAt, steps, findings } = event;
  const lane = event.sequence === undefined ? '' : `, number ${clipped(event.sequence, 20)} of its lane`;
  const happened = happenedAt === undefined ? '' : `  ${timeText(happenedAt, 'ms')}  happened\n`;
  return [
    `${colours('bold', clipped(title === '' ? 'an event without a type' : title, 76))}\n`,
    title === type ? '' : `  ${colours('dim', clipped(type, 76))}\n`,
    `  ${colours('dim', wrapped(`${clipped(id, 128)} from ${clipped(source, 256)}${lane}`, 2))}\n`,
    happened,
    ...steps.map((step) => stepText(step, event, { width, colours })),
    ...findings.map((finding) => findingText(finding, colours)),
  ].join('');
}

function stepText(
  step: TracedStep,
  event: TracedEvent,
  { width, colours }: { readonly width: number; readonly colours: Colours },
): string {
  const start = `  ${timeText(step.at, 'ms')}  ${step.step.padEnd(9)}  ${step.store.padEnd(width)}  `;
  const line = `${start}${wrapped(remarksOf(step, event).join(', '), 39, start.length)}`.trimEnd();
  return `${step.step === 'applied' ? colours('green', line) : line}\n`;
}

function remarksOf(step: TracedStep, event: TracedEvent): readonly string[] {
  const alike = event.steps.filter((one) => one.step === step.step);
  const isAgain = (step.step === 'enqueued' || step.step === 'sent') && alike.indexOf(step) > 0;
  const allowed = event.delayMaxMs === undefined ? '' : ` of ${spanText(event.delayMaxMs)} allowed`;
  return [
    ...(isAgain ? ['again'] : []),
    ...(step.step === 'applied' ? [`after ${spanText(step.at - startOf(event))}${allowed}`] : []),
    ...(step.subscriber === undefined ? [] : [`by ${clipped(step.subscriber, 80)}`]),
  ];
}

const labels: Readonly<Record<TraceFinding['kind'], string>> = {
  late: 'LATE',
  waiting: 'WAITS',
  'not-applied': 'OPEN',
  duplicates: 'twice',
  'dead-letter': 'dead',
  clocks: 'clocks',
  gap: 'GAP',
};

function findingText({ kind, text, isTrouble }: TraceFinding, colours: Colours): string {
  const label = labels[kind].padEnd(6);
  return `  ${colours(isTrouble ? 'red' : 'yellow', label)}  ${wrapped(clipped(text, 600), 10)}\n`;
}

function lastText(last: TraceReport['last']): string {
  if (last.length === 0) return '';
  const parts = last.map(({ object, event, at }) => `${clipped(object, 60)} ${clipped(event, 60)} ${timeText(at)}`);
  return `${wrapped(`Last known: ${parts.join('; ')}.`, 2, 0)}\n`;
}

function summaryText(report: TraceReport): string {
  const { events, gaps, hasContract } = report;
  const starts = events.map(startOf);
  const ends = events.flatMap(({ steps }) => steps.map(({ at }) => at));
  const span = spanText(Math.max(...ends, ...starts) - Math.min(...starts));
  const found = [...events.flatMap(({ findings }) => findings), ...gaps];
  const counted = (isTrouble: boolean): string =>
    [
      ...Map.groupBy(
        found.filter((one) => one.isTrouble === isTrouble),
        ({ kind }) => kind,
      ),
    ]
      .map(([kind, all]) => `${all.length} ${words[kind]}`)
      .join(', ');
  const wrong = counted(true);
  const noted = counted(false);
  const late = hasContract ? '' : ' Without --contract nothing is judged as late.';
  return wrapped(
    `${count(events.length, 'event')} over ${span}: ${wrong === '' ? 'nothing is wrong' : wrong}${noted === '' ? '' : ` (${noted})`}.${late}`,
    2,
    0,
  );
}

const words: Readonly<Record<TraceFinding['kind'], string>> = {
  late: 'late',
  waiting: 'waiting',
  'not-applied': 'sent and not applied',
  duplicates: 'came twice',
  'dead-letter': 'dead',
  clocks: 'with clocks that differ',
  gap: 'with a gap',
};
