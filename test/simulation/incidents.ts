import type { Incident } from './plan.ts';
import type { Instance, System, World } from './system.ts';

/** Something happens to the broker, or to a system and one of its processes. Returns which. */
export function strike(world: World, { kind, durationMs }: Incident, choose: () => System): Instance | undefined {
  const { scheduler, broker, plan } = world;
  const { chance } = scheduler;
  if (kind === 'broker-crash') broker.crash(durationMs);
  if (kind === 'broker-refuses') broker.refuse(durationMs);
  if (kind.startsWith('broker')) return undefined;
  const system = choose();
  if (kind === 'store-outage') system.loseStore(durationMs);
  if (system.living.length === 0) return undefined;
  const instance = chance.pick(system.living);
  const { process, store } = instance;
  if (kind === 'death') process.kill('it was killed');
  if (kind === 'restart') void system.restart(instance).catch(() => undefined);
  if (kind === 'pause') process.pause(durationMs);
  if (kind === 'clock') process.skewMs = chance.between(-plan.skewMaxMs, plan.skewMaxMs);
  if (kind === 'purge') void store.purge(process.clock.now(), 1_000).catch(() => undefined);
  return instance;
}
