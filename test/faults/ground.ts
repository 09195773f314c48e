import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CuttingProxy, startCuttingProxy } from '../services/cutting-proxy.ts';
import { postgresMissing, startPostgres } from '../services/postgres.ts';
import type { Service } from '../services/service.ts';
import type { Books } from './databases/database.ts';
import { postgres } from './databases/postgres.ts';
import { sqlite } from './databases/sqlite.ts';
import type { Pair } from './pairs.ts';
import type { Places, Role } from './points.ts';

export type Server = 'database' | 'broker';

/** The servers of a pair, for all of its runs. */
export interface Servers {
  readonly database?: Service;
  readonly broker?: Service;
  stop(): Promise<void>;
}

/** Why a pair cannot be tried here. */
export class ServerMissing extends Error {
  override readonly name = 'ServerMissing';
}

export async function startServers(pair: Pair): Promise<Servers> {
  const started: Service[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((service) => service.stop()));
  };
  const start = async (starting: () => Promise<Service>): Promise<Service> => {
    const service = await starting().catch((error: unknown) => {
      throw new ServerMissing(error instanceof Error ? error.message : String(error));
    });
    started.push(service);
    return service;
  };
  try {
    if (pair.database === 'postgres' && postgresMissing !== undefined) throw new ServerMissing(postgresMissing);
    return {
      ...(pair.database === 'postgres' ? { database: await start(startPostgres) } : {}),
      ...(pair.broker.start === undefined ? {} : { broker: await start(pair.broker.start) }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What one run stands on: databases of its own, and a way of its own to each server for each role. */
export interface Ground {
  readonly places: Readonly<Record<Role, Places>>;
  readonly books: Books;
  readonly servers: Servers;
  /** Absent where there is no server. */
  proxy(to: Server, of: Role): CuttingProxy | undefined;
  close(): Promise<void>;
}

export async function openGround(pair: Pair, servers: Servers): Promise<Ground> {
  const run = `faults_${crypto.randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), 'millwright-faults-'));
  const engine = pair.database === 'postgres' ? postgres : sqlite;
  const books = await engine.create(servers.database?.url ?? folder, run);
  const proxies = new Map<string, CuttingProxy>();
  const placesOf = async (role: Role): Promise<Places> => {
    const by = async (to: Server, direct: string): Promise<string> => {
      if (servers[to] === undefined) return direct;
      const proxy = await startCuttingProxy(direct);
      proxies.set(`${to} ${role}`, proxy);
      return proxy.url;
    };
    return {
      run,
      database: await by('database', books.addresses[role]),
      broker: await by('broker', servers.broker?.url ?? folder),
    };
  };
  return {
    places: { producer: await placesOf('producer'), consumer: await placesOf('consumer') },
    ...{ books, servers },
    proxy: (to, role) => proxies.get(`${to} ${role}`),
    close: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      await books.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
