import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type SignedCheckpoint, signCheckpoint, verifyAudit } from '@millwright/runtime/messaging';
import { loadConfig } from '../../config.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import { writeReport } from '../../format/format-report.ts';
import { jsonText } from '../../format/json.ts';
import { isReadableByOthers, publicHalfOf, readCheckpoints, readKey } from '../../stores/audit-keys.ts';
import { withStore } from '../../stores/open-store.ts';
import { storeOf } from '../../stores/store-reference.ts';
import type { Terminal } from '../../terminal.ts';
import { auditDiagnostic } from './verify.ts';

export interface AuditCheckpointFlags {
  readonly store?: string;
  readonly key?: string;
  readonly out?: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** `millwright audit checkpoint`: signs the head of a trail that is whole, also by the checkpoints before. */
export async function checkpoint(
  _: readonly string[],
  flags: AuditCheckpointFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { key, out } = flags;
  if (key === undefined || out === undefined)
    throw new UsageFailure(
      'A checkpoint needs a key and a file',
      'Give both: --key audit.key --out erp.checkpoints; millwright audit key makes the key.',
    );
  const reference = storeOf(flags.store, await loadConfig(flags.config));
  const privateKey = await readKey(key, 'private');
  const evidence = { checkpoints: readCheckpoints(out, 'none'), publicKey: await publicHalfOf(key) };
  if (isReadableByOthers(key))
    terminal.complain(
      `${terminal.colours('yellow', 'warning')} ${key} can be read by others than its owner\n  fix     chmod 600 ${key}`,
    );
  return withStore(reference, 'read', async ({ name, store }) => {
    const { faults, head } = await verifyAudit(store.audit, evidence);
    if (faults.length > 0) {
      const diagnostics = faults.map((fault) => auditDiagnostic(name, fault));
      const summary = `${name}: no checkpoint was made, since it would vouch for what is wrong.`;
      await writeReport({ command: 'audit-checkpoint', diagnostics, summary }, flags.format, terminal);
      return exitCodes.findings;
    }
    const signed = await signCheckpoint({ ...head, at: Date.now() }, privateKey);
    append(out, signed);
    if (flags.format === 'json')
      terminal.write(jsonText({ format: 'millwright.audit-checkpoint/1', store: name, ...signed }));
    else terminal.write(`${name}: a checkpoint of entry ${head.number} was appended to ${out}.\n`);
    return exitCodes.clean;
  });
}

/** On the disk before it is told. */
function append(file: string, signed: SignedCheckpoint): void {
  const descriptor = openSync(file, 'a');
  try {
    writeSync(descriptor, `${JSON.stringify(signed)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
