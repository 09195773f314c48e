import type { Trail } from './loss.ts';
import { MesError } from './mes-error.ts';

/** A mapping of `x-vocabulary` as the SDK holds it. */
export interface CodeMapping {
  readonly system: string;
  readonly field: string;
  readonly toSystem: Readonly<Record<string, string>>;
  readonly fromSystem: Readonly<Record<string, string>>;
  readonly loss: string;
  readonly reason?: string;
}

/** Code of the system. What would come back as another code is told as a loss. */
export function codeToSystem(mapping: CodeMapping, own: string, pointer: string, trail: Trail): string {
  const code = lookUp(mapping.toSystem, own);
  if (code === undefined) throw unknownCode(mapping, own, mapping.toSystem, { key: trail.key, pointer });
  const back = lookUp(mapping.fromSystem, code);
  if (back !== own) trail.losses.push({ pointer, reason: `${own} is told as ${code}, which means ${back}` });
  return code;
}

/** Canonical code. What would go back as another code is told as a loss. */
export function codeFromSystem(mapping: CodeMapping, code: string, pointer: string, trail: Trail): string {
  const own = lookUp(mapping.fromSystem, code);
  if (own === undefined) throw unknownCode(mapping, code, mapping.fromSystem, { key: trail.key, pointer });
  const back = lookUp(mapping.toSystem, own);
  if (back !== code) trail.losses.push({ pointer, reason: `${code} is read as ${own}, which goes back as ${back}` });
  return own;
}

/** Codes come from outside: `constructor` is no code. */
function lookUp(table: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

function unknownCode(
  { system, field }: CodeMapping,
  code: string,
  table: Readonly<Record<string, string>>,
  at: { readonly key: string; readonly pointer: string },
): MesError {
  return new MesError(
    'mes/unknown-code',
    `${JSON.stringify(code)} is no code of ${field} (${system})`,
    at,
    `Send one of ${Object.keys(table).join(', ')}, or map the code in schemas/vocabularies.`,
  );
}
