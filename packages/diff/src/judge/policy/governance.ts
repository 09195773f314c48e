import { agreed, broken, noticed, safe, sunsets, type Verdicts } from './verdict.ts';

const rights: Verdicts = {
  'role-lost-right': broken(
    'A role lost a right on {operation}: {name}',
    'Systems in this role are refused.',
    'Agree with the role first.',
  ),
  'role-gained-right': safe('A role gained a right on {operation}: {name}'),
  'owner-changed': agreed(
    '{operation} went from {before} to {after}',
    'Approvals and questions go to somebody else.',
    'Have both teams approve.',
  ),
  'contact-changed': safe('Questions about {operation} go to {after}, no longer to {before}'),
  'system-of-record-changed': broken(
    'The system of record of {operation} went from {before} to {after}',
    'The truth is somewhere else; who asks the old system gets stale data.',
    'Release a major version with a migration.',
  ),
  'interaction-pattern-added': safe('{operation} can be used as {name}'),
  'interaction-pattern-removed': noticed(
    '{operation} can no longer be used as {name}',
    'Systems that use it so must change.',
    'Keep it until they have moved.',
  ),
  'approval-added': safe('{name} must agree to changes of {operation}'),
  'approval-removed': agreed(
    '{name} need no longer agree to changes of {operation}',
    'A change may pass without the people whom it meets.',
    'Have them approve this change.',
  ),
  'human-approval-demanded': noticed(
    '{operation} now needs a person who decides',
    'Automation that decided before is refused.',
    'Announce it to who automates it.',
  ),
  'human-approval-dropped': agreed(
    '{operation} no longer needs a person who decides',
    'Automation may decide what people were answerable for.',
    'Have the quality board approve.',
  ),
};

const late = 'Consumers plan with the time that was promised.';
const board = 'Have the teams that approve changes agree.';

const service: Verdicts = {
  'latency-class-declared': safe('{operation} promises the latency class {after}'),
  'latency-class-undeclared': agreed('{operation} no longer promises the latency class {before}', late, board),
  'latency-class-raised': noticed('{operation} is {after}, no longer {before}', late, 'Keep the class.'),
  'latency-class-lowered': safe('{operation} is {after}, no longer {before}'),
  'max-delay-declared': safe('{operation} promises a delay of at most {after}'),
  'max-delay-undeclared': agreed('{operation} no longer promises a delay of at most {before}', late, board),
  'max-delay-raised': noticed('{operation} may come after {after}, no longer {before}', late, 'Keep the delay.'),
  'max-delay-lowered': safe('{operation} comes after {after} at most, no longer {before}'),
  'criticality-declared': safe('{operation} {after}'),
  'criticality-undeclared': agreed(
    '{operation} no longer says that it {before}',
    'Nobody knows what its failure means.',
    board,
  ),
  'criticality-raised': safe('{operation} {after}; it was {before}'),
  'criticality-lowered': agreed(
    '{operation} is said to be less critical: {after}, no longer {before}',
    'It is watched and recovered with less care.',
    board,
  ),
  'retention-declared': safe('{operation} is kept for {after}'),
  'retention-undeclared': agreed(
    '{operation} no longer says how long it is kept',
    'Records may be deleted that somebody must keep.',
    board,
  ),
  'retention-raised': safe('{operation} is kept for {after}, no longer {before}'),
  'retention-lowered': agreed(
    '{operation} is kept for {after} only, no longer {before}',
    'Records may be deleted that somebody must keep.',
    board,
  ),
  'rto-declared': safe('{operation} is back within {after}'),
  'rto-undeclared': agreed('{operation} no longer says when it is back after a failure', late, board),
  'rto-raised': agreed('{operation} is back within {after}, no longer {before}', late, board),
  'rto-lowered': safe('{operation} is back within {after}, no longer {before}'),
  'rpo-declared': safe('{operation} loses at most {after} of data'),
  'rpo-undeclared': agreed(
    '{operation} no longer says how much data a failure may cost',
    'Nobody knows what must be entered again.',
    board,
  ),
  'rpo-raised': agreed(
    '{operation} may lose {after} of data, no longer {before}',
    'More must be entered again after a failure.',
    board,
  ),
  'rpo-lowered': safe('{operation} loses at most {after} of data, no longer {before}'),
};

const lifecycle: Verdicts = {
  'classification-declared': safe('{operation} is {after}'),
  'classification-undeclared': agreed(
    '{operation} is no longer classified as {before}',
    'Nobody knows how to protect it.',
    board,
  ),
  'classification-raised': agreed(
    '{operation} is {after}, no longer {before}',
    'Whoever has it must protect it better.',
    'Tell every consumer before.',
  ),
  'classification-lowered': agreed(
    '{operation} is {after} only, no longer {before}',
    'It may go where it was not allowed to go.',
    board,
  ),
  'lifecycle-declared': safe('{operation} is {after}'),
  'lifecycle-undeclared': agreed(
    '{operation} no longer says whether it is {before}',
    'Nobody knows whether to build on it.',
    'Keep the status.',
  ),
  'lifecycle-raised': safe('{operation} is {after}, no longer {before}'),
  'lifecycle-lowered': agreed(
    '{operation} is {after} again, no longer {before}',
    'A promise is taken back, or an announced end.',
    'Say so to who relied on it.',
  ),
  ...sunsets('sunset', '{operation}'),
  ...sunsets('property-sunset', '{name} of {operation}'),
  'stability-declared': safe('{operation} is {after}'),
  'stability-undeclared': agreed(
    '{operation} no longer says that it is {before}',
    'Nobody knows whether to build on it.',
    'Keep the level.',
  ),
  'stability-raised': safe('{operation} is {after}, no longer {before}'),
  'stability-lowered': agreed(
    '{operation} is {after} only, no longer {before}',
    'Whoever built on it was promised more.',
    'Keep the level, or agree with who relies on it.',
  ),
};

export const governance: Verdicts = { ...rights, ...service, ...lifecycle };
