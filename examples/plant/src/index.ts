// Two plants, one ERP. In the first everything is at hand; the line of the second is down for an hour. Pictures and traces are in .tmp/.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Inside } from '@millwright/runtime/messaging';
import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { dateTime, plantId } from '@millwright/sdk/types';
import { Erp } from './erp.ts';
import { genealogySvg } from './genealogy-svg.ts';
import { ExampleClock } from './line.ts';
import { passagesOf } from './passages.ts';
import { type Plant, type System, startPlant, startSystem } from './plant.ts';
import { sequenceSvg } from './sequence-svg.ts';
import { arrival, planOf, Story } from './story.ts';

const folder = fileURLToPath(new URL('../.tmp', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const clock = new ExampleClock();
const company = await startSystem({ folder, clock, role: 'erp' });
const erp = new Erp(company, clock);
await erp.start();
const plants = [await startPlant(plantId('PL01'), folder, clock), await startPlant(plantId('PL02'), folder, clock)];
for (const { id, quality } of plants) await quality.addPlan(planOf(id, dateTime(new Date(clock.now() - 86_400_000))));

const [first, second] = plants as [Plant, Plant];
console.log('PL01: the whole way of an order');
const whole = new Story(first, erp, clock, '1001');
for (const step of ['release', 'make', 'inspect', 'held', 'ship', 'settle', 'released'] as const)
  console.log(`  ${await whole[step]()}`);

console.log('PL02: the same with its line down for an hour');
const apart = new Story(second, erp, clock, '2001');
console.log(`  ${await apart.release()}`);
await arrival(async () => (await second.execution.find(second.id, apart.order)) !== undefined);
second.line.isDown = true;
console.log(`  the line is down; ${await apart.make()}`);
clock.forward(3_600_000);
console.log(`  an hour later the ERP knows of ${await erp.confirmations(second.id)} confirmations`);
second.line.isDown = false;
console.log('  the line is up');
for (const step of ['inspect', 'held', 'ship', 'settle', 'released'] as const) console.log(`  ${await apart[step]()}`);

const systems: readonly System[] = [company, ...plants.flatMap((plant) => plant.systems)];
await settled(systems);
for (const [plant, { order, correlationId }] of [[first, whole] as const, [second, apart] as const]) {
  const here = [company, ...plant.systems];
  const passages = await passagesOf(here, correlationId);
  const names = here.map(({ name }) => name);
  writeFileSync(`${folder}/${plant.id}-sequence.svg`, sequenceSvg(`${order} in ${plant.id}`, names, passages));
  const genealogy = genealogySvg(`Lots of ${order}`, await erp.genealogy(plant.id), await erp.lots(plant.id));
  writeFileSync(`${folder}/${plant.id}-genealogy.svg`, genealogy);
  writeFileSync(`${folder}/${plant.id}-trace.txt`, trace(here, order));
  console.log(`${plant.id}: ${passages.length} messages, ${await erp.confirmations(plant.id)} confirmations booked`);
}
for (const { messaging } of systems) await messaging.close();
console.log('.tmp/ has for each plant its sequence and genealogy as SVG, and its trace as text');

/** Nothing waits to be sent, and nothing is on its way. */
async function settled(all: readonly System[]): Promise<void> {
  const queue = new DatabaseSync(`${folder}/queue.db`, { readOnly: true });
  const onTheWay = queue.prepare('SELECT count(*) AS count FROM millwright_queue');
  await arrival(async () => {
    const waiting = await Promise.all(all.map(({ messaging }) => messaging.transaction(countWaiting)));
    return waiting.every((count) => count === 0) && Number(onTheWay.get()?.['count']) === 0;
  });
  queue.close();
}

/** The outbox itself, since `messaging.waiting` is what was last looked at. */
function countWaiting({ connection }: Inside<SqliteDatabase>): number {
  const row = connection.prepare('SELECT count FROM millwright_figures').get() as { readonly count: number };
  return row.count;
}

/** What `millwright trace` says of an order. */
function trace(here: readonly System[], order: string): string {
  const cli = fileURLToPath(new URL('../../../cli/src/bin.ts', import.meta.url));
  const schemas = fileURLToPath(new URL('../../../schemas', import.meta.url));
  const stores = here.flatMap(({ name, file }) => ['--store', `${name}=sqlite:${file}`]);
  const args = [...process.execArgv, cli, 'trace', order, ...stores, '--contract', schemas];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}
