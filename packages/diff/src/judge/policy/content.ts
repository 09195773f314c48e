import { broken, keep, noticed, renamed, safe, towards, type Verdicts } from './verdict.ts';

const mediaTypes: Verdicts = {
  ...towards(['request', 'receive'], {
    'media-type-removed': broken('{operation} no longer takes {name}', 'Whoever sends it is refused.', keep),
    'media-type-added': safe('{operation} now takes {name}'),
    'media-type-widened': safe('{operation} takes {after}, no longer only {before}'),
    'media-type-narrowed': broken(
      '{operation} takes only {after}, no longer all of {before}',
      'Whoever sends another type is refused.',
      keep,
    ),
  }),
  ...towards(['response', 'send'], {
    'media-type-removed': broken('{operation} no longer gives {name}', 'Whoever reads it cannot.', keep),
    'media-type-widened': noticed(
      '{operation} can give {after}, no longer only {before}',
      'Readers may get a type that they cannot read.',
      'Name the types, and give a new one only to who asks for it.',
    ),
    'media-type-narrowed': safe('{operation} gives only {after} of {before}'),
  }),
  // An answer in another type goes to who asked for it; a webhook is not asked.
  'response media-type-added': safe('{operation} can answer with {name}'),
  'send media-type-added': noticed(
    '{operation} can be called with {name}',
    'Listeners may get a type that they cannot read.',
    'Send the new type only to who registered for it.',
  ),
  'media-type-parameters-changed': safe('The parameters of {name} in {operation} changed: {before} became {after}'),
  'encoding-added': noticed(
    'The part {name} of {operation} is written by rules of its own',
    'It was written by the default rules before.',
    'Keep the default, or release a new media type.',
  ),
  'encoding-removed': noticed(
    'The part {name} of {operation} is written by the default rules',
    'It was written by rules of its own before.',
    'Keep the encoding.',
  ),
  'encoding-changed': broken(
    'The part {name} of {operation} is written otherwise: {before} became {after}',
    'Readers of the old form cannot read it.',
    'Keep the encoding.',
  ),
};

const headers: Verdicts = {
  ...towards(['response'], {
    'required-header-removed': broken(
      '{operation} no longer gives the header {name}',
      'Whoever reads it gets nothing.',
      keep,
    ),
    'optional-header-removed': noticed(
      '{operation} no longer declares the header {name}',
      'Whoever reads it gets nothing.',
      keep,
    ),
    'required-header-added': safe('{operation} gives the header {name}'),
    'optional-header-added': safe('{operation} can give the header {name}'),
    'header-became-required': safe('{operation} always gives the header {name}'),
    'header-became-optional': broken(
      '{operation} may leave out the header {name}',
      'Whoever relies on it gets nothing.',
      'Keep giving it.',
    ),
  }),
  ...towards(['receive'], {
    'required-header-removed': noticed(
      '{operation} no longer declares the header {name}',
      'It is still sent, and ignored.',
      keep,
    ),
    'optional-header-removed': noticed(
      '{operation} no longer declares the header {name}',
      'It may still be sent, and is ignored.',
      keep,
    ),
    'required-header-added': broken(
      '{operation} demands the header {name}',
      'Whoever does not give it is refused.',
      'Make it optional.',
    ),
    'optional-header-added': safe('{operation} takes the header {name}'),
    'header-became-required': broken(
      '{operation} demands the header {name}',
      'Whoever does not give it is refused.',
      'Keep it optional.',
    ),
    'header-became-optional': safe('{operation} no longer demands the header {name}'),
  }),
  'header-serialisation-changed': broken(
    'The header {name} of {operation} is written otherwise',
    'Readers of the old form cannot read its objects.',
    'Keep explode.',
  ),
  'header-deprecated': safe('The header {name} of {operation} was deprecated'),
  'header-reactivated': safe('The header {name} of {operation} is no longer deprecated'),
};

const responses: Verdicts = {
  ...towards(['response'], {
    'success-status-removed': broken(
      '{operation} no longer answers {name}',
      'Callers wait for an answer that does not come.',
      keep,
    ),
    'error-status-removed': renamed(
      '{operation} no longer declares {name}',
      'Code that handles it is dead.',
      'Keep declaring it while it can occur.',
    ),
    'success-status-added': noticed(
      '{operation} can answer {name}',
      'Callers that know the old answers only meet a new one.',
      'Announce it, or answer it only when asked.',
    ),
    'error-status-added': safe('{operation} can answer {name}'),
    'status-widened': noticed(
      '{operation} can answer {after}, no longer only {before}',
      'Callers that know the old answer only meet a new one.',
      'Announce it, or list the answers.',
    ),
    'status-narrowed': safe('{operation} answers only {after} of {before}'),
  }),
  ...towards(['receive'], {
    'success-status-removed': broken(
      '{operation} no longer takes {name} for an answer',
      'Listeners that answer it are taken for failed.',
      keep,
    ),
    'error-status-removed': noticed(
      '{operation} no longer declares the answer {name}',
      'Listeners that answer it are handled otherwise.',
      'Keep declaring it.',
    ),
    'success-status-added': safe('{operation} takes {name} for an answer'),
    'error-status-added': safe('{operation} knows the answer {name}'),
    'status-widened': safe('{operation} takes {after} for an answer, no longer only {before}'),
    'status-narrowed': broken(
      '{operation} takes only {after} for an answer, no longer all of {before}',
      'Listeners that answer otherwise are taken for failed.',
      keep,
    ),
  }),
  'link-added': safe('The link {name} was added to {operation}'),
  'link-removed': renamed(
    'The link {name} of {operation} was removed',
    'Clients that follow it do not know what to call.',
    keep,
  ),
  'link-changed': renamed(
    'The link {name} of {operation} leads elsewhere',
    'Clients that follow it call something else.',
    'Add a link of another name.',
  ),
};

export const content: Verdicts = { ...mediaTypes, ...headers, ...responses };
