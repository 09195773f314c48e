import { broken, gone, keep, noticed, removals, renamed, safe, sunsets, towards, type Verdicts } from './verdict.ts';

const identity: Verdicts = {
  ...removals('operation', 'Operation {operation} was removed', gone),
  'operation-added': safe('Operation {operation} was added'),
  'operation-moved': broken('Operation {before} moved to {after}', gone, 'Keep the old path until its sunset.'),
  'operation-deprecated': safe('Operation {operation} was deprecated'),
  'operation-reactivated': safe('Operation {operation} is no longer deprecated'),
  'operation-id-added': safe('Operation {operation} got the operationId {after}'),
  'operation-id-removed': renamed(
    'Operation {operation} lost its operationId {before}',
    'Generated functions get another name.',
    'Keep the operationId.',
  ),
  'operation-id-changed': renamed(
    'The operationId of {operation} changed from {before} to {after}',
    'Generated functions get another name.',
    'Keep the operationId.',
  ),
  'operation-tag-added': safe('Operation {operation} got the tag {name}'),
  'operation-tag-removed': safe('Operation {operation} lost the tag {name}'),
  'path-parameter-renamed': renamed(
    'A path parameter of {operation} was renamed: {before} became {after}',
    'Generated functions take another argument; the wire is the same.',
    'Keep the name.',
  ),
  ...removals('webhook', '{operation} is no longer called', 'Listeners wait for ever.'),
  'webhook-added': safe('{operation} is called'),
  'webhook-moved': renamed(
    '{before} became {after}',
    'Listeners are registered under the old name.',
    'Keep the name and the method.',
  ),
  ...removals('callback', '{operation} is no longer called', 'Listeners wait for ever.'),
  'callback-added': safe('{operation} is called'),
  'callback-moved': broken(
    '{before} became {after}',
    'The answer goes where nobody listens.',
    'Keep the expression and the method.',
  ),
};

const parameters: Verdicts = {
  ...towards(['request'], {
    'parameter-removed': noticed(
      'Parameter {name} of {operation} was removed',
      'Callers still send it; it is ignored or refused.',
      keep,
    ),
    'parameter-removed-without-sunset': noticed(
      'Parameter {name} of {operation} was removed; it was deprecated without a sunset date',
      'Callers still send it; it is ignored or refused.',
      'Give it a sunset date first.',
    ),
    'parameter-removed-before-sunset': broken(
      'Parameter {name} of {operation} was removed before its sunset',
      'Callers were told that they may still send it.',
      'Wait for the sunset date.',
    ),
    'parameter-removed-after-sunset': safe('Parameter {name} of {operation} was removed after its sunset'),
    'required-parameter-added': broken(
      'Required parameter {name} was added to {operation}',
      'Callers that do not know it are refused.',
      'Make it optional with a default.',
    ),
    'optional-parameter-added': safe('Optional parameter {name} was added to {operation}'),
    'parameter-became-required': broken(
      'Parameter {name} of {operation} became required',
      'Callers that omit it are refused.',
      'Keep it optional with a default.',
    ),
    'parameter-became-optional': safe('Parameter {name} of {operation} became optional'),
  }),
  ...towards(['send'], {
    'required-parameter-removed': broken(
      '{operation} is called without parameter {name}',
      'Listeners that rely on it get nothing.',
      keep,
    ),
    'optional-parameter-removed': noticed(
      '{operation} is never called with parameter {name}',
      'Listeners that read it get nothing.',
      keep,
    ),
    'required-parameter-added': safe('{operation} is called with parameter {name}'),
    'optional-parameter-added': safe('{operation} can be called with parameter {name}'),
    'parameter-became-required': safe('{operation} is always called with parameter {name}'),
    'parameter-became-optional': broken(
      '{operation} may be called without parameter {name}',
      'Listeners that rely on it get nothing.',
      'Keep sending it.',
    ),
  }),
  ...sunsets('parameter-sunset', 'Parameter {name} of {operation}'),
  'parameter-deprecated': safe('Parameter {name} of {operation} was deprecated'),
  'parameter-reactivated': safe('Parameter {name} of {operation} is no longer deprecated'),
  'parameter-serialisation-changed': broken(
    'Parameter {name} of {operation} is written otherwise: {before} became {after}',
    'Values that callers send are read otherwise.',
    'Keep style, explode and content.',
  ),
  'parameter-media-type-changed': broken(
    'Parameter {name} of {operation} is written as {after}, no longer as {before}',
    'Values that callers send cannot be read.',
    'Add a parameter of another name.',
  ),
  'parameter-empty-allowed': safe('Parameter {name} of {operation} may be sent without a value'),
  'parameter-empty-refused': broken(
    'Parameter {name} of {operation} can no longer be sent without a value',
    'Callers that send it empty are refused.',
    'Keep allowEmptyValue.',
  ),
  'parameter-reserved-allowed': safe('Parameter {name} of {operation} may hold reserved characters as they are'),
  'parameter-reserved-escaped': broken(
    'Parameter {name} of {operation} must have its reserved characters escaped',
    'Values that callers send end too early or are split.',
    'Keep allowReserved.',
  ),
};

const bodies: Verdicts = {
  ...towards(['request'], {
    'required-body-added': broken(
      '{operation} now demands a body',
      'Callers that send none are refused.',
      'Make the body optional.',
    ),
    'optional-body-added': safe('{operation} now takes a body'),
    'required-body-removed': broken('{operation} no longer takes a body', 'What callers send is refused.', keep),
    'optional-body-removed': broken(
      '{operation} no longer takes a body',
      'What callers send is ignored or refused.',
      keep,
    ),
    'body-became-required': broken(
      'The body of {operation} became required',
      'Callers that send none are refused.',
      'Keep it optional.',
    ),
    'body-became-optional': safe('The body of {operation} became optional'),
  }),
  ...towards(['send'], {
    'required-body-added': safe('{operation} is called with a body'),
    'optional-body-added': safe('{operation} can be called with a body'),
    'required-body-removed': broken('{operation} is called without a body', 'Listeners get nothing.', keep),
    'optional-body-removed': noticed('{operation} is never called with a body', 'Listeners get nothing.', keep),
    'body-became-required': safe('{operation} is always called with a body'),
    'body-became-optional': broken(
      '{operation} may be called without a body',
      'Listeners that rely on it get nothing.',
      'Keep sending it.',
    ),
  }),
};

export const operations: Verdicts = { ...identity, ...parameters, ...bodies };
