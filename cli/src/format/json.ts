import type { Report } from './report.ts';
import { countBySeverity } from './report.ts';

/** The stable, versioned form that tools rely on. */
export function formatJson(report: Report): string {
  const { command, diagnostics, facts } = report;
  return jsonText({ format: `millwright.${command}/1`, counts: countBySeverity(diagnostics), ...facts, diagnostics });
}

/** JSON in which what a terminal could take for a command is escaped, also where JSON does not demand it. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
