import type { Report } from './report.ts';
import { countBySeverity } from './report.ts';

/** The stable, versioned form that tools rely on. */
export function formatJson(report: Report): string {
  const { command, diagnostics, facts } = report;
  return `${JSON.stringify({ format: `millwright.${command}/1`, counts: countBySeverity(diagnostics), ...facts, diagnostics }, null, 2)}\n`;
}
