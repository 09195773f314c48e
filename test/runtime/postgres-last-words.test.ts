import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';

/** A message of PostgreSQL's protocol: its type, its length, and what it says. */
function said(type: string, ...parts: readonly (string | number)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : Buffer.from([0, 0, 0, part]))),
  );
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Lets a client in and ends in one breath, as a server does that is killed just then. */
const lastWords = Buffer.concat([
  said('R', 0),
  Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
  said('E', 'SFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit', ''),
]);

it('a server that lets a client in and ends in one breath fails the call, and not the process', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(lastWords));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'x',
    database: 'x',
  });
  pool.on('error', () => undefined);
  onTestFinished(async () => {
    await pool.end();
    server.close();
  });
  const errors: unknown[] = [];
  const keep = (error: unknown): void => void errors.push(error);
  process.on('uncaughtException', keep);
  onTestFinished(() => void process.off('uncaughtException', keep));
  await expect(createPostgresStore(pool, { waitMaxMs: 100 }).outbox.figures()).rejects.toThrow();
  expect(errors).toEqual([]);
});
