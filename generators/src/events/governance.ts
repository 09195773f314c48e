import { type Code, code, join, literal, stringLiteral } from '@millwright/codegen';
import { durationSeconds, type Governance } from '@millwright/contract';
import type { MessageUse } from './naming.ts';

/** What `x-governance` says of a message, as the runtime takes it; undefined where it says nothing that counts there. */
export function governanceCode({ operation, channel, message }: MessageUse): Code | undefined {
  const governance: Governance = operation?.governance ?? channel?.governance ?? message.governance;
  const { create, update, consume, latency, criticality, retention } = governance;
  const publish = create === undefined && update === undefined ? undefined : [...(create ?? []), ...(update ?? [])];
  const members = [
    ...(publish === undefined ? [] : [code`publish: ${literal([...new Set(publish)].sort())}`]),
    ...(consume === undefined ? [] : [code`consume: ${literal([...consume].sort())}`]),
    ...(latency === undefined ? [] : [code`latency: ${stringLiteral(latency.class)}`]),
    ...(latency?.maxDelay === undefined ? [] : [code`delayMaxMs: ${milliseconds(latency.maxDelay)}`]),
    ...(criticality === undefined ? [] : [code`criticality: ${stringLiteral(criticality)}`]),
    ...(retention === undefined ? [] : [code`retentionMs: ${milliseconds(retention)}`]),
  ];
  return members.length === 0 ? undefined : code`{ ${join(members, ', ')} }`;
}

const milliseconds = (duration: string): Code => literal(durationSeconds(duration) * 1000);
