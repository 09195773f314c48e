import { type LoadedConfig, loadConfig } from '../config.ts';
import type { Examined, Target } from '../doctor/examination.ts';
import { examine } from '../doctor/examine.ts';
import { parseTransportAddress } from '../doctor/transport-address.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { formatDoctorText } from '../format/doctor-text.ts';
import { storesOf } from '../stores/store-reference.ts';
import type { Terminal } from '../terminal.ts';

export interface DoctorFlags {
  readonly store?: readonly string[];
  readonly transport?: readonly string[];
  readonly require?: 'durable' | 'process';
  /** Milliseconds, as it was written. */
  readonly timeout: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/** How long what a driver has left behind may take to end. */
const farewellMs = 500;

/** `millwright doctor`: asks stores and transports for what the promises need. */
export async function doctor(names: readonly string[], flags: DoctorFlags, terminal: Terminal): Promise<ExitCode> {
  const timeoutMs = Number(flags.timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1)
    throw new UsageFailure(`--timeout ${flags.timeout} is no time`, 'Write milliseconds, such as --timeout 5000.');
  const targets = targetsOf(names, flags, await loadConfig(flags.config));
  const examined = await Promise.all(targets.map((target) => examine(target, timeoutMs)));
  terminal.write(flags.format === 'json' ? formatDoctorJson(examined) : formatDoctorText(examined, terminal.colours));
  const exitCode = examined.every((one) => isFine(one, flags.require)) ? exitCodes.clean : exitCodes.findings;
  // A driver may hold on to a server that never answers; the result is out.
  setTimeout(() => process.exit(exitCode), farewellMs).unref();
  return exitCode;
}

function targetsOf(names: readonly string[], flags: DoctorFlags, loaded: LoadedConfig): readonly Target[] {
  const { stores = {}, transports = {} } = loaded.config;
  const known = [...Object.keys(stores), ...Object.keys(transports)];
  for (const name of names)
    if (!known.includes(name))
      throw new UsageFailure(
        `The config has no store or transport ${name}`,
        known.length === 0 ? 'Name them under `stores` and `transports`.' : `It has ${known.join(', ')}.`,
      );
  // Flags alone are about what they name.
  const isAll = names.length === 0 && flags.store === undefined && flags.transport === undefined;
  const meant = new Set(isAll ? known : names);
  const ofStores = new Set([...(flags.store ?? []), ...Object.keys(stores).filter((name) => meant.has(name))]);
  const targets: readonly Target[] = [
    ...(ofStores.size === 0 ? [] : storesOf([...ofStores], loaded)).map((address) => ({ name: address.name, address })),
    ...(flags.transport ?? []).map((text) => ({ address: parseTransportAddress(text) })),
    ...Object.entries(transports)
      .filter(([name]) => meant.has(name))
      .map(([name, text]) => ({ name, address: parseTransportAddress(text) })),
  ];
  if (targets.length > 0) return targets;
  throw new UsageFailure(
    'No store and no transport was named',
    'Give --store postgres://user@host/database or --transport nats://host, or name `stores` and `transports` in the config.',
  );
}

function isFine({ diagnosis: { verdict, checks } }: Examined, required: DoctorFlags['require']): boolean {
  if (checks.some(({ severity }) => severity === 'error')) return false;
  if (required === undefined || verdict === 'durable') return true;
  return required === 'process' && verdict === 'survives a process';
}

/** The stable, versioned form that tools rely on. */
function formatDoctorJson(examined: readonly Examined[]): string {
  const targets = examined.map(({ diagnosis, ...target }) => ({ ...target, ...diagnosis }));
  return `${JSON.stringify({ format: 'millwright.doctor/1', targets }, null, 2)}\n`;
}
