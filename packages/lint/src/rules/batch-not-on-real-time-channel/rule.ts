import { governanceOf, type Message } from '@millwright/contract';
import { carriedObjects, isGovernedEntry } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';

export const batchNotOnRealTimeChannel: LintRule = {
  id: 'lint/batch-not-on-real-time-channel',
  severity: 'error',
  law: 'An object or message of latency class batch is not exchanged on a real-time or near-real-time channel.',
  why: 'Consumers wait for data that comes once a day, or a burst of files blocks urgent messages.',
  fix: 'Move it to a batch channel, or change the latency class.',
  check: ({ contract, report }) => {
    const judge = (place: Place, name: string, speed: string | undefined, messages: readonly Message[]): void => {
      if (speed !== 'rt' && speed !== 'nrt') return;
      for (const { name: message, payload, governance } of messages) {
        const object = carriedObjects(payload).find((carried) => governanceOf(carried).latency?.class === 'batch');
        if (object !== undefined) report(place, `${name} is ${speed}, but ${object.title ?? 'its object'} is batch`);
        else if (governance.latency?.class === 'batch')
          report(place, `${name} is ${speed}, but message ${message} is batch`);
      }
    };
    for (const { id, entry, governance, channel, messages, ...operation } of contract.channelOperations) {
      // What the operation inherits is told once, at the channel.
      if (isGovernedEntry(entry) && governance.latency !== channel.governance.latency)
        judge(operation, id, governance.latency?.class, messages);
    }
    for (const channel of contract.channels)
      if (isGovernedEntry(channel.entry))
        judge(channel, channel.key, channel.governance.latency?.class, channel.messages);
  },
};
