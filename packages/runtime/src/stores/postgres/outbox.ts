import { type Lease, LeaseLost, laneOf, type Outbox, type OutboxEntry, type OutboxRow } from '../../store.ts';
import { keyOf, messageColumns, messageOf, numberOf, textColumn, textOf, traceColumns } from './columns.ts';
import type { Dialect, PostgresClient, Row } from './driver.ts';
import { listSent, resend } from './sent.ts';

/** Runs work on a client of the pool. */
export type OnClient = <Result>(work: (client: PostgresClient) => Promise<Result>) => Promise<Result>;

/**
 * Numbers of a sequence are not given in the order of commits. Here they are, lane by lane: the row of the lane is locked until the
 * transaction ends, and the position is drawn after that, because the row that is inserted comes out of the upsert.
 */
const enqueueing = {
  name: 'enqueue',
  text: `
WITH lane AS (
  INSERT INTO @lanes AS lanes (key, last) VALUES (sha256(convert_to($1, 'UTF8')), 1)
  ON CONFLICT (key) DO UPDATE SET last = lanes.last + 1
  RETURNING number, last
)
INSERT INTO @outbox (lane, sequence, id, aggregatetype, type, priority, enqueued_at,
  aggregateid, messagepriority, attributes, payload, ordernumber, lotnumber, correlationid)
SELECT number, last, coalesce($2, gen_random_uuid()::text), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM lane
RETURNING sequence`,
};

export async function enqueue(
  client: PostgresClient,
  dialect: Dialect,
  { address, message, priority, now }: OutboxEntry,
): Promise<number> {
  const { id, type } = message.attributes;
  const [row] = await dialect.run(client, enqueueing, [
    keyOf(laneOf(address, message)),
    typeof id === 'string' ? textColumn(id) : null,
    textColumn(address),
    typeof type === 'string' ? textColumn(type) : '',
    ...[priority, now, ...messageColumns(message), ...traceColumns(message.attributes)],
  ]);
  return numberOf(row?.['sequence']);
}

const leasing = {
  name: 'lease',
  text: `
UPDATE @lease SET holder = $1, expires_at = $2::double precision + $3::double precision,
  token = CASE WHEN holder = $1 AND expires_at > $2 THEN token ELSE token + 1 END
WHERE holder = $1 OR expires_at <= $2
RETURNING token, expires_at`,
};

const releasing = { name: 'release', text: 'UPDATE @lease SET expires_at = 0 WHERE token = $1' };

/** The most urgent of what was not sent: enough in nearly every case, and never more than a bounded look. */
const mostUrgent = `
  SELECT lane, priority, position FROM @outbox WHERE sent_at IS NULL ORDER BY priority, position LIMIT $4`;

/**
 * When much of what is urgent belongs to lanes that wait for a next try: the lanes that do not wait, most urgent first. It takes a
 * probe for each lane that has something, instead of reading all that waits.
 */
const ofFreeLanes = `
  WITH RECURSIVE lanes AS (
    (SELECT lane FROM @outbox WHERE sent_at IS NULL ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT outbox.lane FROM @outbox AS outbox
      WHERE outbox.lane > lanes.lane AND outbox.sent_at IS NULL ORDER BY outbox.lane LIMIT 1)
    FROM lanes WHERE lanes.lane IS NOT NULL
  ), free AS (
    SELECT head.lane FROM lanes CROSS JOIN LATERAL (
      SELECT lane, priority, position, due_at FROM @outbox AS outbox
      WHERE outbox.lane = lanes.lane AND sent_at IS NULL ORDER BY position LIMIT 1
    ) AS head
    WHERE (head.due_at > $2) IS NOT TRUE ORDER BY head.priority, head.position LIMIT $3
  )
  SELECT rows.lane, rows.priority, rows.position FROM free CROSS JOIN LATERAL (
    SELECT lane, priority, position FROM @outbox AS outbox
    WHERE outbox.lane = free.lane AND sent_at IS NULL ORDER BY position LIMIT $4
  ) AS rows`;

/**
 * Candidates decide which lanes have a turn, how urgently and how often. Each turn goes to the next message of the lane in its order:
 * an urgent message pulls those before it along. A message that waits for its next try ends the turns of its lane.
 *
 * Nothing is joined that the planner could join in another way: of a table that has just filled it knows nothing yet, and a wrong
 * guess made this a hundred times slower.
 */
const claiming = (candidates: string): string => `
WITH candidate AS MATERIALIZED (${candidates}
), wanted AS (
  SELECT lane, count(*) AS places, array_agg(priority ORDER BY priority, position) AS priorities,
    array_agg(position ORDER BY priority, position) AS positions
  FROM candidate GROUP BY lane
), chosen AS (
  SELECT head.position, wanted.priorities[head.place] AS urgency, wanted.positions[head.place] AS turn
  FROM wanted CROSS JOIN LATERAL (
    SELECT position, row_number() OVER (ORDER BY position)::integer AS place,
      bool_or(due_at > $2) OVER (ORDER BY position) AS waits
    FROM (
      SELECT position, due_at FROM @outbox AS outbox
      WHERE outbox.lane = wanted.lane AND sent_at IS NULL ORDER BY position LIMIT wanted.places
    ) AS unsent
  ) AS head
  WHERE head.waits IS NOT TRUE
  ORDER BY urgency, turn LIMIT $3
)
SELECT lease.token, (SELECT count(*) FROM candidate) AS looked_at, next.*
FROM @lease AS lease
LEFT JOIN (
  SELECT chosen.urgency, chosen.turn, message.* FROM chosen CROSS JOIN LATERAL (
    SELECT position, aggregatetype, aggregateid AS partitionkey, messagepriority, attributes, payload, lane, sequence,
      priority, attempts, enqueued_at
    FROM @outbox AS outbox WHERE outbox.position = chosen.position LIMIT 1
  ) AS message
) AS next ON lease.token = $1
ORDER BY next.urgency, next.turn`;

const claimMostUrgent = { name: 'claim-most-urgent', text: claiming(mostUrgent) };
const claimOfFreeLanes = { name: 'claim-of-free-lanes', text: claiming(ofFreeLanes) };

/** Whoever takes the lease over in the meantime waits, or has come first and leaves nothing to mark. */
const held = 'WITH lease AS (SELECT token FROM @lease WHERE token = $1 FOR SHARE)';

const marking = {
  name: 'sent',
  text: `
${held}, marked AS (
  UPDATE @outbox AS outbox SET sent_at = $3 FROM lease
  WHERE outbox.position = ANY($2::bigint[]) AND outbox.sent_at IS NULL
)
SELECT token FROM lease`,
};

const postponing = {
  name: 'failed',
  text: `
${held}, postponed AS (
  UPDATE @outbox AS outbox SET attempts = attempts + 1, failure = $3, due_at = $4 FROM lease
  WHERE outbox.position = $2 AND outbox.sent_at IS NULL
)
SELECT token FROM lease`,
};

const counting = {
  name: 'figures',
  text: 'SELECT count(*), coalesce(sum(bytes), 0) AS bytes, min(enqueued_at) AS oldest FROM @outbox WHERE sent_at IS NULL',
};

const byType = {
  name: 'waiting',
  text: `
WITH RECURSIVE types AS (
  (SELECT type, 1 AS place FROM @outbox WHERE sent_at IS NULL ORDER BY type LIMIT 1)
  UNION ALL
  SELECT (SELECT outbox.type FROM @outbox AS outbox
    WHERE outbox.type > types.type AND outbox.sent_at IS NULL ORDER BY outbox.type LIMIT 1), place + 1
  FROM types WHERE types.type IS NOT NULL AND place < $1
)
SELECT types.type, (
  SELECT count(*) FROM (
    SELECT FROM @outbox AS outbox WHERE outbox.type = types.type AND sent_at IS NULL LIMIT $2
  ) AS looked_at
) AS count, (
  SELECT enqueued_at FROM @outbox AS outbox WHERE outbox.type = types.type AND sent_at IS NULL
  ORDER BY enqueued_at LIMIT 1
) AS oldest
FROM types WHERE types.type IS NOT NULL`,
};

const holding = { name: 'holder', text: 'SELECT holder, expires_at FROM @lease WHERE token > 0' };

/** Lanes of letters that are sent again have negative numbers: those of the letters. */
function rowOf(row: Row): OutboxRow {
  const message = messageOf(row);
  const address = textOf(row['aggregatetype']);
  const lane = numberOf(row['lane']);
  return {
    position: numberOf(row['position']),
    address,
    lane: lane < 0 ? `replay\n${-lane}` : laneOf(address, message),
    message,
    priority: numberOf(row['priority']),
    attempts: numberOf(row['attempts']),
    enqueuedAt: numberOf(row['enqueued_at']),
  };
}

function demand(isHeld: boolean): void {
  if (!isHeld) throw new LeaseLost('another relay has taken over');
}

async function claim(
  client: PostgresClient,
  dialect: Dialect,
  lease: Lease,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<readonly OutboxRow[]> {
  const look = async (statement: typeof claimMostUrgent, candidateCountMax: number) => {
    const rows = await dialect.run(client, statement, [lease.token, now, limit, candidateCountMax]);
    demand(rows[0]?.['token'] === String(lease.token));
    return { rows: rows.filter((row) => row['position'] !== null), lookedAt: numberOf(rows[0]?.['looked_at']) };
  };
  const countMax = 200 + 2 * limit;
  const urgent = await look(claimMostUrgent, countMax);
  const isComplete = urgent.rows.length === limit || urgent.lookedAt < countMax;
  return (isComplete ? urgent : await look(claimOfFreeLanes, limit)).rows.map(rowOf);
}

export function outboxOf(onClient: OnClient, inTransaction: OnClient, dialect: Dialect): Outbox {
  return {
    lease: (holder, now, leaseMs) =>
      onClient(async (client) => {
        const [row] = await dialect.run(client, leasing, [textColumn(holder), now, leaseMs]);
        if (row === undefined) return undefined;
        return { holder, token: numberOf(row['token']), expiresAt: numberOf(row['expires_at']) };
      }),
    release: async ({ token }) => {
      await onClient((client) => dialect.run(client, releasing, [token]));
    },
    claim: (lease, options) => onClient((client) => claim(client, dialect, lease, options)),
    sent: async ({ token }, positions, now) => {
      const rows = await onClient((client) => dialect.run(client, marking, [token, [...positions], now]));
      demand(rows.length > 0);
    },
    failed: async ({ token }, position, { reason, dueAt }) => {
      const values = [token, position, textColumn(reason), dueAt];
      const rows = await onClient((client) => dialect.run(client, postponing, values));
      demand(rows.length > 0);
    },
    figures: async () => {
      const [row] = await onClient((client) => dialect.run(client, counting));
      const oldest = row?.['oldest'];
      return {
        count: numberOf(row?.['count']),
        bytes: numberOf(row?.['bytes']),
        ...(typeof oldest === 'string' ? { oldestAt: Number(oldest) } : {}),
      };
    },
    waiting: async ({ typeCountMax, countMax }) => {
      const rows = await onClient((client) => dialect.run(client, byType, [typeCountMax, countMax]));
      const all = rows.map((row) => ({
        type: textOf(row['type']),
        count: numberOf(row['count']),
        oldestAt: numberOf(row['oldest']),
      }));
      // By code units as everywhere, whatever the collation of the database.
      return all.sort((left, right) => (left.type < right.type ? -1 : 1));
    },
    holder: async () => {
      const [row] = await onClient((client) => dialect.run(client, holding));
      return row && { holder: textOf(row['holder']), expiresAt: numberOf(row['expires_at']) };
    },
    listSent: (query) => onClient((client) => listSent(client, dialect, query)),
    resend: (positions, decision) => inTransaction((client) => resend(client, dialect, positions, decision)),
  };
}
