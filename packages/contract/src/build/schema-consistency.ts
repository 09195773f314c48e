import { joinPointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { isOfType } from './json-types.ts';

/** Reports keywords of one schema that contradict each other, so that some or all values are impossible. */
export function checkConsistency(workspace: Workspace, node: Schema): void {
  const { type, enum: members } = node;
  if (type !== undefined && members !== undefined) {
    members.forEach((value, index) => {
      if (type.some((name) => isOfType(value, name))) return;
      const location = locate(node.document, joinPointer(node.pointer, 'enum', index), 'value');
      workspace.report({
        code: 'contract/enum-type-mismatch',
        severity: value === null ? 'warning' : 'error',
        message: `Enum member ${JSON.stringify(value)?.slice(0, 80)} is not of type ${type.join(' or ')}`,
        location,
        why: 'No value can ever match this member; in YAML an unquoted word, date or number is often meant as text.',
        fix: 'Put the member in quotes, or correct the type.',
      });
    });
  }
  for (const [low, high] of [
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
    ['minProperties', 'maxProperties'],
    ['minimum', 'maximum'],
  ] as const) {
    const [least, most] = [node[low], node[high]];
    if (least === undefined || most === undefined || least <= most) continue;
    workspace.report({
      code: 'contract/bounds-contradict',
      severity: 'warning',
      message: `${low} ${least} is above ${high} ${most}: no value fits`,
      location: locate(node.document, joinPointer(node.pointer, low), 'value'),
      fix: 'Correct one of the two.',
    });
  }
}
