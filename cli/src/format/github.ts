import type { Report } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** GitHub Actions workflow commands: each diagnostic becomes an annotation on its line. */
export function formatGithub(report: Report): string {
  return report.diagnostics
    .map(({ code, severity, message, location, fix }) => {
      const place =
        location === undefined
          ? []
          : [`file=${escapeProperty(location.file)}`, `line=${location.line}`, `col=${location.column}`];
      const text = fix === undefined ? message : `${message}. ${fix}`;
      return `::${levels[severity]} ${[...place, `title=${escapeProperty(code)}`].join(',')}::${escapeData(text)}\n`;
    })
    .join('');
}
