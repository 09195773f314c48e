import type { Schema } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { conjunctsOf } from '../../schema-walk.ts';

export const eventsCarryEnvelope: LintRule = {
  id: 'lint/events-carry-envelope',
  severity: 'error',
  law: 'A governed event requires the CloudEvents attributes specversion, id, source, type and time, and a correlation id, in its headers or its payload.',
  why: 'Duplicates cannot be told, and a business transaction cannot be traced over systems.',
  fix: 'Let the headers refer to the common envelope.',
  check: ({ contract, report }) => {
    const channels = contract.channels.filter(({ entry }) => isGovernedEntry(entry));
    for (const message of new Set(channels.flatMap(({ messages }) => messages))) {
      const inHeaders = missingFrom(message.headers);
      const missing = missingFrom(message.payload).length === 0 ? [] : inHeaders;
      if (missing.length > 0) report(message, `Message ${message.name} does not require ${missing.join(', ')}`);
    }
  },
};

const needed = ['specversion', 'id', 'source', 'type', 'time', 'correlationid'];

function missingFrom(schema: Schema | undefined): readonly string[] {
  const required = schema === undefined ? [] : [...conjunctsOf(schema)].flatMap((part) => part.required ?? []);
  return needed.filter((name) => !required.includes(name));
}
