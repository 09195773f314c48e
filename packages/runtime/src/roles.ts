/** Parts that systems play in a plant, by which `x-governance` says who may do what. */
export const roles = [
  'erp',
  'mes',
  'quality',
  'warehouse',
  'laboratory',
  'supplier',
  'analytics',
  'middleware',
] as const;

/** Throws a RangeError that names the nearest role: one that nobody has would be refused everything, and one misspelt in a list, too. */
export function demandRole(role: string): void {
  if ((roles as readonly string[]).includes(role)) return;
  const [nearest = ''] = [...roles].sort((left, right) => distance(role, left) - distance(role, right));
  throw new RangeError(
    `there is no role ${JSON.stringify(role)}; the nearest is ${nearest}, all are ${roles.join(', ')}`,
  );
}

/** Levenshtein: single characters to add, leave out or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, left] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, right] of [...to].entries()) {
      const [above = 0, diagonal = 0, before = 0] = [row[column + 1], row[column], next[column]];
      next.push(Math.min(above + 1, before + 1, diagonal + (left === right ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
