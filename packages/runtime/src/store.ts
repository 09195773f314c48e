import type { Message } from './transport.ts';

/**
 * Where a system keeps what must survive it: messages that wait to be sent, messages that were applied, messages that could
 * not be. Every time is given by the caller, in milliseconds since 1970 (UTC); a store has no clock of its own.
 *
 * The guarantees that every implementation gives:
 * - What a transaction did is there entirely once {@link Store.transaction} has resolved, and not at all once it has rejected.
 *   A store on a disk has then synced it. When it can not be known (a connection that breaks during the commit) it rejects with
 *   {@link AmbiguousCommit}.
 * - The application's own statements through {@link Transaction.connection} are part of the same transaction.
 * - Transactions that admit the same message, or enqueue in the same lane, take effect one after the other.
 * - Nothing is deleted but by `purge`, and that never touches what has not been sent or decided.
 */
export interface Store<Connection = unknown> {
  readonly features: StoreFeatures;
  /** Creates its tables or brings them up to date. Safe at every start, and by several processes at once. */
  migrate(): Promise<void>;
  /** How far its tables are: the last migration that was made, 0 without tables, and the last that is known here. Changes nothing. */
  version(): Promise<StoreVersion>;
  transaction<Result>(work: (transaction: Transaction<Connection>) => Result | Promise<Result>): Promise<Result>;
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly audit: AuditLog;
  readonly processes: Processes;
  /** Everything that is known of a business transaction, in order of time. */
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Deletes what was sent, applied or decided before a time, at most `limit` rows of each kind; returns how many. */
  purge(before: number, limit: number): Promise<number>;
  close(): Promise<void>;
}

/** What a store is, as data: for tests that ask only what it promises, and for the reference page. */
export interface StoreFeatures {
  readonly name: string;
  /** What a transaction that has resolved survives. */
  readonly survives: 'nothing' | 'process' | 'power';
  /** Several processes can use it at once. */
  readonly shared: boolean;
  /** Transactions of different lanes and messages run at the same time. */
  readonly concurrent: boolean;
}

export interface StoreVersion {
  readonly found: number;
  readonly known: number;
}

/** What can be done in one transaction. */
export interface Transaction<Connection = unknown> {
  /** The application's own way to the database, inside this transaction. */
  readonly connection: Connection;
  /** Puts a message where the relay finds it. Returns its position in its lane, from 1. */
  enqueue(entry: OutboxEntry): Promise<number>;
  /** Claims a received message for one subscriber, so that its effect, which belongs in this transaction, happens once. */
  admit(claim: InboxClaim): Promise<Admission>;
  /**
   * Keeps a message that cannot be applied. It is admitted no more, except when it is replayed; its lane goes on. False when it was
   * applied all the same, as after a commit that was taken for a failure, or is buried already, as by a second delivery at the same
   * time: then there is nothing to bury, and what was decided about the letter stands.
   */
  bury(letter: BurialRequest): Promise<boolean>;
  /** Adds to the audit trail. */
  record(entry: AuditEntry): Promise<void>;
  /** Saves the state of a process; false when somebody else has saved it since `version`. */
  saveProcess(state: ProcessState): Promise<boolean>;
  /** State of a process as this transaction sees it. It is not locked: `saveProcess` says whether somebody else was faster. */
  findProcess(process: string, key: string): Promise<ProcessState | undefined>;
}

export interface OutboxEntry {
  /** Where the message goes. Address and partition key together are its lane: there order is kept. */
  readonly address: string;
  readonly message: Message;
  /** Lower ones overtake; within a lane order is kept. 0 for what stops production, 9 for telemetry. */
  readonly priority: number;
  readonly now: number;
}

/** A message of the outbox that has not been sent. */
export interface OutboxRow {
  readonly position: number;
  readonly address: string;
  readonly lane: string;
  readonly message: Message;
  readonly priority: number;
  /** Tries that failed. */
  readonly attempts: number;
  readonly enqueuedAt: number;
}

/** The right of one relay to send, until a time. `token` grows with every holder: what an earlier one does is refused. */
export interface Lease {
  readonly holder: string;
  readonly token: number;
  readonly expiresAt: number;
}

/** The lease has gone to somebody else: stop, nothing that you do counts. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = 'lease-lost';
}

/** The connection broke while a transaction was being committed. It may have happened; do not take it for a failure. */
export class AmbiguousCommit extends Error {
  override readonly name = 'AmbiguousCommit';
  readonly code = 'ambiguous-commit';
}

/** The side of the outbox that a relay sees. Only the holder of the lease may claim and mark. */
export interface Outbox {
  /** Takes or renews the lease; undefined while another holder has it. */
  lease(holder: string, now: number, leaseMs: number): Promise<Lease | undefined>;
  release(lease: Lease): Promise<void>;
  /**
   * Messages that are due, by priority and then position; whether what is urgent pulls forward those of its lane before it is
   * the store's own. Of each lane the earliest that was not sent comes first, and while
   * that one waits for its next try nothing else of the lane comes.
   */
  claim(lease: Lease, options: { readonly now: number; readonly limit: number }): Promise<readonly OutboxRow[]>;
  /** They have arrived where they go. */
  sent(lease: Lease, positions: readonly number[], now: number): Promise<void>;
  /** It did not go; it is due again at `dueAt`. */
  failed(lease: Lease, position: number, failure: { readonly reason: string; readonly dueAt: number }): Promise<void>;
  figures(): Promise<OutboxFigures>;
  /**
   * What waits, by type in the order of their names: at most `typeCountMax` of them, and of each is counted up to `countMax`, so that
   * a look takes no longer the more waits.
   */
  waiting(bounds: { readonly typeCountMax: number; readonly countMax: number }): Promise<readonly WaitingFigures[]>;
  /** Who had the lease last and until when; `expiresAt` is 0 where it was released. Undefined when nobody ever had it. */
  holder(): Promise<Pick<Lease, 'holder' | 'expiresAt'> | undefined>;
  /** Messages that were sent and are not purged yet, in order of position. */
  listSent(query: SentQuery): Promise<readonly SentRow[]>;
  /**
   * Puts messages that were sent behind what waits in their lanes, each with its id and number, so that whoever remembers it ignores
   * it. All or none; returns how many of the positions were there.
   */
  resend(positions: readonly number[], decision: Decision): Promise<number>;
}

/** Who has decided, when and why: kept in the audit trail, in the same transaction as what it led to. */
export interface Decision {
  readonly now: number;
  /** Person or service identity. */
  readonly actor: string;
  readonly reason?: string;
}

export interface SentQuery extends HistoryQuery {
  /** Sent at this time or later. */
  readonly since?: number;
  /** Sent before this time. */
  readonly until?: number;
  /** Position after which it goes on. */
  readonly after?: number;
  readonly limit: number;
}

/** A message that was sent, without its data. */
export interface SentRow {
  readonly position: number;
  readonly address: string;
  readonly attributes: Message['attributes'];
  readonly enqueuedAt: number;
  readonly sentAt: number;
}

/** What waits in an outbox. */
export interface OutboxFigures {
  readonly count: number;
  readonly bytes: number;
  /** Time of the oldest, absent when nothing waits. */
  readonly oldestAt?: number;
}

/** What waits of one type of message. */
export interface WaitingFigures {
  /** CloudEvents `type`, empty where the messages have none. */
  readonly type: string;
  readonly count: number;
  readonly oldestAt: number;
}

export interface InboxClaim {
  /** Who applies it: each subscriber has an inbox of its own. */
  readonly subscriber: string;
  /** CloudEvents `source` and `id`, which name a message. */
  readonly source: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Lane of the message and its position there, where the producer gave one. */
  readonly lane?: string;
  readonly sequence?: number;
  readonly now: number;
  /** Until then a second one is known as a duplicate. */
  readonly expiresAt: number;
  /** Takes a message although others of its lane before it are missing. */
  readonly skipGap?: boolean;
}

/**
 * `first`: apply it. `duplicate`: it was applied. `buried`: it is a dead letter and has not been replayed. `early`: one before it in
 * its lane is missing. `late`: one after it in its lane was applied, and this one never was. Only `first` claims it.
 */
export type Admission = 'first' | 'duplicate' | 'buried' | 'early' | 'late';

/** Why a message could not be applied: it decides what a retry is worth. */
export type FailureKind = 'transient' | 'permanent' | 'poison' | 'unauthorised' | 'contract';

export interface BurialRequest extends Omit<InboxClaim, 'skipGap'> {
  readonly address: string;
  readonly message: Message;
  readonly failure: { readonly kind: FailureKind; readonly reason: string; readonly pointer?: string };
  readonly attempts: number;
  readonly firstFailedAt: number;
}

/** A message that could not be applied, as it came. */
export interface DeadLetterRecord {
  readonly number: number;
  readonly subscriber: string;
  readonly source: string;
  readonly id: string;
  readonly address: string;
  readonly message: Message;
  readonly failure: BurialRequest['failure'];
  /** Equal for letters that failed alike: kind, address and reason without its numbers and quoted parts. */
  readonly group: string;
  readonly attempts: number;
  readonly firstFailedAt: number;
  readonly buriedAt: number;
  readonly replays: number;
  readonly state: 'buried' | 'replayed' | 'discarded';
}

export interface DeadLetterFigures {
  readonly subscriber: string;
  readonly kind: FailureKind;
  readonly count: number;
  readonly oldestAt: number;
}

export interface DeadLetters {
  /** In order of burial, after a number. */
  list(query: {
    readonly state?: DeadLetterRecord['state'];
    readonly group?: string;
    readonly after?: number;
    readonly limit: number;
  }): Promise<readonly DeadLetterRecord[]>;
  find(number: number): Promise<DeadLetterRecord | undefined>;
  /** Letters that wait for a decision, by subscriber and kind of failure; counts the first `limit` of them. */
  figures(limit: number): Promise<readonly DeadLetterFigures[]>;
  /** Puts it into the outbox with its own id, to be admitted once; false when it is not buried. */
  replay(number: number, decision: Decision): Promise<boolean>;
  /** Nobody will apply it; false when it is not buried. */
  discard(number: number, decision: Decision): Promise<boolean>;
}

export interface AuditEntry {
  readonly at: number;
  /** `denied`, `replayed`, `discarded`, `resent`, `decided` and so on. */
  readonly action: string;
  /** Service identity or person. */
  readonly actor: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** An entry in the chain: `hash` covers the entry, its number and the hash before it. */
export interface AuditRecord extends AuditEntry {
  readonly number: number;
  readonly hash: string;
}

export interface AuditLog {
  read(query: { readonly after?: number; readonly limit: number }): Promise<readonly AuditRecord[]>;
}

/** The state of a long-running process, one row each. */
export interface ProcessState {
  readonly process: string;
  readonly key: string;
  /** 1 when it is new; saving it raises it by one. */
  readonly version: number;
  readonly status: 'running' | 'waiting' | 'completed' | 'failed' | 'compensated';
  readonly state: unknown;
  /** When it wants to be woken. */
  readonly dueAt?: number;
}

export interface Processes {
  find(process: string, key: string): Promise<ProcessState | undefined>;
  due(now: number, limit: number): Promise<readonly ProcessState[]>;
  /** Those of one process with a status, each once, in an order of the store's own. Reads every row of the process: for people. */
  list(query: ProcessQuery): Promise<readonly ProcessState[]>;
}

export interface ProcessQuery {
  readonly process: string;
  readonly status: ProcessState['status'];
  /** Key of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface HistoryQuery {
  readonly orderNumber?: string;
  readonly lotNumber?: string;
  readonly correlationId?: string;
}

/** One thing that happened to a message. Of duplicates only the last one is kept, with how many there were. */
export interface HistoryEntry {
  readonly at: number;
  readonly step: 'enqueued' | 'sent' | 'applied' | 'duplicate' | 'buried';
  readonly type: string;
  readonly id: string;
  readonly source: string;
  /** Of what was applied or buried. */
  readonly subscriber?: string;
  /** Of duplicates. */
  readonly count?: number;
  /** Number of the dead letter, until that is purged. */
  readonly letter?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The lane of a message: there order is kept. */
export function laneOf(address: string, message: Message): string {
  return `${address}\n${message.partitionKey ?? ''}`;
}
