import type { Contract } from '@millwright/contract';
import { compareContracts } from './compare/compare-contracts.ts';
import { type DiffFinding, judge } from './judge/judge.ts';

/** What a change of a contract breaks. */
export interface ContractDiff {
  readonly verdict: 'none' | 'compatible' | 'breaking' | 'unproven';
  /** Smallest step of the version that is honest about the change. */
  readonly requiredBump: 'none' | 'patch' | 'minor' | 'major';
  readonly findings: readonly DiffFinding[];
}

export function diff(base: Contract, revision: Contract): ContractDiff {
  const findings = judge(compareContracts(base, revision));
  const breaking = findings.filter(({ severity }) => severity === 'error');
  const isProven = breaking.some(({ proof }) => proof.kind !== 'unproven');
  const verdict =
    findings.length === 0 ? 'none' : breaking.length === 0 ? 'compatible' : isProven ? 'breaking' : 'unproven';
  const additions = findings.some(
    ({ kind, severity }) => severity !== 'info' || /added|widened|freed|opened|optional/.test(kind),
  );
  const requiredBump =
    verdict === 'none' ? 'none' : verdict === 'compatible' ? (additions ? 'minor' : 'patch') : 'major';
  return { verdict, requiredBump, findings };
}
