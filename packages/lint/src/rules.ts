import type { LintRule } from './lint-rule.ts';
import { batchNotOnRealTimeChannel } from './rules/batch-not-on-real-time-channel/rule.ts';
import { channelAddressKebabCase } from './rules/channel-address-kebab-case/rule.ts';
import { commonTypesUsed } from './rules/common-types-used/rule.ts';
import { criticalityDeclared } from './rules/criticality-declared/rule.ts';
import { deprecationHasSunset } from './rules/deprecation-has-sunset/rule.ts';
import { enumValuesDescribed } from './rules/enum-values-described/rule.ts';
import { errorsAreProblems } from './rules/errors-are-problems/rule.ts';
import { eventHeaderLowerCase } from './rules/event-header-lower-case/rule.ts';
import { eventsCarryEnvelope } from './rules/events-carry-envelope/rule.ts';
import { examplesValid } from './rules/examples-valid/rule.ts';
import { fileReachable } from './rules/file-reachable/rule.ts';
import { governanceValuesKnown } from './rules/governance-values-known/rule.ts';
import { humanApprovalDeclared } from './rules/human-approval-declared/rule.ts';
import { latencyDeclared } from './rules/latency-declared/rule.ts';
import { lifecycleDeclared } from './rules/lifecycle-declared/rule.ts';
import { listsArePaged } from './rules/lists-are-paged/rule.ts';
import { noFloatingPoint } from './rules/no-floating-point/rule.ts';
import { objectGoverned } from './rules/object-governed/rule.ts';
import { oneSystemOfRecord } from './rules/one-system-of-record/rule.ts';
import { operationIdCamelCase } from './rules/operation-id-camel-case/rule.ts';
import { operationIdPresent } from './rules/operation-id-present/rule.ts';
import { ownerDeclared } from './rules/owner-declared/rule.ts';
import { parameterCamelCase } from './rules/parameter-camel-case/rule.ts';
import { pathKebabCase } from './rules/path-kebab-case/rule.ts';
import { pathParametersDeclared } from './rules/path-parameters-declared/rule.ts';
import { pathTemplatesDistinct } from './rules/path-templates-distinct/rule.ts';
import { patternSafe } from './rules/pattern-safe/rule.ts';
import { producerMayWrite } from './rules/producer-may-write/rule.ts';
import { propertyCamelCase } from './rules/property-camel-case/rule.ts';
import { propertyDescribed } from './rules/property-described/rule.ts';
import { propertyExample } from './rules/property-example/rule.ts';
import { rolesDeclared } from './rules/roles-declared/rule.ts';
import { schemaNamePascalCase } from './rules/schema-name-pascal-case/rule.ts';
import { schemaUsed } from './rules/schema-used/rule.ts';
import { securityDeclared } from './rules/security-declared/rule.ts';
import { statesDeclared } from './rules/states-declared/rule.ts';
import { statesSound } from './rules/states-sound/rule.ts';
import { successResponsePresent } from './rules/success-response-present/rule.ts';
import { systemOfRecordDeclared } from './rules/system-of-record-declared/rule.ts';
import { tagsDeclared } from './rules/tags-declared/rule.ts';
import { typeNamesUnique } from './rules/type-names-unique/rule.ts';
import { updatesTakeIfMatch } from './rules/updates-take-if-match/rule.ts';
import { vocabularyTotal } from './rules/vocabulary-total/rule.ts';
import { webhooksAreThin } from './rules/webhooks-are-thin/rule.ts';
import { workflowReferencesResolve } from './rules/workflow-references-resolve/rule.ts';
import { writesTakeIdempotencyKey } from './rules/writes-take-idempotency-key/rule.ts';

/** Every rule, in the order of the ids; a test holds the list against the folders. */
export const rules: readonly LintRule[] = [
  batchNotOnRealTimeChannel,
  channelAddressKebabCase,
  commonTypesUsed,
  criticalityDeclared,
  deprecationHasSunset,
  enumValuesDescribed,
  errorsAreProblems,
  eventHeaderLowerCase,
  eventsCarryEnvelope,
  examplesValid,
  fileReachable,
  governanceValuesKnown,
  humanApprovalDeclared,
  latencyDeclared,
  lifecycleDeclared,
  listsArePaged,
  noFloatingPoint,
  objectGoverned,
  oneSystemOfRecord,
  operationIdCamelCase,
  operationIdPresent,
  ownerDeclared,
  parameterCamelCase,
  pathKebabCase,
  pathParametersDeclared,
  pathTemplatesDistinct,
  patternSafe,
  producerMayWrite,
  propertyCamelCase,
  propertyDescribed,
  propertyExample,
  rolesDeclared,
  schemaNamePascalCase,
  schemaUsed,
  securityDeclared,
  statesDeclared,
  statesSound,
  successResponsePresent,
  systemOfRecordDeclared,
  tagsDeclared,
  typeNamesUnique,
  updatesTakeIfMatch,
  vocabularyTotal,
  webhooksAreThin,
  workflowReferencesResolve,
  writesTakeIdempotencyKey,
];
