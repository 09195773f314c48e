import { auditHash, auditRoot } from '../../audit.ts';
import type {
  AuditEntry,
  AuditRecord,
  DeadLetterRecord,
  InboxClaim,
  Lease,
  OutboxRow,
  ProcessState,
} from '../../store.ts';

export interface Sending extends OutboxRow {
  readonly dueAt: number;
  readonly sentAt?: number;
}

export interface Received {
  readonly claim: InboxClaim;
  readonly state: 'applied' | 'buried' | 'replayed';
  readonly duplicates?: { readonly count: number; readonly at: number };
}

/** All rows, with what is needed to take back what an open transaction did. */
export class Tables {
  readonly rows = new Map<string, unknown>();
  readonly outbox = new Map<number, Sending>();
  readonly sequences = new Map<string, number>();
  readonly inbox = new Map<string, Received>();
  readonly lanes = new Map<string, number>();
  readonly letters = new Map<number, DeadLetterRecord>();
  readonly decidedAt = new Map<number, number>();
  readonly processes = new Map<string, ProcessState>();
  audit: AuditRecord[] = [];
  lease: Lease | undefined;
  position = 0;
  #letter = 0;
  #undo: (() => void)[] = [];

  nextLetter(): number {
    this.#letter += 1;
    return this.#letter;
  }

  begin(): void {
    this.#undo = [];
  }

  commit(): void {
    this.#undo = [];
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  put<Key, Value>(table: Map<Key, Value>, key: Key, value: Value): void {
    const had = table.has(key);
    const before = table.get(key) as Value;
    this.#undo.push(() => (had ? table.set(key, before) : table.delete(key)));
    table.set(key, value);
  }

  append(record: AuditRecord): void {
    const before = this.audit;
    this.#undo.push(() => {
      this.audit = before;
    });
    this.audit = [...before, record];
  }
}

/** Adds to the chain. */
export async function record(tables: Tables, entry: AuditEntry): Promise<void> {
  const last = tables.audit.at(-1);
  const number = (last?.number ?? 0) + 1;
  tables.append({ ...entry, number, hash: auditHash(last?.hash ?? auditRoot, number, entry) });
}
