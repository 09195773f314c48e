import { type LintConfig, rules, lint as runLint } from '@millwright/lint';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import { countBySeverity, type Format } from '../format/report.ts';
import { contractPaths, count, elapsed, openContract } from '../input/open-contract.ts';
import type { Terminal } from '../terminal.ts';

export interface LintFlags {
  readonly failOn: 'error' | 'warning' | 'info' | 'never';
  /** `lint/rule=severity` settings that win over the config. */
  readonly rule?: readonly string[];
  readonly root?: string;
  readonly allowRemote?: readonly string[];
  readonly allowDuplicateKeys?: boolean;
  readonly config?: string;
  readonly format: Format;
}

const ranks = { error: 3, warning: 2, info: 1, never: 4 } as const;

/** `millwright lint`: contract in, findings out. */
export async function lint(paths: readonly string[], flags: LintFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const config = configOf(loaded.config.lint, flags.rule ?? []);
  const entries = contractPaths(paths, loaded, 'lint');
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  if (contract === undefined) {
    await writeReport(
      { command: 'lint', diagnostics, summary: `The contract cannot be read: ${summaryOf(diagnostics)}.` },
      flags.format,
      terminal,
    );
    return exitCodes.invalidContract;
  }
  const started = performance.now();
  const findings = [...diagnostics, ...runLint(contract, config)];
  terminal.progress(`checked ${count(rules.length, 'rule')} in ${elapsed(started)}`);
  const summary = `${findings.length === 0 ? 'No findings' : summaryOf(findings)} in ${count(contract.documents.length, 'file')}.`;
  await writeReport({ command: 'lint', diagnostics: findings, summary }, flags.format, terminal);
  return findings.some(({ severity }) => ranks[severity] >= ranks[flags.failOn]) ? exitCodes.findings : exitCodes.clean;
}

function configOf(config: LintConfig | undefined, settings: readonly string[]): LintConfig {
  const severities: Record<string, 'error' | 'warning' | 'info' | 'off'> = {};
  for (const setting of settings) {
    const [id = '', severity = ''] = setting.split('=');
    const rule = id.startsWith('lint/') ? id : `lint/${id}`;
    if (!rules.some((known) => known.id === rule))
      throw new UsageFailure(`There is no rule ${rule}`, 'millwright explain lists all rules.');
    if (severity !== 'error' && severity !== 'warning' && severity !== 'info' && severity !== 'off')
      throw new UsageFailure(
        `${JSON.stringify(setting)} sets no severity`,
        `Write --rule ${rule}=error, =warning, =info or =off.`,
      );
    severities[rule] = severity;
  }
  return { ...config, rules: { ...config?.rules, ...severities } };
}

function summaryOf(diagnostics: Parameters<typeof countBySeverity>[0]): string {
  const counts = countBySeverity(diagnostics);
  const parts = [
    counts.error > 0 ? count(counts.error, 'error') : '',
    counts.warning > 0 ? count(counts.warning, 'warning') : '',
    counts.info > 0 ? `${counts.info} info` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
