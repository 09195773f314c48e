import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const systemOfRecordDeclared: LintRule = {
  id: 'lint/system-of-record-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares its system of record.',
  why: 'Two systems correct each other for ever when nobody says which one is right.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name } of lacking(contract, 'systemOfRecord'))
      report(place, `${name} declares no system of record`);
  },
};
