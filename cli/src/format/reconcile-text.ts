import type { Difference, ReconcileTotals } from '@millwright/runtime/reconcile';
import { count } from '../input/open-contract.ts';
import type { Colour, Colours } from '../terminal.ts';
import { printable } from '../terminal.ts';

/** How differences are worded: by the names of both sides and the members of the key. */
export interface ReconcileWording {
  readonly record: string;
  readonly copy: string;
  readonly key: readonly string[];
  readonly colours: Colours;
}

const kindColour: Readonly<Record<Difference['kind'], Colour>> = {
  missing: 'red',
  extra: 'yellow',
  different: 'red',
  duplicate: 'yellow',
  unreadable: 'yellow',
};
const valueWidthMax = 60;

/** One difference: what and which; for objects that differ each member with both values. */
export function wordDifference(difference: Difference, wording: ReconcileWording): string {
  const { record, copy, colours } = wording;
  const name = colours(kindColour[difference.kind], difference.kind.padEnd(10));
  const lines = [printable(headline(difference, wording))];
  if (difference.kind === 'different')
    for (const member of difference.members ?? [])
      lines.push(
        printable(
          `           ${member.pointer === '' ? '(whole)' : member.pointer}  ${record} ${shown(member.record)}  ${copy} ${shown(member.copy)}`,
        ),
      );
  return `${name} ${lines.join('\n')}\n`;
}

function headline(difference: Difference, { record, copy, key }: ReconcileWording): string {
  if (difference.kind === 'unreadable')
    return `${difference.side}, object ${difference.position}: ${difference.reason}`;
  const which = key.map((name, index) => `${name}=${String(difference.key[index])}`).join(' ');
  switch (difference.kind) {
    case 'missing':
      return `${which}: ${copy} does not have it${versionText(record, difference.recordVersion)}`;
    case 'extra':
      return `${which}: ${record} does not have it${versionText(copy, difference.copyVersion)}`;
    case 'different':
      return `${which}${versionText(record, difference.recordVersion)}${versionText(copy, difference.copyVersion)}`;
    case 'duplicate':
      return `${which}: ${difference.side} has it more than once; the first one counts`;
  }
}

function versionText(side: string, version: unknown): string {
  return version === undefined ? '' : `, ${side} version ${shown(version)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = exactJson(value);
  return text.length > valueWidthMax ? `${text.slice(0, valueWidthMax - 3)}...` : text;
}

/** JSON, with numbers of any length as they were read. */
export function exactJson(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? rawJSON(one.toString()) : one));
}

/** How many there were of what. */
export function wordTotals(totals: ReconcileTotals, { record, copy }: ReconcileWording): string {
  const parts = (['missing', 'extra', 'different', 'duplicate', 'unreadable'] as const)
    .filter((kind) => totals[kind] > 0)
    .map((kind) => `${totals[kind]} ${kind}`);
  return `${record} has ${count(totals.record, 'object')}, ${copy} has ${totals.copy}: ${parts.length === 0 ? 'no differences' : parts.join(', ')}.`;
}
