const lineStartsOfText = new Map<string, readonly number[]>();

function lineStarts(text: string): readonly number[] {
  const known = lineStartsOfText.get(text);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (lineStartsOfText.size > 64) lineStartsOfText.clear();
  lineStartsOfText.set(text, starts);
  return starts;
}

/** Line and column, both from 1, of an offset in UTF-16 units. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const starts = lineStarts(text);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}
