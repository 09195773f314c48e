import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const webhooksAreThin: LintRule = {
  id: 'lint/webhooks-are-thin',
  severity: 'warning',
  law: 'A governed webhook carries id, type, subject and link, not the object.',
  why: 'A copy of the object in a webhook is stale when it arrives, and goes to whoever runs the receiver.',
  fix: 'Send id, type, subject and link; the receiver fetches the truth.',
  check: ({ contract, report }) => {
    const thin = new Set(['id', 'type', 'subject', 'link', 'time', 'plantId']);
    for (const webhook of contract.webhooks) {
      if (!isGovernedEntry(webhook.entry)) continue;
      const body = webhook.requestBody?.content[0]?.schema;
      const object = body?.ref ?? body;
      const fat = [...(object?.properties?.keys() ?? [])].filter((name) => !thin.has(name));
      if (fat.length > 0) report(webhook, `Webhook ${webhook.path} carries ${fat.join(', ')}`);
    }
  },
};
