import type { AqlSeverity } from '@millwright/sdk/types';

/*
 * The master tables of single sampling as they are printed: rows by code letter, n the sample size, columns by acceptable
 * quality limit in percent nonconforming. A number is the acceptance number, the rejection number being the next one; a pair is
 * acceptance/rejection number. `v` is the arrow down (use the first plan below it, with its sample size), `^` the arrow up; nobody asks for a cell with `.`.
 *
 * Columns over 10 hold for nonconformities per hundred units, which a count of nonconforming pieces is not, and are left out.
 */

/** MIL-STD-105E, Table II-A. */
const normal = `
  .    n 0.010 0.015 0.025 0.040 0.065  0.10  0.15  0.25  0.40  0.65   1.0   1.5   2.5   4.0   6.5    10
  A    2     v     v     v     v     v     v     v     v     v     v     v     v     v     v     0     v
  B    3     v     v     v     v     v     v     v     v     v     v     v     v     v     0     ^     v
  C    5     v     v     v     v     v     v     v     v     v     v     v     v     0     ^     v     1
  D    8     v     v     v     v     v     v     v     v     v     v     v     0     ^     v     1     2
  E   13     v     v     v     v     v     v     v     v     v     v     0     ^     v     1     2     3
  F   20     v     v     v     v     v     v     v     v     v     0     ^     v     1     2     3     5
  G   32     v     v     v     v     v     v     v     v     0     ^     v     1     2     3     5     7
  H   50     v     v     v     v     v     v     v     0     ^     v     1     2     3     5     7    10
  J   80     v     v     v     v     v     v     0     ^     v     1     2     3     5     7    10    14
  K  125     v     v     v     v     v     0     ^     v     1     2     3     5     7    10    14    21
  L  200     v     v     v     v     0     ^     v     1     2     3     5     7    10    14    21     ^
  M  315     v     v     v     0     ^     v     1     2     3     5     7    10    14    21     ^     ^
  N  500     v     v     0     ^     v     1     2     3     5     7    10    14    21     ^     ^     ^
  P  800     v     0     ^     v     1     2     3     5     7    10    14    21     ^     ^     ^     ^
  Q 1250     0     ^     v     1     2     3     5     7    10    14    21     ^     ^     ^     ^     ^
  R 2000     ^     ^     1     2     3     5     7    10    14    21     ^     ^     ^     ^     ^     ^
`;

/** MIL-STD-105E, Table II-B. */
const tightened = `
  .    n 0.010 0.015 0.025 0.040 0.065  0.10  0.15  0.25  0.40  0.65   1.0   1.5   2.5   4.0   6.5    10
  A    2     v     v     v     v     v     v     v     v     v     v     v     v     v     v     v     v
  B    3     v     v     v     v     v     v     v     v     v     v     v     v     v     v     0     v
  C    5     v     v     v     v     v     v     v     v     v     v     v     v     v     0     v     v
  D    8     v     v     v     v     v     v     v     v     v     v     v     v     0     v     v     1
  E   13     v     v     v     v     v     v     v     v     v     v     v     0     v     v     1     2
  F   20     v     v     v     v     v     v     v     v     v     v     0     v     v     1     2     3
  G   32     v     v     v     v     v     v     v     v     v     0     v     v     1     2     3     5
  H   50     v     v     v     v     v     v     v     v     0     v     v     1     2     3     5     8
  J   80     v     v     v     v     v     v     v     0     v     v     1     2     3     5     8    12
  K  125     v     v     v     v     v     v     0     v     v     1     2     3     5     8    12    18
  L  200     v     v     v     v     v     0     v     v     1     2     3     5     8    12    18     ^
  M  315     v     v     v     v     0     v     v     1     2     3     5     8    12    18     ^     ^
  N  500     v     v     v     0     v     v     1     2     3     5     8    12    18     ^     ^     ^
  P  800     v     v     0     v     v     1     2     3     5     8    12    18     ^     ^     ^     ^
  Q 1250     v     0     v     v     1     2     3     5     8    12    18     ^     ^     ^     ^     ^
  R 2000     0     ^     v     1     2     3     5     8    12    18     ^     ^     ^     ^     ^     ^
  S 3150     .     .     1     .     .     .     .     .     .     .     .     .     .     .     .     .
`;

/** MIL-STD-105E, Table II-C. */
const reduced = `
  .    n 0.010 0.015 0.025 0.040 0.065  0.10  0.15  0.25  0.40  0.65   1.0   1.5   2.5   4.0   6.5    10
  A    2     v     v     v     v     v     v     v     v     v     v     v     v     v     v   0/1     v
  B    2     v     v     v     v     v     v     v     v     v     v     v     v     v   0/1     ^     v
  C    2     v     v     v     v     v     v     v     v     v     v     v     v   0/1     ^     v   0/2
  D    3     v     v     v     v     v     v     v     v     v     v     v   0/1     ^     v   0/2   1/3
  E    5     v     v     v     v     v     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4
  F    8     v     v     v     v     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5
  G   13     v     v     v     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6
  H   20     v     v     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8
  J   32     v     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10
  K   50     v     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13
  L   80     v     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^
  M  125     v     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^     ^
  N  200     v     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^     ^     ^
  P  315     v   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^     ^     ^     ^
  Q  500   0/1     ^     v   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^     ^     ^     ^     ^
  R  800     ^     ^   0/2   1/3   1/4   2/5   3/6   5/8  7/10 10/13     ^     ^     ^     ^     ^     ^
`;

/** Master tables by severity, as text. */
export const masterTables: Readonly<Record<AqlSeverity, string>> = { normal, tightened, reduced };
