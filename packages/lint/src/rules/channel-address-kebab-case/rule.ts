import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { segmentsOutOfCase } from '../../names.ts';

export const channelAddressKebabCase: LintRule = {
  id: 'lint/channel-address-kebab-case',
  severity: 'warning',
  law: 'Segments of the addresses of governed channels are kebab-case.',
  why: 'Brokers compare addresses letter by letter; a subscriber with another case waits for ever without an error.',
  fix: 'Write lower-case words with hyphens, such as {plant}/production/work-order/released/v1.',
  check: ({ contract, report }) => {
    for (const channel of contract.channels) {
      if (!isGovernedEntry(channel.entry) || channel.address === null) continue;
      for (const segment of segmentsOutOfCase(channel.address))
        report(channel, `Segment ${segment} of ${channel.address} is not kebab-case`);
    }
  },
};
