import type { Severity } from '@millwright/contract';
import type { Change, SchemaChange } from '../change.ts';

type Ways = SchemaChange['reached'];

/** The keyword that a kind is about, without what happened to it. */
export const keywordOf = (kind: string): string => kind.replace(/-(added|removed|changed|increased|decreased)$/, '');

/**
 * The severity of a kind that no value can show: annotations are judged by who acts on them. `use`: by where the value stands.
 * Undefined for what values show.
 */
export function ruleSeverityOf(kind: string, towards: 'in' | 'out'): Severity | 'use' | undefined {
  const keyword = keywordOf(kind);
  switch (keyword) {
    case 'deprecated':
      return 'info';
    case 'read-only':
    case 'write-only':
      return towards === hidingSides[keyword] && !kind.endsWith('-added') ? 'use' : 'info';
    case 'default':
      return towards === 'in' ? 'use' : 'warning';
    case 'content-encoding':
    case 'content-media-type':
      return kind.endsWith('-changed') ? 'error' : 'warning';
    case 'format':
      return 'warning';
    default:
      return undefined;
  }
}

/** Where a member so marked does not travel. */
const hidingSides = { 'read-only': 'in', 'write-only': 'out' } as const;

export function annotationSeverity(change: Change, ways: Ways, towards: 'in' | 'out'): Severity | undefined {
  const severity = ruleSeverityOf(change.kind, towards);
  if (severity !== 'use') return severity;
  if (keywordOf(change.kind) === 'default') return ways.some(isLeftOut) ? 'error' : 'warning';
  return mustTravel(change, ways) ? 'warning' : 'info';
}

/** A caller that leaves a parameter out keeps to the contract, and means the default. */
function isLeftOut({ usage, path }: Ways[number]): boolean {
  return usage.direction === 'request' && usage.isOptional === true && path.length === 0;
}

/** A member that is demanded and did not travel this way must travel now. Messages know no such members. */
function mustTravel({ before }: Change, ways: Ways): boolean {
  return ways.some(({ usage, path }) => {
    const last = path.at(-1);
    const isHttp = usage.direction === 'request' || usage.direction === 'response';
    return before === true && isHttp && last?.kind === 'property' && last.isRequired === true;
  });
}
