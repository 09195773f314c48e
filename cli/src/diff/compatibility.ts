import type { Compatibility } from '@millwright/diff';

/** How schema registries name what a new version of a schema must keep, to the version before or to all. */
export type CompatibilityMode = Compatibility | `${Compatibility}_TRANSITIVE`;

/** What a mode asks: which way schemas are judged, and whether every release counts or only the latest. */
export function modeOf(mode: CompatibilityMode | undefined): {
  readonly compatibility?: Compatibility;
  readonly isTransitive: boolean;
} {
  if (mode === undefined) return { isTransitive: false };
  const compatibility = mode.replace('_TRANSITIVE', '') as Compatibility;
  return { compatibility, isTransitive: compatibility !== mode };
}
