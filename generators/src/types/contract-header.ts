import { byCodeUnits, type Code, fileHeader } from '@millwright/codegen';
import type { Contract } from '@millwright/contract';

const titlesMax = 3;

/**
 * First lines of a file that is made of the whole contract. Neither the order in which entries are given nor a title that
 * several share leaves a trace.
 */
export function contractHeader(contract: Contract): Code {
  const titles = [...new Set(contract.entries.map(({ title, version }) => `${title} ${version}`.trim()))].sort(
    byCodeUnits,
  );
  const more = titles.length > titlesMax ? ` and ${titles.length - titlesMax} more` : '';
  return fileHeader(titles.slice(0, titlesMax).join(', ') + more, '');
}
