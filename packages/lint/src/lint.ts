import { type Contract, type Finding, isJsonObject, type JsonValue, locate, parsePointer } from '@millwright/contract';
import type { LintConfig, LintIgnore, LintRule, Place } from './lint-rule.ts';
import { rules } from './rules.ts';

/**
 * Findings of every rule, by file and position. An ignore without a reason is an error; an unused one, and a severity for
 * a rule that does not exist, are warnings.
 */
export function lint(contract: Contract, config: LintConfig = {}): readonly Finding[] {
  const findings: Finding[] = [];
  const used = new Set<LintIgnore>();
  const ignores = config.ignores ?? [];
  for (const rule of rules) {
    const severity = config.rules?.[rule.id] ?? rule.severity;
    if (severity === 'off') continue;
    rule.check({
      contract,
      report: (place, message) => {
        const ignore = ignores.find((candidate) => matches(candidate, rule, place));
        if (ignore !== undefined) used.add(ignore);
        else if (!ignoredInContract(rule, place))
          findings.push({
            code: rule.id,
            severity,
            message,
            location: locate(place.document, place.pointer),
            why: rule.why,
            fix: rule.fix,
          });
      },
    });
  }
  return [
    ...sorted(findings),
    ...unknownRules(config),
    ...ignores.flatMap((ignore) => judgeIgnore(ignore, used.has(ignore))),
  ];
}

function matches(ignore: LintIgnore, rule: LintRule, { document, pointer }: Place): boolean {
  return (
    ignore.rule === rule.id &&
    (ignore.file === undefined || document.file.endsWith(ignore.file)) &&
    (ignore.pointer === undefined || pointer === ignore.pointer || pointer.startsWith(`${ignore.pointer}/`))
  );
}

function unknownRules({ rules: severities = {} }: LintConfig): readonly Finding[] {
  const known = new Set<string>(rules.map(({ id }) => id));
  return Object.keys(severities)
    .filter((id) => !known.has(id))
    .map((id) => ({
      code: 'lint/rule-unknown',
      severity: 'warning',
      message: `The config gives a severity to ${id}, which is no rule`,
      location: { file: 'millwright.config.ts', line: 1, column: 1, pointer: '' },
      fix: 'Write the id as findings show it, such as lint/owner-declared.',
    }));
}

function judgeIgnore(ignore: LintIgnore, used: boolean): readonly Finding[] {
  const location = { file: ignore.file ?? 'millwright.config.ts', line: 1, column: 1, pointer: ignore.pointer ?? '' };
  if (ignore.reason.trim() === '')
    return [
      {
        code: 'lint/ignore-without-reason',
        severity: 'error',
        message: `The ignore of ${ignore.rule} gives no reason`,
        location,
        fix: 'Say why the finding is accepted, for whoever reads it next.',
      },
    ];
  return used
    ? []
    : [
        {
          code: 'lint/ignore-unused',
          severity: 'warning',
          message: `The ignore of ${ignore.rule} matches nothing`,
          location,
          fix: 'Remove it.',
        },
      ];
}

/** `x-lint-ignore: [{ rule, reason }]` on a node accepts findings on it and below; without a reason it accepts nothing. */
function ignoredInContract(rule: LintRule, { document, pointer }: Place): boolean {
  let value: JsonValue | undefined = document.value;
  for (const token of ['', ...(parsePointer(pointer) ?? [])]) {
    if (token !== '' && value !== undefined && value !== null && typeof value === 'object')
      value = (value as Record<string, JsonValue>)[token];
    if (
      isJsonObject(value) &&
      Array.isArray(value['x-lint-ignore']) &&
      value['x-lint-ignore'].some(
        (ignore: JsonValue) =>
          isJsonObject(ignore) &&
          ignore['rule'] === rule.id &&
          typeof ignore['reason'] === 'string' &&
          ignore['reason'].trim() !== '',
      )
    )
      return true;
  }
  return false;
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  const files = new Map<string, number>();
  for (const { location } of findings) if (!files.has(location.file)) files.set(location.file, files.size);
  return [...findings].sort(
    (left, right) =>
      (files.get(left.location.file) as number) - (files.get(right.location.file) as number) ||
      left.location.line - right.location.line ||
      left.location.column - right.location.column ||
      (left.code < right.code ? -1 : 1),
  );
}
