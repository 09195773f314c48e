import { once } from 'node:events';
import { connect } from 'node:net';
import { startOwnServer } from './own-server.ts';
import type { Service } from './service.ts';

export interface NatsOptions {
  /** Block `authorization` of the server's configuration. With it a server of our own is started in any case. */
  readonly authorization?: string;
  /** Further lines, such as the port of its monitoring. Then it is a server of our own, too. */
  readonly settings?: readonly string[];
}

/** A server greets with INFO once it serves clients, and it opens its port after its streams are recovered. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(1_000) });
    return String(greeting).startsWith('INFO');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Starts `nats-server` with JetStream on a free port of this machine, from Debian's package, which is installed when it is missing;
 * or takes the server that `MILLWRIGHT_NATS_URL` names. Rejects when there is none.
 */
export async function startNats({ authorization, settings = [] }: NatsOptions = {}): Promise<Service> {
  const given = process.env['MILLWRIGHT_NATS_URL'];
  if (given !== undefined && authorization === undefined && settings.length === 0)
    return { url: given, stop: async () => {} };
  const access = authorization === undefined ? '' : `authorization ${authorization}`;
  return startOwnServer({
    program: 'nats-server',
    configOf: (port, folder) =>
      [`listen: "127.0.0.1:${port}"`, `jetstream { store_dir: "${folder}" }`, ...settings, access, ''].join('\n'),
    isReady: greets,
    urlOf: (port) => `nats://127.0.0.1:${port}`,
  });
}
