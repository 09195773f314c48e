import type { GenealogyEdge, StockLot } from './erp.ts';
import { escapeXml, picture, textAt } from './svg.ts';

const [boxWidth, boxHeight, gap, top] = [230, 62, 26, 60];

interface Box {
  readonly key: string;
  readonly lines: readonly [string, string];
  readonly fill: string;
}

/** Lots that were used on the left, lots that were made of them on the right, with what became of these. */
export function genealogySvg(title: string, edges: readonly GenealogyEdge[], stock: readonly StockLot[]): string {
  const inputs = boxes(
    edges.map(({ input: { itemNumber, lotNumber } }) => {
      const uses = edges.filter(({ input }) => input.lotNumber === lotNumber).length;
      const lines = [`${itemNumber}  ${lotNumber}`, `used for ${uses} ${uses === 1 ? 'lot' : 'lots'}`] as const;
      return { key: lotNumber, lines, fill: '#f0f4f8' };
    }),
  );
  const outputs = boxes(
    edges.map(({ output }) => {
      const lot = stock.find(({ lot: number }) => number === output.lotNumber);
      const { itemNumber, lotNumber, quantity } = output;
      const state = `${quantity.value} ${quantity.unit}, ${stateOf(lot)}`;
      return { key: lotNumber, lines: [`${itemNumber}  ${lotNumber}`, state], fill: fillOf(lot) };
    }),
  );
  const y = (index: number): number => top + index * (boxHeight + gap);
  const draw = (x: number, column: readonly Box[]): readonly string[] =>
    column.flatMap(({ lines, fill }, index) => [
      `<rect x="${x}" y="${y(index)}" width="${boxWidth}" height="${boxHeight}" rx="8" fill="${fill}" stroke="#627d98"/>`,
      textAt(x + 14, y(index) + 26, lines[0], { weight: 'bold' }),
      textAt(x + 14, y(index) + 47, lines[1], { size: 12 }),
    ]);
  const [leftX, rightX] = [20, 20 + boxWidth + 190];
  const lines = edges.map(({ input, output }) => {
    const from = y(inputs.findIndex(({ key }) => key === input.lotNumber)) + boxHeight / 2;
    const to = y(outputs.findIndex(({ key }) => key === output.lotNumber)) + boxHeight / 2;
    const [start, end] = [leftX + boxWidth, rightX];
    const path = `M ${start} ${from} C ${start + 90} ${from}, ${end - 90} ${to}, ${end} ${to}`;
    const used = `${input.quantity.value} ${input.quantity.unit} used`;
    return `<path d="${path}" fill="none" stroke="#627d98" stroke-width="1.5"><title>${escapeXml(used)}</title></path>`;
  });
  const height = y(Math.max(inputs.length, outputs.length)) + 10;
  const heading = textAt(20, 32, title, { weight: 'bold', size: 17 });
  const parts = [heading, ...lines, ...draw(leftX, inputs), ...draw(rightX, outputs)];
  return picture(rightX + boxWidth + 20, height, title, parts);
}

function boxes(all: readonly Box[]): readonly Box[] {
  return [...new Map(all.map((box) => [box.key, box])).values()];
}

function stateOf(lot: StockLot | undefined): string {
  if (lot === undefined) return 'not booked';
  if (lot.hold !== null) return `on hold by ${lot.hold}`;
  if (lot.shipped === 1) return 'released and shipped';
  return lot.released === 1 ? 'released' : 'waits for its release';
}

function fillOf(lot: StockLot | undefined): string {
  if (lot === undefined || lot.hold !== null) return '#ffe3e3';
  return lot.released === 1 ? '#d3f9d8' : '#fff3bf';
}
