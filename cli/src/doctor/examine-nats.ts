import { diagnose, type NatsDoctorDriver, natsRules, readNatsFacts } from '@millwright/runtime/doctor';
import { importDriver } from '../input/drivers.ts';
import type { Examine } from './examination.ts';

interface Connection {
  readonly info?: NatsDoctorDriver['connection']['info'];
  close(): Promise<unknown>;
}

/** The slices of both packages that are used here. */
interface Transport {
  connect(options: Readonly<Record<string, unknown>>): Promise<Connection>;
}
interface JetStream {
  jetstreamManager(
    connection: Connection,
    options: Readonly<Record<string, unknown>>,
  ): Promise<NatsDoctorDriver['manager']>;
}

export const examineNats: Examine<'nats'> = async ({ url, stream, monitor }, { timeoutMs, atEnd }) => {
  const { connect } = await importDriver<Transport>('@nats-io/transport-node', 'A nats:// address');
  const { jetstreamManager } = await importDriver<JetStream>('@nats-io/jetstream', 'A nats:// address');
  const connection = await connect({ ...accessOf(url), timeout: timeoutMs, reconnect: false });
  atEnd(() => connection.close());
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs });
  const facts = await readNatsFacts(
    { connection, manager },
    {
      ...(stream === undefined ? {} : { stream }),
      ...(monitor === undefined ? {} : { monitor: () => fetchVariables(monitor, timeoutMs) }),
    },
  );
  return diagnose(natsRules, facts);
};

/** The driver does not read a user from an address. */
function accessOf(url: string): Readonly<Record<string, unknown>> {
  const { host, username, password } = new URL(url);
  const user = decodeURIComponent(username);
  if (user === '') return { servers: host };
  return password === '' ? { servers: host, token: user } : { servers: host, user, pass: decodeURIComponent(password) };
}

async function fetchVariables(monitor: string, timeoutMs: number): Promise<unknown> {
  const response = await fetch(new URL('/varz', monitor), {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`the monitoring answers ${response.status}`);
  return await response.json();
}
