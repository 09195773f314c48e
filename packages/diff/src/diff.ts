import type { Contract } from '@millwright/contract';
import { compareContracts } from './compare/compare-contracts.ts';
import { type DiffFinding, type DiffOptions, judge } from './judge/judge.ts';

/** What a change of a contract breaks. */
export interface ContractDiff {
  readonly verdict: 'none' | 'compatible' | 'breaking' | 'unproven';
  /** Smallest step of the version that is honest about the change. */
  readonly requiredBump: 'none' | 'patch' | 'minor' | 'major';
  readonly findings: readonly DiffFinding[];
}

export function diff(base: Contract, revision: Contract, options: DiffOptions = {}): ContractDiff {
  return concluded(judge(compareContracts(base, revision), options));
}

/** What findings come to, also a part of them. */
export function concluded(findings: readonly DiffFinding[]): ContractDiff {
  const breaking = findings.filter(({ severity }) => severity === 'error');
  const isProven = breaking.some(({ proof }) => proof.kind !== 'unproven');
  const verdict =
    findings.length === 0 ? 'none' : breaking.length === 0 ? 'compatible' : isProven ? 'breaking' : 'unproven';
  // Whatever is found can be seen by users of the contract; descriptions, which a patch may change, are not compared.
  const requiredBump = verdict === 'none' ? 'none' : verdict === 'compatible' ? 'minor' : 'major';
  return { verdict, requiredBump, findings };
}
