import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const eventsCarryEnvelope: LintRule = {
  id: 'lint/events-carry-envelope',
  severity: 'error',
  law: 'A governed event requires the CloudEvents attributes id, source, type and time, and a correlation id.',
  why: 'Duplicates cannot be told, and a business transaction cannot be traced over systems.',
  fix: 'Let the headers refer to the common envelope.',
  check: ({ contract, report }) => {
    const needed = ['id', 'source', 'type', 'time', 'correlationid'];
    for (const channel of contract.channels) {
      if (!isGovernedEntry(channel.entry)) continue;
      for (const message of channel.messages) {
        const headers = message.headers?.ref ?? message.headers;
        const missing = needed.filter((name) => headers?.required?.includes(name) !== true);
        if (missing.length > 0) report(message, `Message ${message.name} does not require ${missing.join(', ')}`);
      }
    }
  },
};
