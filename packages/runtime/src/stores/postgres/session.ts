import { AmbiguousCommit } from '../../store.ts';
import type { PostgresClient, PostgresPool } from './driver.ts';

/** A client that somebody has, and whether its connection has broken. */
interface Session<Client> {
  readonly client: Client;
  readonly broken: () => Error | undefined;
  /** Gives the client back; one that must not be used again with the error that says why. */
  end(error?: unknown): void;
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function sessionOf<Client extends PostgresClient>(client: Client): Session<Client> {
  let broken: Error | undefined;
  // A client that is out of its pool has no other listener, and an error without one ends the process.
  const onError = (error: Error): void => {
    broken ??= error;
  };
  client.on('error', onError);
  return {
    client,
    broken: () => broken,
    end: (error) => {
      const reason = error ?? broken;
      client.release(reason === undefined ? undefined : errorOf(reason));
      // One that is thrown away can still raise what its connection has to say.
      if (reason === undefined) client.removeListener('error', onError);
    },
  };
}

/** Connections that broke or fell silent (`query_timeout` of `pg`), and servers that start, stop or have no room. */
const awayCodes = /^(ECONN|EPIPE|ETIMEDOUT|57P0|53300$|08)/;
const awayMessages = /^Connection terminated|^Query read timeout|connection error and is not queryable/;

function isAway(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return (
    (typeof code === 'string' && awayCodes.test(code)) || (typeof message === 'string' && awayMessages.test(message))
  );
}

const pauseMs = 50;

/**
 * Takes a client, and begins a transaction if there is a statement for that. Nothing has happened yet, so a server that has just
 * started, or a client whose connection broke in the pool, is tried again until `waitMaxMs` are over.
 */
async function begin<Client extends PostgresClient>(
  pool: PostgresPool<Client>,
  waitMaxMs: number,
  text?: string,
): Promise<Session<Client>> {
  const until = performance.now() + waitMaxMs;
  for (;;) {
    let session: Session<Client> | undefined;
    try {
      session = sessionOf(await pool.connect());
      if (text !== undefined) await session.client.query({ text });
      return session;
    } catch (error) {
      session?.end(error);
      if (!isAway(error) || performance.now() >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Runs work on a client, outside of a transaction. */
export async function onClient<Client extends PostgresClient, Result>(
  pool: PostgresPool<Client>,
  waitMaxMs: number,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const session = await begin(pool, waitMaxMs);
  try {
    const result = await work(session.client);
    session.end();
    return result;
  } catch (error) {
    session.end(isAway(error) ? error : undefined);
    throw error;
  }
}

/** Runs work in a transaction. Errors of PostgreSQL are handed on as they are, with their SQLSTATE as `code`. */
export async function inTransaction<Client extends PostgresClient, Result>(
  pool: PostgresPool<Client>,
  waitMaxMs: number,
  work: (client: Client) => Result | Promise<Result>,
): Promise<Result> {
  // What a lane's lock guards is read after it was taken: that needs a snapshot for each statement.
  const session = await begin(pool, waitMaxMs, 'BEGIN ISOLATION LEVEL READ COMMITTED');
  let result: Result;
  try {
    result = await work(session.client);
    const broken = session.broken();
    if (broken !== undefined) throw broken;
  } catch (error) {
    const failure = await session.client.query({ text: 'ROLLBACK' }).then(() => undefined, errorOf);
    session.end(failure);
    throw error;
  }
  await commit(session);
  return result;
}

/**
 * SQLSTATEs of a server that refused to commit: the data or its constraints, another transaction, the program. Every other class ends
 * the connection or the server (08, 53, 57, 58, XX) and says nothing about the commit; 40003 says that it is not known.
 */
const refusals = /^(?!40003)(2|3|4|54|55|P0)[0-9A-Z]{3,4}$/;

class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
  /** in_failed_sql_transaction */
  readonly code = '25P02';
}

async function commit(session: Session<PostgresClient>): Promise<void> {
  let command: string;
  try {
    ({ command } = await session.client.query({ text: 'COMMIT' }));
  } catch (error) {
    session.end(error);
    if (refusals.test(String((error as { readonly code?: unknown }).code))) throw error;
    throw new AmbiguousCommit('the connection broke while the transaction was committed', { cause: error });
  }
  session.end();
  // A transaction in which a statement failed, and the failure was caught, answers COMMIT by rolling back without an error.
  if (command !== 'COMMIT')
    throw new CommitRefused('a statement failed in this transaction, so it was rolled back instead of committed');
}
