import { chmodSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { auditHash, auditRoot } from '@millwright/runtime/messaging';
import { beforeEach, describe, expect, it } from 'vitest';
import { inStore } from './plant-stores.ts';
import { type Ended, workplace } from './run-cli.ts';

const place = workplace();
const verify = (...args: readonly string[]): Ended =>
  place.run(['audit', 'verify', '--store', 'sqlite:erp.db', ...args]);
const checkpoint = (...args: readonly string[]): Ended =>
  place.run(['audit', 'checkpoint', '--store', 'sqlite:erp.db', '--key', 'audit.key', '--out', 'erp.cp', ...args]);
const evidence = ['--checkpoints', 'erp.cp', '--public-key', 'audit.key.pub'];
const codesOf = (run: Ended): readonly string[] =>
  (JSON.parse(run.stdout).diagnostics as readonly { readonly code: string }[]).map(({ code }) => code);
const found = (...args: readonly string[]) => codesOf(verify('--format', 'json', ...args));

async function record(count: number): Promise<void> {
  await inStore(place.path('erp.db'), async (erp) => {
    for (let index = 0; index < count; index += 1)
      await erp.transaction((transaction) =>
        transaction.record({ at: index, action: 'denied', actor: 'svc', subject: `s${index}`, details: { index } }),
      );
  });
}

function attack(...statements: readonly string[]): void {
  const database = new DatabaseSync(place.path('erp.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Changes an entry and computes every hash from there on anew. */
async function restamp(): Promise<void> {
  const database = new DatabaseSync(place.path('erp.db'));
  database.exec(`UPDATE millwright_audit SET actor = 'somebody else' WHERE number = 3`);
  const rows = database.prepare('SELECT * FROM millwright_audit ORDER BY number').all();
  let hash = auditRoot;
  for (const { number, at, action, actor, subject, details } of rows) {
    hash = auditHash(hash, Number(number), {
      ...{ at: Number(at), action: String(action), actor: String(actor), subject: String(subject) },
      details: JSON.parse(String(details)),
    });
    database.prepare('UPDATE millwright_audit SET hash = ? WHERE number = ?').run(hash, Number(number));
  }
  database.close();
}

beforeEach(async () => {
  await record(6);
  expect(place.run(['audit', 'key', 'audit.key', '--quiet']).status).toBe(0);
});

describe('audit verify', () => {
  it('of a trail that is whole exits 0, and says how far checkpoints vouch for it', async () => {
    expect(checkpoint().status).toBe(0);
    await record(2);
    expect(verify(...evidence)).toMatchObject({
      status: 0,
      stdout:
        'erp: 8 entries, nothing was found. 1 checkpoint, the last that holds at entry 6; 2 entries after it could be cut off or computed anew unseen.\n',
    });
    expect(verify()).toMatchObject({ status: 0, stdout: expect.stringMatching(/Without checkpoints a tail/) });
  });

  it('finds one altered row, without checkpoints too', () => {
    attack(`UPDATE millwright_audit SET actor = 'somebody else' WHERE number = 3`);
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringMatching(/audit\/altered\n +entry 3 of erp/) });
  });

  it('finds a truncated tail', () => {
    checkpoint();
    attack('DELETE FROM millwright_audit WHERE number > 4');
    expect(found()).toEqual([]);
    expect(found(...evidence)).toEqual(['audit/truncated']);
    expect(verify(...evidence).status).toBe(1);
  });

  it('finds a full restamp', async () => {
    checkpoint();
    await restamp();
    expect(found()).toEqual([]);
    expect(found(...evidence)).toEqual(['audit/restamped']);
    expect(verify(...evidence, '--format', 'github').stdout).toMatch(/^::error title=audit\/restamped::/);
  });

  it('finds a row that is gone, one that is no JSON any more, and one that is nested without end', () => {
    attack('DELETE FROM millwright_audit WHERE number = 2');
    expect(found()).toEqual(['audit/missing']);
    attack(`UPDATE millwright_audit SET details = 'x' WHERE number = 4`);
    expect(found()).toEqual(['audit/missing', 'audit/altered']);
    attack(`UPDATE millwright_audit SET details = '${'['.repeat(100_000)}${']'.repeat(100_000)}' WHERE number = 4`);
    expect(found()).toEqual(['audit/missing', 'audit/altered']);
  });

  it('believes no checkpoint of another key, and none that was changed', () => {
    checkpoint();
    place.run(['audit', 'key', 'other.key']);
    expect(found('--checkpoints', 'erp.cp', '--public-key', 'other.key.pub')).toEqual(['audit/checkpoint-invalid']);
    place.write({ 'erp.cp': readFileSync(place.path('erp.cp'), 'utf8').replace('"number":6', '"number":5') });
    expect(found(...evidence)).toEqual(['audit/checkpoint-invalid']);
  });

  it('changes nothing, and reads a copy that may not be written', () => {
    checkpoint();
    attack(`VACUUM INTO '${place.path('copy.db')}'`);
    const before = readFileSync(place.path('copy.db'));
    chmodSync(place.path('copy.db'), 0o444);
    expect(place.run(['audit', 'verify', '--store', 'sqlite:copy.db', ...evidence]).status).toBe(0);
    expect(readFileSync(place.path('copy.db')).equals(before)).toBe(true);
  });
});

describe('audit checkpoint', () => {
  it('appends one line a call, and none for a trail in which something is wrong', async () => {
    checkpoint();
    await record(1);
    expect(checkpoint('--format', 'json')).toMatchObject({ status: 0, stdout: expect.stringContaining('"number": 7') });
    const lines = () => readFileSync(place.path('erp.cp'), 'utf8').trimEnd().split('\n').length;
    expect(lines()).toBe(2);
    await restamp();
    expect(checkpoint()).toMatchObject({ status: 1, stdout: expect.stringMatching(/no checkpoint was made/) });
    expect(lines()).toBe(2);
  });

  it('warns when others can read the key', () => {
    chmodSync(place.path('audit.key'), 0o644);
    expect(checkpoint()).toMatchObject({ status: 0, stderr: expect.stringMatching(/can be read by others/) });
  });
});

describe('audit key', () => {
  it('makes a pair that only its owner can read, and overwrites none', () => {
    expect(statSync(place.path('audit.key')).mode & 0o777).toBe(0o600);
    const before = readFileSync(place.path('audit.key'), 'utf8');
    expect(place.run(['audit', 'key', 'audit.key'])).toMatchObject({ status: 2 });
    expect(readFileSync(place.path('audit.key'), 'utf8')).toBe(before);
  });
});

describe('wrong use of audit', () => {
  const wrong: readonly (readonly [why: string, args: readonly string[], status: number, says: RegExp])[] = [
    ['checkpoints without a key', ['verify', '--checkpoints', 'erp.cp'], 2, /belong together/],
    [
      'a key that is private',
      ['verify', '--checkpoints', 'cp', '--public-key', 'audit.key'],
      2,
      /no public key of Ed25519/,
    ],
    ['a key that is none', ['verify', '--checkpoints', 'cp', '--public-key', 'text'], 2, /no public key of Ed25519/],
    [
      'checkpoints that are not there',
      ['verify', '--checkpoints', 'no', '--public-key', 'audit.key.pub'],
      2,
      /no file no/,
    ],
    [
      'checkpoints that are none',
      ['verify', '--checkpoints', 'text', '--public-key', 'audit.key.pub'],
      3,
      /text:1 is no checkpoint/,
    ],
    ['a checkpoint without a key', ['checkpoint', '--out', 'cp'], 2, /needs a key and a file/],
    ['a public key to sign with', ['checkpoint', '--out', 'cp', '--key', 'audit.key.pub'], 2, /no private key/],
  ];
  for (const [why, args, status, says] of wrong)
    it(`${why} is told in a sentence`, () => {
      place.write({ text: 'x\n', cp: '' });
      const run = place.run(['audit', ...args, '--store', 'sqlite:erp.db']);
      expect([run.status, run.stderr]).toEqual([status, expect.stringMatching(says)]);
    });
});
