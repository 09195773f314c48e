import { createHash } from 'node:crypto';
import { explanationOf } from '../program/explanations.ts';
import { version } from '../version.ts';
import type { Report, ReportedDiagnostic } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0 (OASIS), as code-scanning services read it. */
export function formatSarif(report: Report): string {
  const codes = [...new Set(report.diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'millwright', version, rules: codes.map(ruleOf) },
        },
        columnKind: 'utf16CodeUnits',
        results: report.diagnostics.map((diagnostic) => result(diagnostic, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** What `millwright explain` says of a code: code scanning shows it beside the finding. */
function ruleOf(id: string): object {
  const { law, why, fix, severity } = explanationOf(id) ?? { law: id, fix: 'See the message.' };
  return {
    id,
    shortDescription: { text: sentence(law) },
    ...(why === undefined ? {} : { fullDescription: { text: `${sentence(law)} ${sentence(why)}` } }),
    help: { text: sentence(fix) },
    ...(severity === undefined || severity === 'by proof' || severity === 'by use'
      ? {}
      : { defaultConfiguration: { level: levels[severity] } }),
  };
}

/** Parts that stand in lines of their own elsewhere run on in SARIF. */
function sentence(text: string): string {
  return /[.!?:]$/.test(text.trimEnd()) ? text.trimEnd() : `${text.trimEnd()}.`;
}

function result(diagnostic: ReportedDiagnostic, codes: readonly string[]): object {
  const { code, severity, message, location, why, fix, fingerprint } = diagnostic;
  const text = [message, why, fix].flatMap((part) => (part === undefined ? [] : [sentence(part)])).join(' ');
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text },
    ...(location === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(location.file) },
                region: { startLine: location.line, startColumn: location.column },
              },
              logicalLocations: [{ fullyQualifiedName: location.pointer }],
            },
          ],
        }),
    partialFingerprints: {
      'millwright/v1':
        fingerprint ??
        createHash('sha256')
          .update(`${code}\n${location?.file ?? ''}\n${location?.pointer ?? ''}`)
          .digest('hex'),
    },
  };
}
