import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { bury, type Event, inStore, makePlant, messageOf, released, sendAll, six } from './plant-stores.ts';
import { entry, workplace } from './run-cli.ts';

const place = workplace();
const run = (...args: readonly string[]) => place.run(['dlq', ...args, '--store', 'sqlite:mes.db']);
const json = (...args: readonly string[]) => JSON.parse(run(...args, '--format', 'json').stdout);

const unreadable: Event = {
  ...{ id: 'b-1', source: '/s', type: 'other.v1', happenedAt: six, data: new Uint8Array([0xff, 0, 0x0d, 0x0a, 0x1b]) },
};

beforeEach(async () => {
  await makePlant(place.path('erp.db'), place.path('mes.db'));
  await inStore(place.path('mes.db'), async (mes) => {
    const failure = { kind: 'contract' as const, reason: 'must match pattern "^FG-[0-9]+$"', pointer: '/itemNumber' };
    await bury(mes, { ...released, id: 'e-5', order: 'WO-1005' }, failure, { now: six + 60_000 });
    await bury(mes, unreadable, { kind: 'poison', reason: 'cannot read 7 of "x"' }, { now: six + 90_000 });
  });
});

describe('dlq list', () => {
  it('groups letters by failure, with first failure, last and replays', () => {
    expect(run('replay', '1').status).toBe(0);
    const { groups } = json('list', '--state', 'all');
    expect(groups).toEqual([
      {
        ...{ name: expect.stringMatching(/^[0-9a-f]{8}$/), kind: 'contract', address: 'production/work-orders/PL01' },
        ...{ pointer: '/itemNumber', reason: 'must match pattern "^FG-[0-9]+$"', count: 2, example: 1, replays: 1 },
        ...{ firstFailedAt: six + 3_000, lastBuriedAt: six + 60_000 },
      },
      expect.objectContaining({ kind: 'poison', count: 1, example: 3, replays: 0 }),
    ]);
    const text = run('list');
    expect([text.status, text.stdout]).toEqual([
      1,
      expect.stringMatching(/2 buried dead letters in 2 groups in mes\.\n$/),
    ]);
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('lists letters one by one, filtered, and says when there are more', () => {
    const numbers = (...args: readonly string[]) =>
      json('list', '--letters', ...args).letters.map(({ number }: { readonly number: number }) => number);
    const [{ name }] = json('list').groups;
    expect(numbers()).toEqual([1, 2, 3]);
    expect(numbers('--kind', 'poison')).toEqual([3]);
    expect(numbers('--type', 'other.v1')).toEqual([3]);
    expect(numbers('--group', name)).toEqual([1, 2]);
    expect(numbers('--state', 'discarded')).toEqual([]);
    expect(numbers('--limit', '2')).toEqual([1, 2]);
    expect(run('list', '--letters', '--limit', '2').stdout).toContain('2 dead letters in mes, and more: --limit 4');
    expect(run('list', '--kind', 'transient')).toMatchObject({ status: 0, stdout: 'No buried dead letters in mes.\n' });
  });
});

describe('dlq show', () => {
  it('shows where the message failed, and what it was', () => {
    const { status, stdout } = run('show', '1');
    expect(status).toBe(0);
    expect(stdout).toContain('\npointer        /itemNumber\n');
    expect(stdout).toContain('\nfirst failed   2026-04-15 06:00:03Z\n');
    expect(stdout).toContain('\n  ordernumber    WO-1002\n');
    expect(stdout).toContain('\n  {"workOrderNumber":"WO-1002","id":"e-2"}\n');
    expect(json('show', '1').payload).toEqual({ bytes: 40, text: '{"workOrderNumber":"WO-1002","id":"e-2"}' });
  });

  it('shows what is no text as bytes, and writes the original ones with --raw', () => {
    expect(run('show', '3').stdout).toContain('\n  0000  ff 00 0d 0a 1b                                   .....\n');
    expect(json('show', '3').payload).toEqual({ bytes: 5, base64: '/wANChs=' });
    const args = [...entry, 'dlq', 'show', '3', '--raw', '--store', 'sqlite:mes.db'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: place.path('.') });
    expect([...stdout]).toEqual([0xff, 0, 0x0d, 0x0a, 0x1b]);
  });

  it('shows the beginning of a payload of megabytes, and writes all of it with --raw', async () => {
    const data = new TextEncoder().encode(`"${'x'.repeat(8_000_000)}"`) as Uint8Array<ArrayBuffer>;
    await inStore(place.path('mes.db'), (mes) =>
      bury(mes, { ...unreadable, id: 'b-2', data }, { kind: 'permanent', reason: 'r'.repeat(5_000) }),
    );
    const { stdout } = run('show', '4');
    expect(stdout.length).toBeLessThan(12_000);
    expect(stdout).toContain('Payload 8000002 bytes');
    expect(stdout).toContain('... --raw writes all of it');
    expect(run('show', '4', '--raw').stdout.length).toBe(8_000_002);
    expect(run('list').status).toBe(1);
  });

  it('lets no control character of a message reach the terminal', async () => {
    const evil = '\u001b[2J\u0007\u009b31m\u202e';
    const more = { [`a${evil}`]: `v${evil}`, deep: { [evil]: [evil] } };
    const data = new TextEncoder().encode(`gone ${evil}`) as Uint8Array<ArrayBuffer>;
    await inStore(place.path('mes.db'), (mes) =>
      bury(
        mes,
        { ...unreadable, id: `b${evil}`, type: `t${evil}`, data, more },
        { kind: 'poison', reason: `r${evil}`, pointer: evil },
        { subscriber: `s${evil}` },
      ),
    );
    const commands = [
      ['show', '4'],
      ['list'],
      ['list', '--letters'],
      ['replay', '4', '--dry-run'],
      ['discard', '4', '--reason', 'x'],
    ];
    for (const args of commands)
      for (const format of ['json', 'text']) {
        const { stdout, stderr } = run(...args, '--format', format);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
        expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
  });
});

describe('dlq replay', () => {
  it('sends letters with their ids, once, and says who decided', async () => {
    const { status, stdout, stderr } = run('replay', '1', '3', '--as', 'anna', '--reason', 'item created');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/2 dead letters replayed in mes\.\n$/)]);
    expect(stderr).toContain('They keep their ids');
    expect(run('replay', '1', '2')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /^1 {2}left as it is, since it is replayed .*\n2 {2}replayed .*\n1 dead letter replayed/,
      ),
    });
    await inStore(place.path('mes.db'), async (mes) => {
      const lease = await mes.outbox.lease('r', Date.now(), 1_000);
      const rows = await mes.outbox.claim(lease ?? ({} as never), { now: Date.now(), limit: 10 });
      expect(rows.map(({ message }) => message.attributes['id'])).toEqual(['e-2', 'b-1', 'e-5']);
      expect(rows[0]?.message.data).toEqual(messageOf({ ...released, id: 'e-2', order: 'WO-1002' }).data);
      const audit = await mes.audit.read({ limit: 10 });
      expect(audit.map(({ action, actor, subject, details }) => [action, actor, subject, details['reason']])).toEqual([
        ['replayed', 'anna', '/plants/PL01/erp e-2', 'item created'],
        ['replayed', 'anna', '/s b-1', 'item created'],
        ['replayed', expect.stringMatching(/./), '/plants/PL01/erp e-5', undefined],
      ]);
    });
  });

  it('takes a whole group or kind, and with --dry-run changes nothing', async () => {
    const [{ name }] = json('list').groups;
    expect(json('replay', '--group', name, '--dry-run')).toMatchObject({
      ...{
        isDryRun: true,
        letters: [
          { number: 1, isDone: true },
          { number: 2, isDone: true },
        ],
      },
    });
    expect(json('list', '--letters').letters.length).toBe(3);
    expect(run('replay', '--group', name).status).toBe(0);
    expect(run('replay', '--all-of-kind', 'poison').status).toBe(0);
    expect(run('list').status).toBe(0);
    await inStore(place.path('mes.db'), async (mes) => {
      await sendAll(mes, Date.now());
      expect((await mes.audit.read({ limit: 10 })).length).toBe(3);
    });
  });
});

describe('dlq discard', () => {
  it('keeps who decided and why', async () => {
    expect(run('discard', '2', '--reason', 'test order', '--as', 'anna').status).toBe(0);
    expect(json('list', '--letters', '--state', 'discarded').letters).toMatchObject([{ number: 2 }]);
    expect(run('replay', '2').status).toBe(1);
    await inStore(place.path('mes.db'), async (mes) =>
      expect(await mes.audit.read({ limit: 10 })).toMatchObject([
        { action: 'discarded', actor: 'anna', details: { letter: 2, reason: 'test order' } },
      ]),
    );
  });
});

describe('wrong use of dlq', () => {
  const wrong: readonly (readonly [why: string, args: readonly string[], says: RegExp])[] = [
    ['a number that does not exist', ['show', '99'], /mes has no dead letter 99/],
    ['one that does not exist among others', ['replay', '1', '99'], /mes has no dead letter 99/],
    ['what is no number', ['show', '1; DROP'], /Give a whole number/],
    ['nothing at all', ['replay'], /which letters are meant/],
    ['numbers and a group', ['replay', '1', '--group', 'x'], /said twice/],
    ['a discard without a reason', ['discard', '1'], /--reason/],
    ['an empty reason', ['discard', '1', '--reason', ' '], /The reason is empty/],
    ['nobody', ['replay', '1', '--as', ''], /who decides/],
    ['a kind that does not exist', ['list', '--kind', 'odd'], /Allowed choices are transient/],
    ['a limit that is none', ['list', '--limit', '0'], /--limit is "0"/],
  ];
  for (const [why, args, says] of wrong)
    it(`${why} is told in a sentence, and nothing is done`, () => {
      const { status, stderr } = run(...args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
      expect(json('list', '--letters').letters.length).toBe(3);
    });
});
