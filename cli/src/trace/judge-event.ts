import { spanText } from '../format/time.ts';
import type { TraceContext } from './collect-events.ts';
import type { TracedEvent, TracedStep, TraceFinding } from './traced-event.ts';

type Unjudged = Omit<TracedEvent, 'findings'>;

/** What of an event somebody should look at. Where nothing is known nothing is said. */
export function judgeEvent(event: Unjudged, context: TraceContext): readonly TraceFinding[] {
  return [
    ...lateness(event, context),
    ...waiting(event, context),
    ...letters(event),
    ...duplicates(event),
    ...clocks(event),
  ];
}

const trouble = (kind: TraceFinding['kind'], text: string): TraceFinding => ({ kind, text, isTrouble: true });
const note = (kind: TraceFinding['kind'], text: string): TraceFinding => ({ kind, text, isTrouble: false });

/** What was sent and is in no store that was given may have been applied in another one: that is not known to be late. */
function lateness(
  { applied, happenedAt, delayMaxMs, steps }: Unjudged,
  context: TraceContext,
): readonly TraceFinding[] {
  if (delayMaxMs === undefined || happenedAt === undefined) return [];
  const allowed = `the contract allows ${spanText(delayMaxMs)}`;
  const age = context.now - happenedAt;
  const isKnownToWait = heldIn(steps, context).length > 0 || steps.some(({ step }) => step === 'buried');
  if (applied.length === 0)
    return isKnownToWait && age > delayMaxMs
      ? [trouble('late', `not applied ${spanText(age)} after it happened; ${allowed}`)]
      : [];
  return applied
    .filter(({ delayMs }) => delayMs > delayMaxMs)
    .map(({ store, delayMs }) =>
      trouble('late', `applied in ${store} ${spanText(delayMs)} after it happened; ${allowed}`),
    );
}

/** Stores in whose outbox it waits. */
function heldIn(steps: readonly TracedStep[], { stores }: TraceContext): readonly string[] {
  const count = (store: string, step: TracedStep['step']): number =>
    steps.filter((one) => one.store === store && one.step === step).length;
  return stores.filter((store) => count(store, 'enqueued') > count(store, 'sent'));
}

/** An event that was sent is meant for somebody; whether his store was given can be asked only where there are several. */
function waiting({ steps, applied }: Unjudged, context: TraceContext): readonly TraceFinding[] {
  const { now, stores } = context;
  const held = heldIn(steps, context);
  if (held.length > 0)
    return held.map((store) => {
      const since = steps.findLast((one) => one.store === store && one.step === 'enqueued')?.at ?? now;
      return trouble('waiting', `waits in the outbox of ${store} for ${spanText(now - since)}`);
    });
  const isBuried = steps.some(({ step }) => step === 'buried');
  const sent = steps.findLast(({ step }) => step === 'sent');
  if (stores.length < 2 || sent === undefined || isBuried || applied.length > 0) return [];
  return [trouble('not-applied', `sent ${spanText(now - sent.at)} ago, and applied in none of ${stores.join(', ')}`)];
}

function letters({ steps }: Unjudged): readonly TraceFinding[] {
  return steps.flatMap(({ step, letter, store, subscriber }) => {
    if (step !== 'buried') return [];
    const isApplied = steps.some(
      (one) => one.step === 'applied' && one.store === store && one.subscriber === subscriber,
    );
    if (letter === undefined)
      return isApplied ? [] : [trouble('dead-letter', `a dead letter in ${store} that was purged since`)];
    const what = `dead letter ${letter.number} in ${store}`;
    const pointer = letter.pointer === undefined ? '' : ` at ${letter.pointer === '' ? 'its root' : letter.pointer}`;
    const why = `${letter.kind}${pointer}: ${letter.reason}`;
    if (letter.state === 'buried') return [trouble('dead-letter', `${what}, ${why}`)];
    if (letter.state === 'discarded') return [note('dead-letter', `${what} was discarded, ${why}`)];
    return [
      isApplied
        ? note('dead-letter', `${what} was replayed and applied, ${why}`)
        : trouble('dead-letter', `${what} was replayed and is not applied yet, ${why}`),
    ];
  });
}

function duplicates({ steps }: Unjudged): readonly TraceFinding[] {
  const again = steps.filter(({ step }) => step === 'duplicate');
  return again.map(({ store, count = 1 }) =>
    note('duplicates', `came ${count === 1 ? 'once' : `${count} times`} more to ${store}, and was ignored`),
  );
}

/** Nobody applies what was not put into an outbox yet, so such times come from clocks that differ. */
function clocks({ steps, happenedAt }: Unjudged): readonly TraceFinding[] {
  const enqueued = steps.find(({ step }) => step === 'enqueued');
  const early = steps.find(
    ({ step, at, store }) =>
      (step === 'applied' || step === 'buried') &&
      ((happenedAt !== undefined && at < happenedAt) ||
        (enqueued !== undefined && store !== enqueued.store && at < enqueued.at)),
  );
  if (early === undefined) return [];
  const [what, at] =
    enqueued !== undefined && early.at < enqueued.at
      ? [`${enqueued.store} had enqueued it`, enqueued.at]
      : ['it happened', happenedAt ?? early.at];
  return [note('clocks', `${early.store} had it ${spanText(at - early.at)} before ${what}: their clocks differ`)];
}
