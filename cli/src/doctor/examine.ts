import { type Diagnosis, undiagnosed } from '@millwright/runtime/doctor';
import { UsageFailure } from '../failure.ts';
import { shownUrl, withoutSecrets } from '../input/server-url.ts';
import type { Examined, Target, Visit } from './examination.ts';
import { examineKafka } from './examine-kafka.ts';
import { examineMqtt } from './examine-mqtt.ts';
import { examineNats } from './examine-nats.ts';
import { examinePostgres } from './examine-postgres.ts';
import { examineRabbitmq } from './examine-rabbitmq.ts';
import { examineSqlite } from './examine-sqlite.ts';

/** Examines one target. What cannot be asked within the time is a finding; what keeps us from asking is wrong usage. */
export async function examine({ name, address }: Target, timeoutMs: number): Promise<Examined> {
  const closings: (() => unknown)[] = [];
  const visit = { timeoutMs, atEnd: (close: () => unknown) => void closings.push(close) };
  const diagnosis = await withinTime(diagnosisOf(address, visit), timeoutMs).catch((error: unknown) => {
    if (error instanceof UsageFailure) throw error;
    return undiagnosed(
      messageOf(error),
      'Check address, port and protocol, user and password; or give more --timeout.',
    );
  });
  for (const close of closings) await quietly(close);
  const secrets = 'url' in address ? [address.url, ...('monitor' in address ? [address.monitor] : [])] : [];
  return {
    ...(name === undefined ? {} : { name }),
    kind: address.kind,
    address: address.kind === 'sqlite' ? `sqlite:${address.file}` : shownUrl(address.url),
    diagnosis: withoutSecretsIn(
      diagnosis,
      secrets.filter((url) => url !== undefined),
    ),
  };
}

function diagnosisOf(address: Target['address'], visit: Visit): Promise<Diagnosis> {
  switch (address.kind) {
    case 'sqlite':
      return examineSqlite(address, visit);
    case 'postgres':
      return examinePostgres(address, visit);
    case 'nats':
      return examineNats(address, visit);
    case 'rabbitmq':
      return examineRabbitmq(address, visit);
    case 'mqtt':
      return examineMqtt(address, visit);
    case 'kafka':
      return examineKafka(address, visit);
  }
}

async function withinTime(work: Promise<Diagnosis>, timeoutMs: number): Promise<Diagnosis> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is closed may be broken or hang, and nobody waits for it. */
async function quietly(close: () => unknown): Promise<void> {
  try {
    void Promise.resolve(close()).catch(() => {});
  } catch {
    // It is closed already.
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries the addresses of a name, and wraps one error for each of them into one without a message.
  const { code } = error as NodeJS.ErrnoException;
  return error.message !== '' ? error.message : (code ?? error.name);
}

function withoutSecretsIn(diagnosis: Diagnosis, addresses: readonly string[]): Diagnosis {
  const shown = <One extends { readonly found: string }>(one: One): One => ({
    ...one,
    found: withoutSecrets(one.found, addresses),
  });
  return { ...diagnosis, reasons: diagnosis.reasons.map(shown), checks: diagnosis.checks.map(shown) };
}
