import type { Severity } from '@millwright/contract';
import { type Change, inValue } from '../change.ts';
import { keywordOf } from './annotations.ts';

const shown = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text === undefined ? 'nothing' : text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** What happened, in words: property names in front, then the kind read as a sentence. */
export function happened({ kind, name, before, after }: Pick<Change, 'kind' | 'name' | 'before' | 'after'>): string {
  const about = name === undefined ? '' : ` ${name.startsWith('"') ? name : `'${name}'`}`;
  const from = before === undefined || after === undefined ? '' : ` from ${shown(before)} to ${shown(after)}`;
  const single =
    before === undefined && after !== undefined
      ? `: ${shown(after)}`
      : before !== undefined && after === undefined
        ? `: ${shown(before)}`
        : '';
  const became = /^property-became-(.*)$/.exec(kind);
  if (became !== null) return `Property${about} became ${became[1]}`;
  const member = /^(required|optional)-property-(added|removed)$/.exec(kind);
  if (member !== null) return `${member[1] === 'required' ? 'Required' : 'Optional'} property${about} was ${member[2]}`;
  const value = /^enum-value-(added|removed)$/.exec(kind);
  if (value !== null) return `Value${about} was ${value[1]}`;
  const type = /^type-(dropped|widened)$/.exec(kind);
  if (type !== null)
    return `Type${about} is ${type[1] === 'dropped' ? 'no longer' : 'now'} allowed: ${shown(before)} became ${shown(after)}`;
  const branch = /^(all|any|one)-of-branch-(added|removed)$/.exec(kind);
  if (branch !== null) return `Branch${about} of ${branch[1]}Of was ${branch[2]}`;
  if (kind === 'enum-added') return `Values are now limited to ${shown(after)}`;
  if (kind === 'enum-removed') return `Values are no longer limited to ${shown(before)}`;
  const words = kind.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${about}${from}${single}`;
}

const unread = {
  why: 'Whoever reads or writes the old form cannot read the new one.',
  fix: 'Keep the form, or add a member of another name.',
};
const travels = {
  why: 'Whoever left it out, as the contract had it, must send it from now on.',
  fix: 'Keep the mark, or make the member optional.',
};

/** Reasons and remedies of what no value shows. */
const ofAnnotations: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  default: { why: 'What is left out means something else.', fix: 'Keep the default, or release a new major version.' },
  format: { why: 'Whoever checks or reads the form expects another.', fix: 'Keep the format.' },
  'content-encoding': unread,
  'content-media-type': unread,
  'read-only': travels,
  'write-only': travels,
};

/** Message, reason and remedy of a change of a schema. */
export function sentenceOf(
  change: Change,
  towards: 'in' | 'out',
  severity: Severity,
): { readonly message: string; readonly why?: string; readonly fix?: string } {
  const reached = change.schema?.reached ?? [];
  const [first] = reached;
  const path =
    first === undefined
      ? ''
      : inValue(first.path)
          .map((step) => (step.kind === 'property' ? step.name : step.kind === 'others' ? '*' : '[]'))
          .join('.');
  const where =
    first === undefined ? '' : ` in ${first.usage.operation}, ${first.usage.place}${path === '' ? '' : ` at ${path}`}`;
  const more = reached.length > 1 ? ` and ${reached.length - 1} more` : '';
  const message = `${happened(change)}${where}${more}`;
  if (severity === 'info') return { message };
  return { message, ...reasonsOf(change.kind, towards) };
}

/** Who suffers from a change of a schema and what to do, by the way that values go. */
export function reasonsOf(kind: string, towards: 'in' | 'out'): { readonly why: string; readonly fix: string } {
  return ofAnnotations[keywordOf(kind)] ?? reasons[towards];
}

const reasons = {
  in: {
    why: 'Values that were accepted before are refused after this change.',
    fix: 'Accept what was accepted before, or release a new major version.',
  },
  out: {
    why: 'Readers may get values that they were told cannot occur.',
    fix: 'Give only what was given before, or release a new major version.',
  },
} as const;
