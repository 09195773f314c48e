import type { Terminal } from '../terminal.ts';
import type { Format, Report } from './report.ts';

/** Writes a report to stdout in the format asked for; each format is loaded when it is used. */
export async function writeReport(report: Report, format: Format, terminal: Terminal): Promise<void> {
  switch (format) {
    case 'text':
      return terminal.write((await import('./text.ts')).formatText(report, terminal.colours));
    case 'json':
      return terminal.write((await import('./json.ts')).formatJson(report));
    case 'github':
      return terminal.write((await import('./github.ts')).formatGithub(report));
    case 'sarif':
      return terminal.write((await import('./sarif.ts')).formatSarif(report));
    case 'junit':
      return terminal.write((await import('./junit.ts')).formatJunit(report));
  }
}
