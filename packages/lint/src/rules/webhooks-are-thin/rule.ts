import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { propertiesOf } from '../../schema-walk.ts';

export const webhooksAreThin: LintRule = {
  id: 'lint/webhooks-are-thin',
  severity: 'warning',
  law: 'A governed webhook carries id, type, subject and link, not the object.',
  why: 'A copy of the object in a webhook is stale when it arrives, and goes to whoever runs the receiver.',
  fix: 'Send id, type, subject and link; the receiver fetches the truth.',
  check: ({ contract, report }) => {
    const needed = ['id', 'type', 'subject', 'link'];
    const thin = new Set([...needed, 'time', 'plantId']);
    for (const webhook of contract.webhooks) {
      if (!isGovernedEntry(webhook.entry)) continue;
      const contents = webhook.requestBody?.content ?? [];
      const names = new Set(
        contents.flatMap(({ schema }) => (schema === undefined ? [] : [...propertiesOf(schema).keys()])),
      );
      const fat = [...names].filter((name) => !thin.has(name));
      const missing = needed.filter((name) => !names.has(name));
      if (fat.length > 0) report(webhook, `Webhook ${webhook.path} carries ${fat.join(', ')}`);
      if (missing.length > 0) report(webhook, `Webhook ${webhook.path} carries no ${missing.join(', ')}`);
    }
  },
};
