import type { Severity } from '@millwright/contract';
import { schemaKinds } from '../compare/keywords.ts';
import { ruleSeverityOf } from './annotations.ts';
import { tables } from './policy.ts';
import { happened, reasonsOf } from './wording.ts';

/** A code that a comparison can print, and what it means. */
export interface DiffRule {
  readonly code: string;
  /** What it is about: a table of the policy, or schemas of what the application gets (`requests`) or gives (`responses`). */
  readonly area: keyof typeof tables | 'requests' | 'responses';
  /** What happened; `<name>`, `<before>`, `<after>` and `<operation>` stand for what differs from case to case. */
  readonly event: string;
  /**
   * `proof`: a value decides. Error where the contract allows it, warning where it has undeclared members, info where there is none.
   * `use`: no value shows it, and it matters where it stands.
   */
  readonly severity: Severity | 'proof' | 'use';
  readonly breaks: 'wire' | 'code' | 'nothing';
  readonly why?: string;
  readonly fix?: string;
}

/** A key of the policy is a kind, or a direction and a kind. */
export function codeOfVerdict(key: string): string {
  return `diff/${key.replace(' ', '-')}`;
}

/** To a schema it makes no difference whether its values travel by REST or by message. */
export function codeOfProof(kind: string, towards: 'in' | 'out'): string {
  return `diff/${towards === 'in' ? 'request' : 'response'}-${kind}`;
}

/** What happened to a schema, keywords as they are written. */
function eventOf(kind: string): string {
  const [, branch, fate] = /^(all|any|one)-of-branch-(added|removed)$/.exec(kind) ?? [];
  if (branch !== undefined) return `A branch of ${branch}Of was ${fate}`;
  const [, words = '', change] =
    /^(?!(?:required|optional)-property-|enum-value-)(.+)-(added|removed|changed|increased|decreased)$/.exec(kind) ??
    [];
  if (change === undefined) return happened({ kind });
  return `The keyword ${words.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())} was ${change}`;
}

const byCode = (rules: readonly DiffRule[]): readonly DiffRule[] =>
  [...rules].sort((left, right) => (left.code < right.code ? -1 : 1));

function judgedByPolicy(): readonly DiffRule[] {
  return Object.entries(tables).flatMap(([area, verdicts]) =>
    byCode(
      Object.entries(verdicts).map(([key, { message, ...verdict }]) => ({
        code: codeOfVerdict(key),
        area: area as DiffRule['area'],
        event: message.replace(/\{(name|before|after|operation)\}/g, '<$1>'),
        ...verdict,
      })),
    ),
  );
}

function judgedByProof(towards: 'in' | 'out'): readonly DiffRule[] {
  return byCode(
    schemaKinds.map((kind): DiffRule => {
      const severity = ruleSeverityOf(kind, towards) ?? 'proof';
      return {
        code: codeOfProof(kind, towards),
        area: towards === 'in' ? 'requests' : 'responses',
        event: `${eventOf(kind)} in what the application ${towards === 'in' ? 'gets' : 'gives'}`,
        severity,
        breaks: severity === 'info' ? 'nothing' : 'wire',
        ...(severity === 'info' ? {} : reasonsOf(kind, towards)),
      };
    }),
  );
}

/** Every code that a comparison can print, by area and code. */
export const diffRules: readonly DiffRule[] = [...judgedByPolicy(), ...judgedByProof('in'), ...judgedByProof('out')];
