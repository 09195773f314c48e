import { describe, expect, it } from 'vitest';
import { enqueue, inStore, released, sendAll } from './plant-stores.ts';
import { root, workplace } from './run-cli.ts';

const place = workplace();
const run = (...args: readonly string[]) => place.run(['replay', '--store', 'sqlite:erp.db', ...args]);
const idsOf = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout).messages as readonly { readonly attributes: { readonly id: string } }[]).map(
    ({ attributes }) => attributes.id,
  );
const hourMs = 3_600_000;

/** Sent an hour apart, the last one an hour ago. */
async function send(ids: readonly string[], order = 'WO-1001'): Promise<number> {
  const first = Date.now() - ids.length * hourMs;
  await inStore(place.path('erp.db'), async (erp) => {
    for (const [index, id] of ids.entries()) {
      await enqueue(erp, { ...released, id, order }, first + index * hourMs);
      await sendAll(erp, first + index * hourMs);
    }
  });
  return first;
}

describe('replay', () => {
  it('sends what was sent again, with its id and in its order, and records who decided', async () => {
    await send(['e-1', 'e-2']);
    await send(['e-3'], 'WO-1002');
    const { status, stdout, stderr } = run('--order', 'WO-1001', '--as', 'anna', '--reason', 'MES restored');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/e-1\n.*e-2\n2 messages of erp: sent again\.\n$/)]);
    expect(stderr).toContain('They keep their ids');
    await inStore(place.path('erp.db'), async (erp) => {
      const lease = await erp.outbox.lease('relay', Date.now(), 60_000);
      const rows = await erp.outbox.claim(lease ?? ({} as never), { now: Date.now(), limit: 10 });
      expect(rows.map(({ message: { attributes } }) => [attributes['id'], attributes['sequence']])).toEqual([
        ['e-1', '1'],
        ['e-2', '2'],
      ]);
      expect(await erp.audit.read({ limit: 10 })).toMatchObject([
        { action: 'resent', actor: 'anna', subject: '/plants/PL01/erp e-1', details: { reason: 'MES restored' } },
        { action: 'resent', actor: 'anna', subject: '/plants/PL01/erp e-2' },
      ]);
      await sendAll(erp, Date.now());
    });
    expect(idsOf(run('--order', 'WO-1001', '--dry-run', '--format', 'json'))).toEqual(['e-1', 'e-2']);
  });

  it('takes a time range and a transaction, and with --dry-run changes nothing', async () => {
    const first = await send(['e-1', 'e-2', 'e-3']);
    const time = (hours: number) => new Date(first + hours * hourMs).toISOString();
    const dry = (...args: readonly string[]) => idsOf(run(...args, '--dry-run', '--format', 'json'));
    expect(dry('--since', time(1))).toEqual(['e-2', 'e-3']);
    expect(dry('--since', time(0.5), '--until', time(2))).toEqual(['e-2']);
    expect(dry('--correlation', 'order-to-production-WO-1001')).toEqual(['e-1', 'e-2', 'e-3']);
    expect(run('--order', 'WO-9', '--dry-run')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^Nothing/) });
    await inStore(place.path('erp.db'), async (erp) => expect((await erp.outbox.figures()).count).toBe(0));
  });

  it('refuses what receivers may have forgotten, until it is told that this is meant', async () => {
    await send(['e-1', 'e-2', 'e-3']);
    const refused = run('--order', 'WO-1001', '--window', 'PT150M', '--quiet');
    expect([refused.status, refused.stdout]).toEqual([1, expect.stringMatching(/3 messages of erp: not sent\.\n$/)]);
    expect(refused.stderr).toMatch(/warning 1 message may be forgotten .* 3 h ago/);
    await inStore(place.path('erp.db'), async (erp) => expect((await erp.outbox.figures()).count).toBe(0));
    expect(run('--order', 'WO-1001', '--window', 'PT150M', '--past-window').status).toBe(0);
    await inStore(place.path('erp.db'), async (erp) => expect((await erp.outbox.figures()).count).toBe(3));
  });

  it('takes the window of a type from the contract', async () => {
    await send(['e-1', 'e-2', 'e-3']);
    const { status, stderr } = run('--order', 'WO-1001', '--window', 'PT1M', '--contract', `${root}schemas`, '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('refuses more than --limit', async () => {
    await send(['e-1', 'e-2', 'e-3']);
    expect(run('--order', 'WO-1001', '--limit', '2')).toMatchObject({
      ...{ status: 2, stderr: expect.stringMatching(/More than 2 messages are meant/) },
    });
  });

  const wrong: readonly (readonly [why: string, args: readonly string[], says: RegExp])[] = [
    ['no messages named', [], /which messages are meant/],
    ['a time that is none', ['--since', 'yesterday'], /--since yesterday is no time/],
    ['a date that does not exist', ['--since', '2026-13-01'], /is no time/],
    ['a window that is none', ['--order', 'x', '--window', '14'], /--window 14 is no duration/],
    ['an empty window', ['--order', 'x', '--window', 'PT'], /is no duration/],
  ];
  for (const [why, args, says] of wrong)
    it(`${why} is told in a sentence`, () => {
      const { status, stderr } = run(...args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
    });
});
