import type { Example } from '../contract.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';

/** `example` and `examples` of a parameter, header or media type. */
export function readExamples(workspace: Workspace, cursor: Cursor): readonly Example[] {
  const examples: Example[] = [];
  const single = child(cursor, 'example');
  if (single !== undefined)
    examples.push({ document: single.document, pointer: single.pointer, name: '', value: single.value });
  const several = child(cursor, 'examples');
  if (several !== undefined && Array.isArray(several.value)) return examples;
  for (const [name, reference] of children(several)) {
    const example = follow(workspace, reference);
    if (example === undefined) continue;
    const value = child(example, 'value') ?? child(example, 'dataValue');
    examples.push(
      value === undefined
        ? { document: example.document, pointer: example.pointer, name }
        : { document: value.document, pointer: value.pointer, name, value: value.value },
    );
  }
  return examples;
}
