import type { Examined } from '../doctor/examination.ts';
import { type Colour, type Colours, printable } from '../terminal.ts';

const severityColour = { error: 'red', warning: 'yellow', info: 'blue', unknown: 'yellow', ok: 'green' } as const;
const verdictColour: Readonly<Record<Examined['diagnosis']['verdict'], Colour>> = {
  durable: 'green',
  'survives a process': 'yellow',
  'not durable': 'red',
  unknown: 'yellow',
};

/** One block a target: its verdict, why it is no better, and each check; why and fix only where something is to be done. */
export function formatDoctorText(examined: readonly Examined[], colours: Colours): string {
  return examined.map((one) => formatOne(one, colours)).join('\n');
}

function formatOne({ name, address, diagnosis }: Examined, colours: Colours): string {
  const { verdict, reasons, checks } = diagnosis;
  const title = `${name === undefined ? '' : `${name} `}${address}`;
  const lines = [`${colours('bold', printable(title))}: ${colours(verdictColour[verdict], verdict)}`];
  for (const { found } of reasons) lines.push(`  ${colours('dim', 'since')}   ${printable(found)}`);
  for (const { id, severity, found, why, fix } of checks) {
    lines.push(`  ${colours(severityColour[severity], severity.padEnd(7))} ${printable(found)} ${colours('dim', id)}`);
    if (severity === 'ok' || severity === 'info') continue;
    lines.push(`          ${colours('dim', 'why')} ${printable(why)}`);
    if (fix !== undefined) lines.push(`          ${colours('dim', 'fix')} ${printable(fix)}`);
  }
  return `${lines.join('\n')}\n`;
}
