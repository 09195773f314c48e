import { agreed, broken, keep, noticed, renamed, safe, type Verdicts } from './verdict.ts';

const credentials = 'Whoever is set up for the old way is refused.';
const side = 'Offer the new way beside the old one until everybody has moved.';

const security: Verdicts = {
  'security-tightened': broken(
    '{operation} can no longer be called with {name}',
    'Callers with these credentials are refused.',
    'Keep the alternative until callers have moved.',
  ),
  'security-alternative-added': safe('{operation} can be called with {name}'),
  'credentials-removed': broken(
    '{operation} no longer comes with {name}',
    'Listeners that check it refuse the call.',
    'Keep it until listeners have moved.',
  ),
  'credentials-added': noticed(
    '{operation} can come with {name}',
    'Listeners that check the old credentials only may refuse the call.',
    'Announce it before it is used.',
  ),
  'security-scheme-added': safe('Security scheme {name} was added'),
  // What no operation demands any more is told by the operations that demanded it.
  'security-scheme-removed': safe('Security scheme {name} was removed'),
  'security-scheme-renamed': renamed(
    'Security scheme {before} was renamed to {after}',
    'Configuration of generated code names it.',
    'Keep the name.',
  ),
  'security-type-changed': broken('Security scheme {name} is {after}, no longer {before}', credentials, side),
  'security-name-changed': broken(
    'The credential of security scheme {name} is called {after}, no longer {before}',
    credentials,
    side,
  ),
  'security-place-changed': broken(
    'The credential of security scheme {name} travels in {after}, no longer in {before}',
    credentials,
    side,
  ),
  'security-http-scheme-changed': broken(
    'Security scheme {name} is written as {after}, no longer as {before}',
    credentials,
    side,
  ),
  'security-bearer-format-changed': noticed(
    'Tokens of security scheme {name} are {after}, no longer {before}',
    'Whoever looks into tokens cannot read them.',
    'Treat tokens as opaque, and announce the new form.',
  ),
  'security-discovery-url-changed': broken(
    'Security scheme {name} is discovered at {after}, no longer at {before}',
    credentials,
    'Serve the old address until its sunset.',
  ),
  'security-flow-added': safe('The flow {name} was added'),
  'security-flow-removed': broken('The flow {name} was removed', credentials, side),
  'security-flow-url-added': safe('{name} is {after}'),
  'security-flow-url-removed': broken(
    '{name} is gone; it was {before}',
    'Whoever has the old address gets no token.',
    'Serve the old address until its sunset.',
  ),
  'security-flow-url-changed': broken(
    '{name} is {after}, no longer {before}',
    'Whoever has the old address gets no token.',
    'Serve the old address until its sunset.',
  ),
  'security-scope-added': safe('The scope {name} was added'),
  'security-scope-removed': broken(
    'The scope {name} was removed',
    'Whoever asks for it gets no token.',
    'Keep it as a scope without rights until its sunset.',
  ),
};

const elsewhere = 'Whoever has the old address reaches nobody.';

const servers: Verdicts = {
  'server-added': safe('{operation} can be reached at {name}'),
  'server-removed': broken('{operation} can no longer be reached at {name}', elsewhere, keep),
  'server-url-changed': broken('{name} is at {after}, no longer at {before}', elsewhere, keep),
  'server-protocol-changed': broken(
    '{name} speaks {after}, no longer {before}',
    'Clients of the old protocol cannot connect.',
    'Add a server beside the old one.',
  ),
  'server-protocol-version-changed': broken(
    '{name} speaks version {after} of its protocol, no longer {before}',
    'Clients of the old version cannot connect.',
    'Add a server beside the old one.',
  ),
  'server-protocol-version-declared': safe('{name} says that it speaks version {after} of its protocol'),
  'server-protocol-version-undeclared': noticed(
    '{name} no longer says that it speaks version {before} of its protocol',
    'Whoever connects must find out.',
    'Keep the version.',
  ),
  'server-variable-added': noticed(
    'The variable {name} was added to the address of {operation}',
    'Whoever builds the address does not fill it in.',
    'Give it a default that makes the old address.',
  ),
  'server-variable-removed': noticed(
    'The variable {name} was removed from the address of {operation}',
    'Whoever fills it in builds another address.',
    'Keep it.',
  ),
  'server-variable-default-changed': noticed(
    'The default of the variable {name} is {after}, no longer {before}',
    'Whoever does not fill it in reaches another server.',
    'Keep the default.',
  ),
  'server-variable-restricted': broken(
    'The variable {name} takes only listed values',
    elsewhere,
    'List every value that is in use.',
  ),
  'server-variable-freed': safe('The variable {name} takes any value'),
  'server-variable-value-removed': broken('The variable no longer takes {name}', elsewhere, keep),
  'server-variable-value-added': safe('The variable takes {name}'),
};

const document: Verdicts = {
  'tag-added': safe('The tag {name} was added to {operation}'),
  'tag-removed': safe('The tag {name} was removed from {operation}'),
  'tag-moved': safe('The tag {name} of {operation} stands elsewhere'),
  'version-not-bumped': safe('{operation} changed, and its version is still {after}'),
  'version-decreased': agreed(
    'The version of {operation} went back from {before} to {after}',
    'Readers take the new contract for an old one.',
    'Raise the version.',
  ),
  'schema-added': safe('Schema {operation} was added'),
  'schema-removed': {
    severity: 'error',
    breaks: 'code',
    message: 'Schema {operation} was removed',
    why: 'Whoever refers to it cannot resolve it.',
    fix: keep,
  },
  'terms-of-service-changed': agreed(
    'The terms of service of {operation} changed',
    'Whoever agreed to the old terms did not agree to these.',
    'Announce the new terms before they hold.',
  ),
  'license-changed': agreed(
    'The license of {operation} changed',
    'Whoever took it under the old license may not use it under this one.',
    'Keep the license, or have the change approved.',
  ),
  'api-contact-changed': safe('The contact of {operation} changed'),
  'application-id-changed': agreed(
    'The id of application {operation} changed',
    'Whoever knows the application by it takes it for another one.',
    'Keep the id.',
  ),
  'unused-part-added': safe('Component {name} was added to {operation}, which does not use it'),
  'unused-part-removed': renamed(
    'Component {name} was removed from {operation}, which did not use it',
    'Files that refer to it cannot resolve it.',
    'Keep it while somebody refers to it.',
  ),
  'unused-part-changed': renamed(
    'Component {name} of {operation}, which does not use it, changed',
    'Files that refer to it mean something else, and nobody can tell here whom it breaks.',
    'Compare the files that refer to it together with this one.',
  ),
  'component-added': safe('Component {name} was added'),
  'component-removed': renamed(
    'Component {name} was removed',
    'Code that names its generated type does not compile.',
    'Keep it while somebody refers to it.',
  ),
  'component-renamed': renamed(
    'Component {before} was renamed to {after}',
    'Code that names its generated type does not compile; the wire is the same.',
    'Keep the name.',
  ),
};

export const documents: Verdicts = { ...security, ...servers, ...document };
