import { once } from 'node:events';
import { connect } from 'node:net';
import { startOwnServer } from './own-server.ts';
import type { Service } from './service.ts';

/** It opens its port after its sessions are read. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Writes after every change, and holds back no message: the defaults keep 1,000 a session and have 20 of them under way. */
function configOf(port: number, folder: string, settings: readonly string[]): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    // It would give up its rights otherwise, and those to its folder with them.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...['persistence true', `persistence_location ${folder}/`, 'autosave_on_changes true', 'autosave_interval 1'],
    ...['max_inflight_messages 0', 'max_queued_messages 0', ...settings, ''],
  ].join('\n');
}

/**
 * Starts `mosquitto` with persistence on a free port of this machine, from Debian's package, which is installed when it is missing;
 * or takes the server that `MILLWRIGHT_MQTT_URL` names, unless there are further settings. Rejects when there is none.
 */
export async function startMosquitto(settings: readonly string[] = []): Promise<Service> {
  const given = process.env['MILLWRIGHT_MQTT_URL'];
  if (given !== undefined && settings.length === 0) return { url: given, stop: async () => {} };
  return startOwnServer({
    program: 'mosquitto',
    configOf: (port, folder) => configOf(port, folder, settings),
    isReady: listens,
    urlOf: (port) => `mqtt://127.0.0.1:${port}`,
  });
}
