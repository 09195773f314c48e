import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server over which every connection can be broken as networks break them. */
export interface CuttingProxy {
  /** The server's own address, by way of the proxy. */
  readonly url: string;
  /** Ends every connection; returns how many there were. */
  cut(): number;
  /**
   * From now on the connections that are there swallow replies, or everything, and nobody is told; new ones are whole. Resolves after
   * `forMs` with the count of bytes that were lost; lost replies end with their connections then, which are not whole any more, and
   * what lost everything stays silent until a client gives it up.
   */
  lose(what: 'replies' | 'everything', forMs: number): Promise<number>;
  /**
   * Breaks the first connection whose client sends these bytes: before the server has them, or when it answers. Resolves with
   * whether that has happened within `forMs`.
   */
  breakAt(bytes: string, when: 'request' | 'reply', forMs: number): Promise<boolean>;
  close(): Promise<void>;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  loses: 'nothing' | 'replies' | 'everything';
  lostBytes: number;
  /** The request went on; its answer ends the connection. */
  isMarked: boolean;
}

interface Break {
  readonly bytes: string;
  readonly when: 'request' | 'reply';
  readonly happened: () => void;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Connections of one proxy, and what is to become of them. */
class Connections {
  readonly #all = new Set<Connection>();
  #break: Break | undefined;

  add(client: Socket, server: Socket): void {
    const connection: Connection = { client, server, loses: 'nothing', lostBytes: 0, isMarked: false };
    this.#all.add(connection);
    client.on('data', (data) => this.#request(connection, data));
    server.on('data', (data) => this.#reply(connection, data));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        other.destroy();
        this.#all.delete(connection);
      });
    }
  }

  cut(of: readonly Connection[] = [...this.#all]): number {
    for (const { client, server } of of) {
      client.destroy();
      server.destroy();
    }
    return of.length;
  }

  async lose(what: 'replies' | 'everything', forMs: number): Promise<number> {
    const losing = [...this.#all];
    for (const connection of losing) connection.loses = what;
    await wait(forMs);
    if (what === 'replies') this.cut(losing);
    return losing.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
  }

  async breakAt(bytes: string, when: 'request' | 'reply', forMs: number): Promise<boolean> {
    const happened = new Promise<boolean>((resolve) => {
      this.#break = { bytes, when, happened: () => resolve(true) };
    });
    const hasHappened = await Promise.race([happened, wait(forMs).then(() => false)]);
    if (!hasHappened) this.#break = undefined;
    return hasHappened;
  }

  #request(connection: Connection, data: Buffer): void {
    if (connection.loses === 'everything') {
      connection.lostBytes += data.length;
      return;
    }
    const found = this.#break !== undefined && data.includes(this.#break.bytes) ? this.#break : undefined;
    if (found?.when === 'request') {
      this.#end(connection, found);
      return;
    }
    if (found !== undefined) connection.isMarked = true;
    connection.server.write(data);
  }

  #reply(connection: Connection, data: Buffer): void {
    if (connection.loses !== 'nothing') connection.lostBytes += data.length;
    else if (connection.isMarked && this.#break !== undefined) this.#end(connection, this.#break);
    else connection.client.write(data);
  }

  #end(connection: Connection, { happened }: Break): void {
    this.#break = undefined;
    this.cut([connection]);
    happened();
  }
}

/** A proxy on a free port of this machine, to the host and port of a URL. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const connections = new Connections();
  const listener = createServer({ noDelay: true }, (client) =>
    connections.add(client, connect({ port: Number(port), host: hostname, noDelay: true })),
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: own } = listener.address() as AddressInfo;
  return {
    url: target.replace(`${hostname}:${port}`, `127.0.0.1:${own}`),
    cut: () => connections.cut(),
    lose: (what, forMs) => connections.lose(what, forMs),
    breakAt: (bytes, when, forMs) => connections.breakAt(bytes, when, forMs),
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      connections.cut();
      await closed;
    },
  };
}
