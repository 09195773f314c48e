import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type ConnectedSystem, readSystems } from '@millwright/codegen';
import { defaultLimits, hasErrors, readDocument } from '@millwright/contract';
import { UsageFailure } from '../failure.ts';

/** The systems of a register; one that cannot be read or is not one is wrong usage. */
export function openSystems(file: string): readonly ConnectedSystem[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new UsageFailure(`There is no register of systems ${file}`, 'Check the path given with --systems.');
  }
  const [document, diagnostics] = readDocument({ file, uri: pathToFileURL(file).href, bytes }, defaultLimits);
  const broken = diagnostics.find(({ severity }) => severity === 'error');
  if (document === undefined || hasErrors(diagnostics))
    throw new UsageFailure(`Register ${file}: ${broken?.message ?? 'cannot be read'}`, 'Correct the file.');
  const [systems, faults] = readSystems(document.value);
  const [fault] = faults;
  if (fault !== undefined)
    throw new UsageFailure(
      `Register ${file}: ${fault.pointer} ${fault.message}${faults.length === 1 ? '' : `, and ${faults.length - 1} more faults`}`,
      'Write it as schemas/governance/systems.schema.yaml describes.',
    );
  return systems;
}
