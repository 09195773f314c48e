import { picture, textAt } from './svg.ts';

/** A message from one system to another. */
export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly sentAt: number;
  readonly appliedAt: number;
}

const [columnWidth, rowHeight, top, left] = [260, 34, 70, 130];
/** Told beside the arrow: on its way for so long. */
const slowMs = 60_000;

/** Systems as columns, messages as arrows in the order in which they were applied. */
export function sequenceSvg(title: string, systems: readonly string[], passages: readonly Passage[]): string {
  const rows = [...passages].sort((one, other) => one.appliedAt - other.appliedAt);
  const x = (system: string): number => left + systems.indexOf(system) * columnWidth + columnWidth / 2;
  const height = top + (rows.length + 1) * rowHeight;
  const columns = systems.flatMap((system) => [
    textAt(x(system), 52, system, { anchor: 'middle', weight: 'bold', size: 15 }),
    `<line x1="${x(system)}" y1="62" x2="${x(system)}" y2="${height - 10}" stroke="#9aa5b1" stroke-dasharray="4 4"/>`,
  ]);
  const arrows = rows.flatMap(({ from, to, label, sentAt, appliedAt }, index) => {
    const y = top + (index + 1) * rowHeight;
    const [start, end] = [x(from), x(to)];
    const side = end > start ? -1 : 1;
    const tookMs = appliedAt - sentAt;
    const late = tookMs >= slowMs ? `, ${Math.round(tookMs / 60_000)} min on its way` : '';
    const colour = late === '' ? '#2563eb' : '#c2410c';
    return [
      textAt(12, y + 4, new Date(appliedAt).toISOString().slice(11, 23), { size: 11, fill: '#52606d' }),
      `<line x1="${start}" y1="${y}" x2="${end + side * 8}" y2="${y}" stroke="${colour}" stroke-width="1.5"/>`,
      `<path d="M ${end} ${y} l ${side * 9} -4 v 8 z" fill="${colour}"/>`,
      textAt((start + end) / 2, y - 6, `${label}${late}`, { anchor: 'middle', size: 12 }),
    ];
  });
  const heading = textAt(12, 24, title, { weight: 'bold', size: 17 });
  return picture(left + systems.length * columnWidth + 20, height, title, [heading, ...columns, ...arrows]);
}
