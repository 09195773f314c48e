import { isJsonObject, type JsonValue, type Sourced } from '@millwright/contract';
import type { Change } from '../change.ts';
import { type Facts, listDifference } from './facts.ts';
import { followed, rawOf } from './values.ts';

/** What things are grouped by, in lists that people read. */
export function compareTagNames(
  base: readonly string[],
  revision: readonly string[],
  about: Omit<Change, 'kind' | 'name'>,
  facts: Facts,
): void {
  const tags = listDifference(base, revision);
  for (const name of tags.removed) facts.changes.push({ ...about, kind: 'tag-removed', name });
  for (const name of tags.added) facts.changes.push({ ...about, kind: 'tag-added', name });
}

/** Tags of what the model keeps none for. */
export function tagNamesOf(node: Sourced): readonly string[] {
  const { tags } = rawOf(node);
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag): readonly string[] => {
    const written = followed(tag as JsonValue, node);
    return isJsonObject(written) && typeof written['name'] === 'string' ? [written['name']] : [];
  });
}
