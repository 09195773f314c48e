import { type AuditFault, type AuditVerdict, verifyAudit } from '@millwright/runtime/messaging';
import { loadConfig } from '../../config.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import { writeReport } from '../../format/format-report.ts';
import type { Format, ReportedDiagnostic } from '../../format/report.ts';
import { count } from '../../input/open-contract.ts';
import { explanationOf } from '../../program/explanations.ts';
import { readCheckpoints, readKey } from '../../stores/audit-keys.ts';
import { withStore } from '../../stores/open-store.ts';
import { storeOf } from '../../stores/store-reference.ts';
import type { Terminal } from '../../terminal.ts';

export interface AuditVerifyFlags {
  readonly store?: string;
  readonly checkpoints?: string;
  readonly publicKey?: string;
  readonly config?: string;
  readonly format: Format;
}

/** `millwright audit verify`: whether the trail is what was written. */
export async function verify(_: readonly string[], flags: AuditVerifyFlags, terminal: Terminal): Promise<ExitCode> {
  const { checkpoints: file, publicKey } = flags;
  if ((file === undefined) !== (publicKey === undefined))
    throw new UsageFailure(
      'Checkpoints and the key that signed them belong together',
      'Give both: --checkpoints erp.checkpoints --public-key audit.key.pub.',
    );
  const reference = storeOf(flags.store, await loadConfig(flags.config));
  const evidence =
    file === undefined || publicKey === undefined
      ? {}
      : { checkpoints: readCheckpoints(file, 'fails'), publicKey: await readKey(publicKey, 'public') };
  return withStore(reference, 'read', async ({ name, store }) => {
    const verdict = await verifyAudit(store.audit, evidence);
    const diagnostics = verdict.faults.map((fault) => auditDiagnostic(name, fault));
    const summary = summaryOf(name, verdict, evidence.checkpoints?.length);
    const { count: entries, head, vouchedTo } = verdict;
    await writeReport(
      { command: 'audit-verify', diagnostics, summary, facts: { store: name, entries, head, vouchedTo } },
      flags.format,
      terminal,
    );
    return diagnostics.length > 0 ? exitCodes.findings : exitCodes.clean;
  });
}

/** A fault in the words of its code. */
export function auditDiagnostic(store: string, { kind, number }: AuditFault): ReportedDiagnostic {
  const { code, message } = wordings[kind](`entry ${number} of ${store}`, number, store);
  const { why, fix } = explanationOf(code) ?? {};
  return {
    ...{ code, severity: 'error', message, fingerprint: `${code} ${store} ${number}` },
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

type Wording = (entry: string, number: number, store: string) => { readonly code: string; readonly message: string };

const wordings: Readonly<Record<AuditFault['kind'], Wording>> = {
  altered: (entry) => ({
    code: 'audit/altered',
    message: `${entry} is not what was written, or the one before it is not`,
  }),
  missing: (entry) => ({ code: 'audit/missing', message: `${entry} is gone, but later ones are there` }),
  truncated: (_, number, store) => ({
    code: 'audit/truncated',
    message: `a checkpoint saw entry ${number}, and the trail of ${store} ends before it`,
  }),
  restamped: (entry) => ({
    code: 'audit/restamped',
    message: `${entry} has another hash than a checkpoint saw: the chain was computed anew`,
  }),
  'checkpoint-invalid': (_, number) => ({
    code: 'audit/checkpoint-invalid',
    message: `the checkpoint of entry ${number} is not signed by this key; it was not used`,
  }),
};

function summaryOf(
  store: string,
  { faults, count: entries, vouchedTo, head }: AuditVerdict,
  checkpoints: number | undefined,
) {
  const read = `${store}: ${count(entries, 'entry')}, ${faults.length === 0 ? 'nothing was found' : count(faults.length, 'fault')}.`;
  if (checkpoints === undefined)
    return `${read} Without checkpoints a tail that was cut off, or a chain that was computed anew, is not found.`;
  const after = head.number - vouchedTo;
  const vouched = `${count(checkpoints, 'checkpoint')}, the last that holds at entry ${vouchedTo}`;
  return `${read} ${vouched}${after > 0 ? `; ${count(after, 'entry')} after it could be cut off or computed anew unseen` : ''}.`;
}
