import type { JsonObject, JsonValue, Sourced } from '@millwright/contract';
import type { Facts } from './facts.ts';
import { isSame, leavesOf } from './values.ts';

interface Bound extends Sourced {
  readonly bindings: ReadonlyMap<string, JsonObject>;
}

/** Settings that decide whether and where a message arrives; `up` and `down` for those that can rise and fall. */
const settings: readonly (readonly [setting: RegExp, kind: string])[] = [
  [/^kafka\.topic$/, 'kafka-topic-changed'],
  [/^kafka\.key(\.|$)/, 'kafka-key-changed'],
  [/^kafka\.partitions$/, 'kafka-partitions'],
  [/^amqp1?\.exchange\.(name|type|vhost)$/, 'amqp-exchange-changed'],
  [/^amqp1?\.queue\.(name|vhost)$/, 'amqp-queue-changed'],
  [/^amqp1?\.is$/, 'amqp-kind-changed'],
  [/^mqtt5?\.qos$/, 'mqtt-qos'],
  [/^mqtt5?\.retain$/, 'mqtt-retain'],
  [/^nats\.queue$/, 'nats-queue-changed'],
];

/** What a protocol is told beyond the contract's own words. */
export function compareBindings([base, revision]: readonly [Bound, Bound], operation: string, facts: Facts): void {
  const about = { operation, direction: 'none', base, revision } as const;
  for (const protocol of new Set([...base.bindings.keys(), ...revision.bindings.keys()])) {
    const [before, after] = [base.bindings.get(protocol), revision.bindings.get(protocol)];
    if (before === undefined || after === undefined) {
      facts.changes.push({ ...about, kind: after === undefined ? 'binding-removed' : 'binding-added', name: protocol });
      continue;
    }
    const [left, right] = [leavesOf(before, protocol), leavesOf(after, protocol)];
    const names = new Set([...left.keys(), ...right.keys()].map(settingOf));
    for (const name of names) {
      const [was, is] = [settingIn(left, name), settingIn(right, name)];
      if (isSame(was, is)) continue;
      facts.changes.push({ ...about, kind: kindOf(name, was, is), name, before: was ?? null, after: is ?? null });
    }
  }
}

/** A key is a schema: one setting, however many members it has. */
const settingOf = (path: string): string => (path.startsWith('kafka.key.') ? 'kafka.key' : path);

function settingIn(leaves: ReadonlyMap<string, JsonValue>, name: string): JsonValue | undefined {
  if (name !== 'kafka.key') return leaves.get(name);
  const members = [...leaves].flatMap(([path, value]) =>
    settingOf(path) === name ? [[path.slice(name.length + 1), value] as const] : [],
  );
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function kindOf(name: string, before: JsonValue | undefined, after: JsonValue | undefined): string {
  const kind = settings.find(([setting]) => setting.test(name))?.[1];
  const plain = `binding-setting-${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`;
  if (kind === undefined) return plain;
  const rank = ranks[kind];
  if (rank === undefined) return kind;
  const [was, is] = [Number(before ?? rank.absent), Number(after ?? rank.absent)];
  // A value that is written out, and was assumed before, neither rises nor falls; nor does a schema of values.
  return is < was ? `${kind}-${rank.less}` : is > was ? `${kind}-${rank.more}` : plain;
}

/** Settings that rise and fall, with what is assumed where they are absent. */
const ranks: Readonly<Record<string, { readonly absent: number; readonly less: string; readonly more: string }>> = {
  'kafka-partitions': { absent: 1, less: 'lowered', more: 'raised' },
  'mqtt-qos': { absent: 0, less: 'lowered', more: 'raised' },
  'mqtt-retain': { absent: 0, less: 'ended', more: 'begun' },
};
