import type { Report } from './report.ts';

function escapeXml(text: string): string {
  // XML 1.0 cannot hold most control characters at all, not even escaped.
  const legal = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  return legal
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** JUnit XML: a test suite a file, a failing test case a diagnostic, one passing case when nothing was found. */
export function formatJunit(report: Report): string {
  const byFile = new Map<string, (typeof report.diagnostics)[number][]>();
  for (const diagnostic of report.diagnostics) {
    const file = diagnostic.location?.file ?? report.command;
    const list = byFile.get(file) ?? [];
    list.push(diagnostic);
    byFile.set(file, list);
  }
  const suites = [...byFile].map(([file, diagnostics]) => {
    const cases = diagnostics.map(({ code, severity, message, location, why, fix }) => {
      const body = [message, why, fix].filter((part) => part !== undefined).join('\n');
      const name = `${code} ${location === undefined ? '' : `${location.line}:${location.column}`}`.trim();
      const inner =
        severity === 'error'
          ? `<failure message="${escapeXml(message)}" type="${escapeXml(code)}">${escapeXml(body)}</failure>`
          : `<system-out>${escapeXml(`${severity}: ${body}`)}</system-out>`;
      return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(name)}">${inner}</testcase>\n`;
    });
    const failures = diagnostics.filter(({ severity }) => severity === 'error').length;
    return `  <testsuite name="${escapeXml(file)}" tests="${diagnostics.length}" failures="${failures}" errors="0">\n${cases.join('')}  </testsuite>\n`;
  });
  if (suites.length === 0)
    suites.push(
      `  <testsuite name="${report.command}" tests="1" failures="0" errors="0">\n    <testcase classname="millwright" name="${report.command}"/>\n  </testsuite>\n`,
    );
  const failures = report.diagnostics.filter(({ severity }) => severity === 'error').length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="millwright ${report.command}" tests="${Math.max(1, report.diagnostics.length)}" failures="${failures}">\n${suites.join('')}</testsuites>\n`;
}
