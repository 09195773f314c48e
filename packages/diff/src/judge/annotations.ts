import type { Severity } from '@millwright/contract';
import type { Change, SchemaChange } from '../change.ts';

type Ways = SchemaChange['reached'];

/** The keyword that a kind is about, without what happened to it. */
export const keywordOf = (kind: string): string => kind.replace(/-(added|removed|changed|increased|decreased)$/, '');

/**
 * What no value shows: annotations are judged by who acts on them. Undefined for what values show.
 */
export function annotationSeverity(change: Change, ways: Ways, towards: 'in' | 'out'): Severity | undefined {
  const keyword = keywordOf(change.kind);
  switch (keyword) {
    case 'deprecated':
      return 'info';
    case 'read-only':
    case 'write-only':
      return mustTravel(change, ways, keyword === 'read-only' ? 'in' : 'out', towards) ? 'warning' : 'info';
    case 'default':
      return towards === 'in' && ways.some(isLeftOut) ? 'error' : 'warning';
    case 'content-encoding':
    case 'content-media-type':
      return change.kind.endsWith('-changed') ? 'error' : 'warning';
    case 'format':
      return 'warning';
    default:
      return undefined;
  }
}

/** A caller that leaves a parameter out keeps to the contract, and means the default. */
function isLeftOut({ usage, path }: Ways[number]): boolean {
  return usage.direction === 'request' && usage.isOptional === true && path.length === 0;
}

/** A member that is demanded and did not travel this way must travel now. */
function mustTravel(change: Change, ways: Ways, hidden: 'in' | 'out', towards: 'in' | 'out'): boolean {
  if (hidden !== towards || change.before !== true) return false;
  return ways.some(({ usage, path }) => {
    const last = path.at(-1);
    const isHttp = usage.direction === 'request' || usage.direction === 'response';
    return isHttp && last?.kind === 'property' && last.isRequired === true;
  });
}
