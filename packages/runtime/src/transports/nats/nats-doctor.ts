import { type DoctorRule, inWords, isAtLeast, isUnread, readOrTell, type Unread } from '../../doctor/diagnosis.ts';

/** The slice of the NATS client that is asked: `connection` and what `jetstreamManager(connection, { checkAPI: false })` gives. */
export interface NatsDoctorDriver {
  readonly connection: {
    readonly info?: { readonly version: string; readonly jetstream?: boolean | undefined } | undefined;
  };
  readonly manager: {
    getAccountInfo(): Promise<unknown>;
    readonly streams: { info(name: string): Promise<NatsStreamState> };
    readonly consumers: { list(stream: string): AsyncIterable<NatsConsumerState> };
  };
}

interface NatsStreamState {
  readonly config: {
    readonly storage: string;
    readonly num_replicas: number;
    readonly discard: string;
    readonly max_age: number;
    readonly max_bytes: number;
    readonly max_msgs: number;
    readonly duplicate_window: number;
  };
}

interface NatsConsumerState {
  readonly name: string;
  readonly config: {
    readonly max_deliver?: number | undefined;
    readonly backoff?: readonly number[] | undefined;
  };
}

/** What a NATS server says of itself and of the stream of the transport. */
export interface NatsFacts {
  readonly version: string;
  /** Whether the server has JetStream on, and whether this account may use it. */
  readonly hasJetStream: boolean;
  readonly account: object | Unread;
  readonly streamName: string;
  readonly stream: NatsStreamState['config'] | Unread;
  readonly consumers: { readonly list: readonly NatsConsumerState[] } | Unread;
  /** Only the monitoring of the server tells it. */
  readonly sync: NatsSync | Unread;
}

interface NatsSync {
  readonly isAlways: boolean;
}

export interface NatsDoctorOptions {
  /** Stream of the transport. Default `millwright`. */
  readonly stream?: string;
  /** Gives what the monitoring of the server answers to `/varz`, where it is on. */
  readonly monitor?: () => Promise<unknown>;
}

/** Reads and changes nothing. */
export async function readNatsFacts(
  { connection, manager }: NatsDoctorDriver,
  { stream = 'millwright', monitor }: NatsDoctorOptions = {},
): Promise<NatsFacts> {
  return {
    version: connection.info?.version ?? '',
    hasJetStream: connection.info?.jetstream === true,
    account: await readOrTell(async () => ({ ...((await manager.getAccountInfo()) as object) })),
    streamName: stream,
    stream: await readOrTell(async () => (await manager.streams.info(stream)).config),
    consumers: await readOrTell(async () => {
      const list: NatsConsumerState[] = [];
      for await (const consumer of manager.consumers.list(stream)) list.push(consumer);
      return { list };
    }),
    sync: await readOrTell(async () => {
      if (monitor === undefined) throw new Error('a client cannot see it: name the monitoring of the server');
      return syncOf(await monitor());
    }),
  };
}

/** `sync_always` and `sync_interval` in the answer of `/varz`; servers before 2.10 have neither. */
function syncOf(answer: unknown): NatsSync {
  const { jetstream } = (answer ?? {}) as { jetstream?: { config?: Readonly<Record<string, unknown>> } };
  const { sync_always: always, sync_interval: interval } = jetstream?.config ?? {};
  if (always === undefined && interval === undefined) throw new Error('the monitoring of the server does not tell it');
  return { isAlways: always === true };
}

/** The default of the server. */
const duplicateWindowMinMs = 120_000;

/** What the transport needs of NATS, in the order in which it is told. */
export const natsRules: readonly DoctorRule<NatsFacts>[] = [
  {
    id: 'doctor/nats-version',
    why: 'Before 2.10.23 the end of the server process can lose what a stream has acknowledged; before 2.10 it cannot be told to sync always.',
    judge: ({ version }) => {
      const found = `NATS ${version}`;
      const isRecent = isAtLeast(version, '2.10.23');
      if (isRecent === true) return { severity: 'ok', found };
      if (isRecent === undefined)
        return { severity: 'unknown', found: 'the server does not tell its version', atMost: 'unknown' };
      return { severity: 'error', found, fix: 'Run NATS 2.10.23 or later.', atMost: 'not durable' };
    },
  },
  {
    id: 'doctor/nats-jetstream',
    why: 'Without JetStream a message is gone when nobody listens.',
    judge: ({ hasJetStream, account }) => {
      if (!hasJetStream)
        return {
          severity: 'error',
          found: 'JetStream is off',
          fix: 'Add `jetstream { store_dir: ... }` to the configuration of the server.',
          atMost: 'not durable',
        };
      if (isUnread(account))
        return { severity: 'unknown', found: `this account cannot ask about JetStream: ${account.unread}` };
      return { severity: 'ok', found: 'JetStream is on for this account' };
    },
  },
  {
    id: 'doctor/nats-sync',
    why: 'A stream acknowledges what it has written, not what is on the disk: by default it syncs every 2 minutes.',
    judge: ({ sync, version }) => {
      const fix = 'Set `sync_interval: always` in the jetstream block, and name the monitoring with ?monitor=.';
      if (isAtLeast(version, '2.10') === false)
        return {
          severity: 'error',
          found: 'the server cannot sync always',
          fix: `Run NATS 2.10.23 or later. ${fix}`,
          atMost: 'survives a process',
        };
      if (isUnread(sync))
        return {
          severity: 'unknown',
          found: `sync_interval is unknown: ${sync.unread}`,
          fix,
          atMost: 'survives a process',
        };
      if (sync.isAlways) return { severity: 'ok', found: 'sync_interval is always' };
      return { severity: 'error', found: 'sync_interval is not always', fix, atMost: 'survives a process' };
    },
  },
  {
    id: 'doctor/nats-stream',
    why: 'What no stream takes is not kept.',
    judge: ({ hasJetStream, stream, streamName }) => {
      if (!hasJetStream) return undefined;
      if (!isUnread(stream)) return { severity: 'ok', found: `the stream ${streamName} is there` };
      return {
        severity: 'warning',
        found: `the stream ${streamName} cannot be read: ${stream.unread}`,
        fix: 'The transport makes it with `createStream`. Another stream is named by ?stream=.',
        atMost: 'unknown',
      };
    },
  },
  {
    id: 'doctor/nats-storage',
    why: 'A stream in memory ends with the server.',
    judge: ({ stream }) => {
      if (isUnread(stream)) return undefined;
      const found = `the stream is kept in ${stream.storage === 'file' ? 'files' : stream.storage}`;
      if (stream.storage === 'file') return { severity: 'ok', found };
      return { severity: 'error', found, fix: 'Make it again with `storage: file`.', atMost: 'not durable' };
    },
  },
  {
    id: 'doctor/nats-replicas',
    why: 'What one server alone holds is lost with its disk.',
    judge: ({ stream }) => {
      if (isUnread(stream)) return undefined;
      const { num_replicas: replicas } = stream;
      return {
        severity: replicas > 1 ? 'ok' : 'info',
        found: `${replicas} ${replicas === 1 ? 'server holds' : 'servers hold'} the stream`,
      };
    },
  },
  {
    id: 'doctor/nats-limits',
    why: 'A full stream that drops what is old drops what nobody has had; one that refuses what is new leaves it in the outbox.',
    judge: ({ stream }) => {
      if (isUnread(stream)) return undefined;
      const { discard, max_bytes: bytes, max_msgs: count, max_age: age } = stream;
      const isLimited = bytes > 0 || count > 0;
      if (isLimited && discard !== 'new')
        return {
          severity: 'error',
          found: `the stream is limited and discards what is ${discard}`,
          fix: 'Set `discard: new`.',
          atMost: 'not durable',
        };
      if (age > 0)
        return {
          severity: 'warning',
          found: `the stream forgets after ${inWords(age / 1_000_000)}, also what a group has not had`,
          fix: 'Let max_age be longer than any group may be away.',
        };
      return { severity: 'ok', found: isLimited ? 'a full stream refuses what is new' : 'the stream has no limits' };
    },
  },
  {
    id: 'doctor/nats-duplicate-window',
    why: 'A publication whose answer was lost is sent again; within the window the server knows it, later the inbox has to.',
    judge: ({ stream }) => {
      if (isUnread(stream)) return undefined;
      const windowMs = stream.duplicate_window / 1_000_000;
      const found = `the duplicate window is ${inWords(windowMs)}`;
      if (windowMs >= duplicateWindowMinMs) return { severity: 'ok', found };
      return { severity: 'warning', found, fix: 'Let duplicate_window be 2 minutes or more.' };
    },
  },
  {
    id: 'doctor/nats-deliveries',
    why: 'A message that reaches max_deliver stays in the stream and comes no more, and nobody is told.',
    judge: ({ consumers }) => {
      if (isUnread(consumers)) return undefined;
      const limited = consumers.list.filter(({ config }) => (config.max_deliver ?? -1) > 0);
      if (limited.length === 0) return { severity: 'ok', found: 'no consumer limits its deliveries' };
      const shown = limited.map(({ name, config: { max_deliver: most, backoff = [] } }) =>
        backoff.length > 0 ? `${name} (${most}, ${backoff.length} steps of backoff)` : `${name} (${most})`,
      );
      return {
        severity: 'error',
        found: `deliveries are limited: ${shown.join(', ')}`,
        fix: 'Set max_deliver to -1: giving up is for the runtime, which keeps dead letters.',
      };
    },
  },
];
