import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { propertiesOf } from '../../schema-walk.ts';

export const eventHeaderLowerCase: LintRule = {
  id: 'lint/event-header-lower-case',
  severity: 'error',
  law: 'Names of headers of governed events consist of lower-case letters and digits (CloudEvents 1.0.2, Naming Conventions).',
  why: 'Transports change the case of headers or refuse hyphens and underscores, and the attribute is lost on the way.',
  fix: 'Write it as one word, such as correlationid.',
  check: ({ contract, report }) => {
    const messages = contract.channels
      .filter(({ entry }) => isGovernedEntry(entry))
      .flatMap((channel) => channel.messages);
    const named = new Map(
      messages.flatMap(({ headers }) =>
        [...(headers === undefined ? [] : propertiesOf(headers))].map(([name, property]) => [property, name] as const),
      ),
    );
    for (const [property, name] of named)
      if (!/^[a-z0-9]+$/.test(name)) report(property, `Header ${name} holds more than lower-case letters and digits`);
  },
};
