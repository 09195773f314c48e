import { HandlingFailure } from '../messaging/failure.ts';
import type { Transaction } from '../store.ts';
import { type AnyPlan, correlationText, type Turn } from './frames.ts';
import { offer } from './machine.ts';
import { type Keeping, post } from './mailbox.ts';
import type { FlowMessage, FlowValues, ReceivedEvent } from './plan.ts';
import { flowLimits, type KeptMessage } from './state.ts';
import { hasEnded, Overtaken, purely, runOf, save, versionFits } from './transition.ts';

/** How often somebody else may be faster in one transaction. */
const triesMax = 5;

/**
 * Gives a message to the runs that it is for, or keeps it for one that begins later, inside the transaction in which it is admitted.
 * One without a correlation is for no run.
 */
export async function deliver(
  transaction: Transaction,
  plan: AnyPlan,
  { name, received }: { readonly name: string; readonly received: ReceivedEvent },
  keep: Keeping,
): Promise<void> {
  const message = { headers: received.headers as FlowValues, payload: received.data };
  const correlation = correlationText(plan.events[name]?.correlation(message));
  if (correlation === undefined) return;
  const kept: KeptMessage = { name, correlation, message, identity: identityOf(name, message) };
  const keys = await post(transaction, { flow: plan.name, correlation }, kept, keep);
  for (const key of keys) await hand(transaction, plan, { key, kept }, keep);
}

async function hand(
  transaction: Transaction,
  plan: AnyPlan,
  { key, kept }: { readonly key: string; readonly kept: KeptMessage },
  keep: Keeping,
): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const row = await transaction.findProcess(plan.name, key);
    if (row === undefined) return;
    const run = runOf(row);
    if (hasEnded(run) || run.state.seen.includes(kept.identity)) return;
    versionFits(plan, row);
    if (run.state.inbox.length >= flowLimits.inboxMax)
      throw new HandlingFailure('permanent', `run ${key} of ${plan.name} holds too many messages`);
    const turn: Turn = { plan, now: keep.now, run };
    purely(turn, row, (pure) => offer(pure, kept));
    try {
      await save(transaction, turn, row, keep);
      return;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
  }
  throw new HandlingFailure('transient', `run ${key} of ${plan.name} is in use`);
}

/** By what a second message is known: CloudEvents `source` and `id`; without an id the whole of it. */
function identityOf(name: string, { headers, payload }: FlowMessage): string {
  const { id, source } = headers;
  return JSON.stringify(typeof id === 'string' ? [name, source ?? null, id] : [name, headers, payload ?? null]);
}
