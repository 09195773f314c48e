import { diffRules } from '@millwright/diff';
import { content } from './diff-examples/content.ts';
import { documents } from './diff-examples/documents.ts';
import { events } from './diff-examples/events.ts';
import { governance } from './diff-examples/governance.ts';
import { meanings } from './diff-examples/meanings.ts';
import { operations } from './diff-examples/operations.ts';
import { requests } from './diff-examples/requests.ts';
import { responses } from './diff-examples/responses.ts';
import type { Explanation } from './explanations.ts';

const examples = { content, documents, events, governance, meanings, operations, requests, responses };

/** What each kind of change means; the law is what happened. */
export const diffExplanations: readonly Explanation[] = diffRules.map(({ code, area, event, severity, why, fix }) => {
  const example = examples[area][code];
  return {
    code,
    law: `${event}.`,
    ...(why === undefined ? {} : { why }),
    fix: fix ?? 'Nothing to do.',
    severity: severity === 'proof' || severity === 'use' ? `by ${severity}` : severity,
    ...(example === undefined ? {} : { example }),
  };
});

/** Codes about what a comparison is given. */
export const comparisonCodes: readonly Explanation[] = [
  {
    code: 'diff/approval-unused',
    law: 'Every approval matches a finding.',
    why: 'A leftover lets the same break through when it comes back.',
    fix: 'Remove it from the approvals.',
    severity: 'error',
  },
  {
    code: 'diff/approval-expired',
    law: 'An approval holds until its day.',
    why: 'Nobody has decided that the break is still wanted.',
    fix: 'Ask again and give it a new date, or mend the contract.',
    severity: 'error',
  },
  {
    code: 'diff/release-altered',
    law: 'A release is what was released, byte for byte.',
    why: 'A release that changes afterwards hides what breaks those who rely on it.',
    fix: 'Restore the file from version control, and release the change under a new version.',
    severity: 'error',
  },
];
