import type { CuttingProxy } from '../services/cutting-proxy.ts';
import type { Ground, Server } from './ground.ts';
import { Life, wait } from './life.ts';
import { leaseMs, type Role, type Sabotage } from './points.ts';

/** What a disturbance is done to, and whose side of it is meant where there are two. */
export interface Scene {
  readonly pair: string;
  readonly ground: Ground;
  readonly role: Role;
  readonly random: () => number;
  readonly sabotage: Sabotage | undefined;
  /** A relay that woke after another one had taken over was told so. */
  readonly refused: () => void;
}

/** Disturbs, and says whether that has happened: where nobody is connected there is nothing to cut. */
type Disturbance = (scene: Scene) => Promise<boolean>;

/** How long a connection loses what goes over it: longer than clients wait for an answer. */
const loseMs = 1_200;
const commitMaxMs = 3_000;
const refusalMs = 10_000;

function killed(server: Server): Disturbance {
  return async ({ ground, random }) => {
    const { kill, restart } = ground.servers[server] ?? {};
    if (kill === undefined || restart === undefined) return false;
    await kill();
    await wait(random() * 300);
    await restart();
    return true;
  };
}

function onWay(to: Server, disturb: (proxy: CuttingProxy) => Promise<boolean> | boolean): Disturbance {
  return async ({ ground, role }) => {
    const proxy = ground.proxy(to, role);
    return proxy !== undefined && (await disturb(proxy));
  };
}

/**
 * A producer of its own stops right after it has published and before it has marked, for longer than its lease, and goes on when
 * another one has taken over. It has to be told so.
 */
const relayPaused: Disturbance = async ({ pair, ground, random, sabotage, refused }) => {
  const point = random() < 0.5 ? 'relay:published-one' : 'relay:published';
  const places = ground.places.producer;
  const halt = { point, visit: 1 + Math.floor(random() * 3), signal: 'SIGSTOP' } as const;
  const life = new Life({ ...{ pair, places, sabotage, halt }, role: 'producer', slot: 1, writes: true });
  try {
    if (!(await life.says('stopped', 10_000))) return false;
    const token = await ground.books.leaseToken().catch(() => undefined);
    if (token === undefined) return false;
    for (const until = Date.now() + 20 * leaseMs; Date.now() < until; await wait(50)) {
      const newest: number = await ground.books.leaseToken().catch(() => token);
      if (newest === token) continue;
      life.goOn();
      if (await life.says('fenced', refusalMs)) refused();
      return true;
    }
    return false;
  } finally {
    life.kill();
    await life.end();
  }
};

export const disturbances = {
  'database killed': killed('database'),
  'commit lost': onWay('database', (proxy) => proxy.breakAt('COMMIT\0', 'request', commitMaxMs)),
  'answer to a commit lost': onWay('database', (proxy) => proxy.breakAt('COMMIT\0', 'reply', commitMaxMs)),
  'database cut': onWay('database', (proxy) => proxy.cut() > 0),
  'database silent': onWay('database', async (proxy) => (await proxy.lose('everything', loseMs)) > 0),
  'broker killed': killed('broker'),
  'broker cut': onWay('broker', (proxy) => proxy.cut() > 0),
  'broker silent': onWay('broker', async (proxy) => (await proxy.lose('everything', loseMs)) > 0),
  'replies of the broker lost': onWay('broker', async (proxy) => (await proxy.lose('replies', loseMs)) > 0),
  'relay paused': relayPaused,
} as const satisfies Readonly<Record<string, Disturbance>>;

export type DisturbanceName = keyof typeof disturbances;
