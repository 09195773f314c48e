import { readFileSync } from 'node:fs';
import type { Diagnostic, SourceLocation } from '@millwright/contract';
import { type Colours, printable } from '../terminal.ts';
import type { Report } from './report.ts';

const severityColour = { error: 'red', warning: 'yellow', info: 'blue' } as const;
const excerptWidthMax = 110;
const shownMax = 200;

/** One block a diagnostic: position, severity, code; message; excerpt with caret; why; fix. */
export function formatText(report: Report, colours: Colours): string {
  const lines = new SourceLines();
  const shown = report.diagnostics.slice(0, shownMax).map((diagnostic) => formatOne(diagnostic, colours, lines));
  const hidden = report.diagnostics.length - shown.length;
  if (hidden > 0) shown.push(colours('dim', `... and ${hidden} more; --format json shows all of them.\n`));
  return `${shown.join('\n')}${shown.length > 0 ? '\n' : ''}${printable(report.summary)}\n`;
}

function formatOne(diagnostic: Diagnostic, colours: Colours, lines: SourceLines): string {
  const { code, severity, message, location, why, fix } = diagnostic;
  const place =
    location === undefined
      ? ''
      : `${colours('bold', printable(`${location.file}:${location.line}:${location.column}`))} `;
  const block = [
    `${place}${colours(severityColour[severity], severity)} ${colours('dim', code)}`,
    `  ${printable(message)}`,
  ];
  if (location !== undefined) block.push(...lines.excerpt(location, colours));
  if (why !== undefined) block.push(`  ${colours('dim', 'why')}     ${printable(why)}`);
  if (fix !== undefined) block.push(`  ${colours('dim', 'fix')}     ${printable(fix)}`);
  return `${block.join('\n')}\n`;
}

/** Lines of source files, read when an excerpt is shown. */
class SourceLines {
  readonly #byFile = new Map<string, readonly string[]>();

  excerpt({ file, line, column }: SourceLocation, colours: Colours): readonly string[] {
    const text = this.#linesOf(file)[line - 1];
    if (text === undefined) return [];
    // A minified file has one line of megabytes: a window around the column is enough.
    const start = column > excerptWidthMax ? column - 40 : 0;
    const window = printable(text.slice(start, start + excerptWidthMax)).replaceAll('\t', ' ');
    const margin = `  ${line} | `;
    return [
      colours('dim', margin) + window,
      `${' '.repeat(margin.length - 2)}${colours('dim', '| ')}${' '.repeat(Math.max(0, column - 1 - start))}${colours('red', '^')}`,
    ];
  }

  #linesOf(file: string): readonly string[] {
    let lines = this.#byFile.get(file);
    if (lines === undefined) {
      lines = readLines(file);
      this.#byFile.set(file, lines);
    }
    return lines;
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
