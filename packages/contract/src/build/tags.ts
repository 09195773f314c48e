import type { Tag } from '../contract.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import { textAt } from './shape.ts';

/** Tags that a document, an operation or a message lists as objects. */
export function readTags(workspace: Workspace, cursor: Cursor): readonly Tag[] {
  return children(child(cursor, 'tags')).flatMap(([, tag]) => {
    const followed = follow(workspace, tag);
    const name = followed === undefined ? undefined : textAt(workspace, followed, 'name');
    if (followed === undefined || name === undefined) return [];
    const texts: Record<string, string> = {};
    for (const member of ['summary', 'description', 'parent', 'kind']) {
      const value = textAt(workspace, followed, member);
      if (value !== undefined) texts[member] = value;
    }
    return [{ name, ...texts }];
  });
}
