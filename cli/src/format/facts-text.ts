import { type Colours, printable } from '../terminal.ts';

const widthMax = 80;

/** Text of others in one line. */
export function inline(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** Text of others in one line that is not longer than that. */
export function clipped(text: string, lengthMax: number): string {
  const line = inline(text.slice(0, 4 * lengthMax));
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 3)}...` : line;
}

/** Breaks a line at its spaces; what has none is left as long as it is, so that it can be copied. */
export function wrapped(text: string, indent: number, firstIndent = indent): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const used = lines.length === 0 ? firstIndent : indent;
    if (line !== '' && used + line.length + 1 + word.length > widthMax) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** Names and values in two columns; what is undefined is left out. */
export function factsText(
  facts: readonly (readonly [name: string, value: string | undefined])[],
  colours: Colours,
  indent = 0,
): string {
  const given = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
  const width = Math.min(20, Math.max(0, ...given.map(([name]) => inline(name).length)));
  return given
    .map(([name, value]) => {
      const label = clipped(name, 60).padEnd(width);
      const at = indent + Math.max(width, label.length) + 2;
      return `${' '.repeat(indent)}${colours('dim', label)}  ${wrapped(inline(value), indent + width + 2, at)}\n`;
    })
    .join('');
}
