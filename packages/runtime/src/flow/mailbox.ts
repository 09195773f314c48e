import { HandlingFailure } from '../messaging/failure.ts';
import type { ProcessState, Transaction } from '../store.ts';
import type { KeptMessage } from './state.ts';

/** Where messages of one correlation find the runs of a flow, and wait for one that begins later. */
export interface Mailbox {
  readonly keys: readonly string[];
  readonly early: readonly (KeptMessage & { readonly at: number })[];
}

/** When it is, and how long a message waits for a run that begins later. */
export interface Keeping {
  readonly now: number;
  readonly keepMs: number;
}

const earlyMax = 256;
const earlyCharactersMax = 1_000_000;
/** How often somebody else may be faster in one transaction. */
const triesMax = 5;

const processOf = (flow: string): string => `${flow} mailbox`;
const empty: Mailbox = { keys: [], early: [] };

export interface MailboxAddress {
  readonly flow: string;
  readonly correlation: string;
}

/** Changes a mailbox inside a transaction, again where another one was faster. Returns what it held before. */
async function change(
  transaction: Transaction,
  { flow, correlation }: MailboxAddress,
  work: (mailbox: Mailbox) => Mailbox,
): Promise<Mailbox> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = await transaction.findProcess(processOf(flow), correlation);
    const before = (found?.state as Mailbox | undefined) ?? empty;
    const after = work(before);
    if (after === before) return before;
    const state: ProcessState = {
      ...{ process: processOf(flow), key: correlation, state: after, version: (found?.version ?? 0) + 1 },
      status: after.keys.length === 0 && after.early.length === 0 ? 'completed' : 'running',
    };
    if (await transaction.saveProcess(state)) return before;
  }
  throw new HandlingFailure('transient', `the mailbox of ${correlation} is in use`);
}

/** Keys of the runs that a message is for. Where there is none yet, the message is kept for one that begins within `keepMs`. */
export async function post(
  transaction: Transaction,
  address: MailboxAddress,
  message: KeptMessage,
  { now, keepMs }: Keeping,
): Promise<readonly string[]> {
  const { keys } = await change(transaction, address, (mailbox) => {
    if (mailbox.keys.length > 0) return mailbox;
    const early = mailbox.early.filter(({ at, identity }) => now - at < keepMs && identity !== message.identity);
    const kept = [...early, { ...message, at: now }];
    if (kept.length > earlyMax || JSON.stringify(kept).length > earlyCharactersMax)
      throw new HandlingFailure('permanent', `too many messages of ${address.correlation} came before their flow`);
    return { ...mailbox, early: kept };
  });
  return keys;
}

/** From now on messages reach the run. Returns those that came before. */
export async function open(
  transaction: Transaction,
  address: MailboxAddress,
  key: string,
  { now, keepMs }: Keeping,
): Promise<readonly KeptMessage[]> {
  const { early } = await change(transaction, address, (mailbox) =>
    mailbox.keys.includes(key) ? mailbox : { ...mailbox, keys: [...mailbox.keys, key] },
  );
  return early.filter(({ at }) => now - at < keepMs).map(({ at: _, ...message }) => message);
}

/** The run has ended. With the last one goes what came before it. */
export async function leave(transaction: Transaction, address: MailboxAddress, key: string): Promise<void> {
  await change(transaction, address, (mailbox) => {
    const keys = mailbox.keys.filter((other) => other !== key);
    return { keys, early: keys.length === 0 ? [] : mailbox.early };
  });
}
