import type { LintRule } from './lint-rule.ts';
import { batchNotOnRealTimeChannel } from './rules/batch-not-on-real-time-channel/rule.ts';
import { criticalityDeclared } from './rules/criticality-declared/rule.ts';
import { deprecationHasSunset } from './rules/deprecation-has-sunset/rule.ts';
import { enumValuesDescribed } from './rules/enum-values-described/rule.ts';
import { errorsAreProblems } from './rules/errors-are-problems/rule.ts';
import { eventsCarryEnvelope } from './rules/events-carry-envelope/rule.ts';
import { examplesValid } from './rules/examples-valid/rule.ts';
import { latencyDeclared } from './rules/latency-declared/rule.ts';
import { lifecycleDeclared } from './rules/lifecycle-declared/rule.ts';
import { listsArePaged } from './rules/lists-are-paged/rule.ts';
import { noFloatingPoint } from './rules/no-floating-point/rule.ts';
import { oneSystemOfRecord } from './rules/one-system-of-record/rule.ts';
import { operationIdPresent } from './rules/operation-id-present/rule.ts';
import { ownerDeclared } from './rules/owner-declared/rule.ts';
import { pathParametersDeclared } from './rules/path-parameters-declared/rule.ts';
import { patternSafe } from './rules/pattern-safe/rule.ts';
import { producerMayWrite } from './rules/producer-may-write/rule.ts';
import { propertyDescribed } from './rules/property-described/rule.ts';
import { propertyExample } from './rules/property-example/rule.ts';
import { rolesDeclared } from './rules/roles-declared/rule.ts';
import { schemaUsed } from './rules/schema-used/rule.ts';
import { statesSound } from './rules/states-sound/rule.ts';
import { systemOfRecordDeclared } from './rules/system-of-record-declared/rule.ts';
import { updatesTakeIfMatch } from './rules/updates-take-if-match/rule.ts';
import { vocabularyTotal } from './rules/vocabulary-total/rule.ts';
import { webhooksAreThin } from './rules/webhooks-are-thin/rule.ts';
import { writesTakeIdempotencyKey } from './rules/writes-take-idempotency-key/rule.ts';

/** Every rule, in the order of the ids; a test holds the list against the folders. */
export const rules: readonly LintRule[] = [
  batchNotOnRealTimeChannel,
  criticalityDeclared,
  deprecationHasSunset,
  enumValuesDescribed,
  errorsAreProblems,
  eventsCarryEnvelope,
  examplesValid,
  latencyDeclared,
  lifecycleDeclared,
  listsArePaged,
  noFloatingPoint,
  oneSystemOfRecord,
  operationIdPresent,
  ownerDeclared,
  pathParametersDeclared,
  patternSafe,
  producerMayWrite,
  propertyDescribed,
  propertyExample,
  rolesDeclared,
  schemaUsed,
  statesSound,
  systemOfRecordDeclared,
  updatesTakeIfMatch,
  vocabularyTotal,
  webhooksAreThin,
  writesTakeIdempotencyKey,
];
