import type { AqlSeverity } from '@millwright/sdk/types';
import { scaled } from '../decimal.ts';
import { QualityError } from '../quality-error.ts';
import { type CodeLetter, codeLetters } from './code-letters.ts';
import { masterTables } from './master-tables.ts';

/** A plan of the master tables. */
export interface SinglePlan {
  /** Letter of the row that holds it, which an arrow may have made another than the one that was asked for. */
  readonly codeLetter: CodeLetter;
  readonly sampleSize: number;
  /** Largest number of nonconforming pieces in the sample with which the lot is accepted. */
  readonly acceptanceNumber: number;
  /** Smallest number with which it is not; reduced inspection leaves a gap between the two. */
  readonly rejectionNumber: number;
}

interface MasterTable {
  readonly limits: readonly bigint[];
  readonly rows: readonly TableRow[];
}

interface TableRow {
  readonly codeLetter: CodeLetter;
  readonly sampleSize: number;
  readonly cells: readonly string[];
}

const tables: Readonly<Record<AqlSeverity, MasterTable>> = {
  normal: tableOf(masterTables.normal),
  tightened: tableOf(masterTables.tightened),
  reduced: tableOf(masterTables.reduced),
};

/** Acceptable quality limits that have plans, as the tables print them. */
export const acceptableQualityLimits: readonly string[] = linesOf(masterTables.normal)[0]?.slice(2) ?? [];

/**
 * Plan for a code letter and an acceptable quality limit in percent nonconforming, arrows followed.
 * @throws QualityError `acceptable-quality-limit-unknown`, `code-letter-unknown`
 */
export function singlePlan(codeLetter: string, severity: AqlSeverity, acceptableQualityLimit: string): SinglePlan {
  const { limits, rows } = tables[severity];
  const limit = scaled(acceptableQualityLimit);
  const column = limit === undefined ? -1 : limits.indexOf(limit);
  if (column === -1)
    throw new QualityError(
      'acceptable-quality-limit-unknown',
      `there is no sampling plan for an acceptable quality limit of ${JSON.stringify(acceptableQualityLimit)} percent`,
      { remedy: `Choose one of ${acceptableQualityLimits.join(', ')}.` },
    );
  let at = codeLetter === 'S' ? -1 : rows.findIndex((row) => row.codeLetter === codeLetter);
  if (at === -1)
    throw new QualityError('code-letter-unknown', `${JSON.stringify(codeLetter)} is no sample size code letter`, {
      remedy: `Choose one of ${codeLetters.slice(0, -1).join(', ')}, or leave it out to take it from the lot size.`,
    });
  for (;;) {
    const row = rows[at];
    const cell = row?.cells[column];
    if (row === undefined || cell === undefined) throw new Error('an arrow points out of the master table');
    if (cell === 'v') at += 1;
    else if (cell === '^') at -= 1;
    else return planOf(row, cell);
  }
}

function planOf({ codeLetter, sampleSize }: TableRow, cell: string): SinglePlan {
  const [acceptanceNumber = 0, rejectionNumber = acceptanceNumber + 1] = cell.split('/').map(Number);
  return { codeLetter, sampleSize, acceptanceNumber, rejectionNumber };
}

function tableOf(text: string): MasterTable {
  const [head = [], ...rows] = linesOf(text);
  return {
    limits: head.slice(2).map((limit) => scaled(limit) ?? 0n),
    rows: rows.map(([codeLetter, sampleSize, ...cells]) => ({
      codeLetter: codeLetter as CodeLetter,
      sampleSize: Number(sampleSize),
      cells,
    })),
  };
}

function linesOf(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/));
}
