/**
 * The slice of `pg` (node-postgres) that the store needs; its `Pool` and `PoolClient` fit. The application brings the driver and
 * owns the pool: it should listen to the pool's `error`, which a server that goes away raises on idle clients, and have a
 * `query_timeout`, without which nobody gives up a connection that has fallen silent.
 */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<PostgresResult>;
  /** With an error the client is not used again. */
  release(error?: Error | boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresPool<Client extends PostgresClient = PostgresClient> {
  connect(): Promise<Client>;
  // `pg` has this one beside it, and the compiler finds the type of the client only where both have two.
  // biome-ignore lint/suspicious/noConfusingVoidType: as in `pg`.
  connect(callback: never): Promise<Client> | void;
  on(event: 'connect', listener: (client: Client) => void): unknown;
}

export interface PostgresQuery {
  readonly text: string;
  // Not readonly, as in `pg`.
  values?: unknown[];
  readonly name?: string;
  readonly types?: { getTypeParser(): (value: string) => string };
}

export interface PostgresResult {
  readonly command: string;
  // biome-ignore lint/suspicious/noExplicitAny: as in `pg`, so that its types fit.
  readonly rows: any[];
}

/** Every value as PostgreSQL writes it: parsers that the application has set for its own queries must not change ours. */
export type Row = Readonly<Record<string, string | null>>;

/** A statement of the store. `@` before a table or function stands for its schema. */
export interface Statement {
  /** Names the prepared statement, behind the schema: PostgreSQL reads 63 characters of both. */
  readonly name: string;
  readonly text: string;
}

const asWritten = { getTypeParser: () => (value: string) => value };

/** Writes statements for one schema. */
export class Dialect {
  readonly schema: string;
  readonly #prepares: boolean;
  readonly #texts = new Map<Statement, string>();

  constructor(schema: string, prepares: boolean) {
    if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema))
      throw new RangeError(`${JSON.stringify(schema)} is no name of a schema: use a-z, 0-9 and _, at most 40`);
    this.schema = schema;
    this.#prepares = prepares;
  }

  write(text: string): string {
    return text.replaceAll('@', `"${this.schema}".`);
  }

  async run(
    client: Pick<PostgresClient, 'query'>,
    statement: Statement,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const text = this.#texts.get(statement) ?? this.write(statement.text);
    this.#texts.set(statement, text);
    const name = this.#prepares ? { name: `${this.schema}.${statement.name}` } : {};
    return (await client.query({ text, values: [...values], types: asWritten, ...name })).rows as Row[];
  }
}
