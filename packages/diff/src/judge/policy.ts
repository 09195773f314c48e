import type { Severity } from '@millwright/contract';

/** How a kind of change is judged and told. `{name}`, `{before}`, `{after}` and `{operation}` are filled in. */
export interface Verdict {
  readonly severity: Severity;
  /** What breaks: values on the wire, or only code that was generated from the contract. */
  readonly breaks: 'wire' | 'code' | 'nothing';
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
}

const gone = 'Whoever calls or listens gets an error or nothing.';
const keep = 'Keep it, mark it deprecated with a sunset date, and remove it in the next major version.';

/**
 * The judgement of what is no schema: one table. What is got may only widen, what is given may only narrow; schemas are judged by
 * proof instead (see judge.ts).
 */
export const policy: Readonly<Record<string, Verdict>> = {
  'operation-removed': {
    severity: 'error',
    breaks: 'wire',
    message: 'Operation {operation} was removed',
    why: gone,
    fix: keep,
  },
  'operation-removed-after-sunset': {
    severity: 'info',
    breaks: 'wire',
    message: 'Operation {operation} was removed after its sunset',
  },
  'operation-added': { severity: 'info', breaks: 'nothing', message: 'Operation {operation} was added' },
  'operation-moved': {
    severity: 'error',
    breaks: 'wire',
    message: 'Operation {before} moved to {after}',
    why: gone,
    fix: 'Keep the old path until its sunset.',
  },
  'operation-deprecated': { severity: 'info', breaks: 'nothing', message: 'Operation {operation} was deprecated' },
  'operation-id-changed': {
    severity: 'warning',
    breaks: 'code',
    message: 'The operationId of {operation} changed from {before} to {after}',
    why: 'Generated functions get another name.',
    fix: 'Keep the operationId.',
  },
  'path-parameter-renamed': {
    severity: 'warning',
    breaks: 'code',
    message: 'A path parameter of {operation} was renamed: {before} became {after}',
    why: 'Generated functions take another argument; the wire is the same.',
    fix: 'Keep the name.',
  },
  'parameter-removed': {
    severity: 'warning',
    breaks: 'wire',
    message: 'Parameter {name} of {operation} was removed',
    why: 'Callers still send it; it is ignored or refused.',
    fix: keep,
  },
  'required-parameter-added': {
    severity: 'error',
    breaks: 'wire',
    message: 'Required parameter {name} was added to {operation}',
    why: 'Callers that do not know it are refused.',
    fix: 'Make it optional with a default.',
  },
  'optional-parameter-added': {
    severity: 'info',
    breaks: 'nothing',
    message: 'Optional parameter {name} was added to {operation}',
  },
  'parameter-became-required': {
    severity: 'error',
    breaks: 'wire',
    message: 'Parameter {name} of {operation} became required',
    why: 'Callers that omit it are refused.',
    fix: 'Keep it optional with a default.',
  },
  'parameter-became-optional': {
    severity: 'info',
    breaks: 'nothing',
    message: 'Parameter {name} of {operation} became optional',
  },
  'parameter-serialisation-changed': {
    severity: 'error',
    breaks: 'wire',
    message: 'Parameter {name} of {operation} is written otherwise: {before} became {after}',
    why: 'Values that callers send are read otherwise.',
    fix: 'Keep style and explode.',
  },
  'required-body-added': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} now demands a body',
    why: 'Callers that send none are refused.',
    fix: 'Make the body optional.',
  },
  'optional-body-added': { severity: 'info', breaks: 'nothing', message: '{operation} now takes a body' },
  'body-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer takes a body',
    why: 'What callers send is ignored or refused.',
    fix: keep,
  },
  'body-became-required': {
    severity: 'error',
    breaks: 'wire',
    message: 'The body of {operation} became required',
    why: 'Callers that send none are refused.',
    fix: 'Keep it optional.',
  },
  'body-became-optional': { severity: 'info', breaks: 'nothing', message: 'The body of {operation} became optional' },
  'request media-type-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer takes {name}',
    why: 'Callers that send it are refused.',
    fix: keep,
  },
  'request media-type-added': { severity: 'info', breaks: 'nothing', message: '{operation} now takes {name}' },
  'response media-type-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer answers with {name}',
    why: 'Callers that read it cannot.',
    fix: keep,
  },
  'response media-type-added': { severity: 'info', breaks: 'nothing', message: '{operation} can answer with {name}' },
  'success-response-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer answers {name}',
    why: 'Callers wait for an answer that does not come.',
    fix: keep,
  },
  'error-response-removed': {
    severity: 'warning',
    breaks: 'code',
    message: '{operation} no longer declares {name}',
    why: 'Code that handles it is dead.',
    fix: 'Keep declaring it while it can occur.',
  },
  'success-response-added': {
    severity: 'warning',
    breaks: 'wire',
    message: '{operation} can answer {name}',
    why: 'Callers that know the old answers only meet a new one.',
    fix: 'Announce it, or answer it only when asked.',
  },
  'error-response-added': { severity: 'info', breaks: 'nothing', message: '{operation} can answer {name}' },
  'required-header-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer gives the header of {name}',
    why: 'Callers that read it get nothing.',
    fix: keep,
  },
  'optional-header-removed': {
    severity: 'warning',
    breaks: 'wire',
    message: '{operation} no longer declares the header of {name}',
    why: 'Callers that read it get nothing.',
    fix: keep,
  },
  'header-added': { severity: 'info', breaks: 'nothing', message: '{operation} gives the header of {name}' },
  'header-became-required': {
    severity: 'info',
    breaks: 'nothing',
    message: 'The header of {name} is always given by {operation}',
  },
  'header-became-optional': {
    severity: 'error',
    breaks: 'wire',
    message: 'The header of {name} may be missing in {operation}',
    why: 'Callers that rely on it get nothing.',
    fix: 'Keep giving it.',
  },
  'security-tightened': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} can no longer be called with {name}',
    why: 'Callers with these credentials are refused.',
    fix: 'Keep the alternative until callers have moved.',
  },
  'security-alternative-added': {
    severity: 'info',
    breaks: 'nothing',
    message: '{operation} can be called with {name}',
  },
  'channel-removed': {
    severity: 'error',
    breaks: 'wire',
    message: 'Channel {operation} was removed',
    why: gone,
    fix: keep,
  },
  'channel-added': { severity: 'info', breaks: 'nothing', message: 'Channel {operation} was added' },
  'channel-address-changed': {
    severity: 'error',
    breaks: 'wire',
    message: 'The address of channel {operation} changed from {before} to {after}',
    why: 'Messages go where nobody listens.',
    fix: 'Serve both addresses until the old one has no reader.',
  },
  'channel-parameter-value-removed': {
    severity: 'error',
    breaks: 'wire',
    message: 'Channel {operation} no longer takes {name}',
    why: 'Addresses with this value are gone.',
    fix: keep,
  },
  'send-operation-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} is no longer sent',
    why: 'Subscribers wait for ever.',
    fix: keep,
  },
  'receive-operation-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} is no longer received',
    why: 'What publishers send is lost.',
    fix: keep,
  },
  'send-operation-added': { severity: 'info', breaks: 'nothing', message: '{operation} is sent' },
  'receive-operation-added': { severity: 'info', breaks: 'nothing', message: '{operation} is received' },
  'send message-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer sends message {name}',
    why: 'Subscribers wait for ever.',
    fix: keep,
  },
  'send message-added': {
    severity: 'warning',
    breaks: 'wire',
    message: '{operation} can send message {name}',
    why: 'Subscribers that know the old messages only meet a new one.',
    fix: 'Give it a channel of its own, or announce it.',
  },
  'receive message-removed': {
    severity: 'error',
    breaks: 'wire',
    message: '{operation} no longer takes message {name}',
    why: 'What publishers send is refused.',
    fix: keep,
  },
  'receive message-added': { severity: 'info', breaks: 'nothing', message: '{operation} takes message {name}' },
  'message-content-type-changed': {
    severity: 'error',
    breaks: 'wire',
    message: 'Message {name} of {operation} is written as {after}, no longer as {before}',
    why: 'Readers cannot decode it.',
    fix: 'Send the new form as a message of its own.',
  },
  'role-lost-right': {
    severity: 'error',
    breaks: 'wire',
    message: 'A role lost a right on {operation}: {name}',
    why: 'Systems in this role are refused.',
    fix: 'Agree with the role first.',
  },
  'role-gained-right': { severity: 'info', breaks: 'nothing', message: 'A role gained a right on {operation}: {name}' },
  'owner-changed': {
    severity: 'warning',
    breaks: 'nothing',
    message: '{operation} went from {before} to {after}',
    why: 'Approvals and questions go to somebody else.',
    fix: 'Have both teams approve.',
  },
  'system-of-record-changed': {
    severity: 'error',
    breaks: 'wire',
    message: 'The system of record of {operation} went from {before} to {after}',
    why: 'The truth is somewhere else; who asks the old system gets stale data.',
    fix: 'Release a major version with a migration.',
  },
  'schema-removed': {
    severity: 'error',
    breaks: 'code',
    message: 'Schema {operation} was removed',
    why: 'Whoever refers to it cannot resolve it.',
    fix: keep,
  },
};
