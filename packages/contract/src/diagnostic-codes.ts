/** What a diagnostic code of this package means. The wording of a diagnostic may change, its code never does. */
export interface DiagnosticCode {
  readonly code: string;
  /** What holds for every contract that is read. */
  readonly law: string;
  readonly fix: string;
}

/** Every code that reading a contract can give; a test holds the list against the sources. */
export const diagnosticCodes: readonly DiagnosticCode[] = [
  {
    code: 'contract/anchor-duplicate',
    law: 'An anchor is unique within its schema resource.',
    fix: 'Rename one of the two anchors.',
  },
  {
    code: 'contract/anchor-malformed',
    law: 'An anchor is a plain name: letters, digits, `-`, `_`, `.`; it starts with a letter or `_`.',
    fix: 'Rename the anchor.',
  },
  {
    code: 'contract/bounds-contradict',
    law: 'A lower bound above the upper bound leaves no value.',
    fix: 'Correct one of the two bounds.',
  },
  {
    code: 'contract/dialect-unknown',
    law: '`$schema` names 2020-12, 2019-09, draft-07, or a meta-schema among the files of the contract.',
    fix: 'Pass the file of the meta-schema along, or use https://json-schema.org/draft/2020-12/schema.',
  },
  {
    code: 'contract/duplicate-key',
    law: 'A member name occurs once in an object, because readers disagree on which of two counts.',
    fix: 'Keep one of the two, or pass --allow-duplicate-keys for a JSON file that cannot be mended.',
  },
  {
    code: 'contract/empty-file',
    law: 'A contract file holds a value.',
    fix: 'Write a contract into it, or take it off the list.',
  },
  {
    code: 'contract/enum-type-mismatch',
    law: "Each enum member is of the schema's type.",
    fix: 'Quote the member, or correct the type.',
  },
  {
    code: 'contract/file-not-found',
    law: 'Every entry exists.',
    fix: 'Correct the path; it is relative to the working directory.',
  },
  {
    code: 'contract/header-name-malformed',
    law: 'A response header has an HTTP field name.',
    fix: 'Use letters, digits and hyphens.',
  },
  { code: 'contract/id-duplicate', law: 'An `$id` identifies one schema.', fix: 'Give each schema a URI of its own.' },
  { code: 'contract/id-malformed', law: 'An `$id` is a URI reference.', fix: 'Write an absolute URI.' },
  {
    code: 'contract/id-reserved',
    law: 'The identifiers of the JSON Schema dialects belong to the dialects.',
    fix: 'Give the schema a URI of your own.',
  },
  {
    code: 'contract/json-syntax',
    law: 'A JSON file obeys RFC 8259: no comments, no trailing commas, no single quotes.',
    fix: 'Correct the JSON at the place shown.',
  },
  {
    code: 'contract/media-type-malformed',
    law: 'A content key is a media type or range.',
    fix: 'Write one such as application/json.',
  },
  {
    code: 'contract/member-invalid',
    law: 'A member of the document has the shape that its specification gives it.',
    fix: 'Write what the message names.',
  },
  {
    code: 'contract/method-malformed',
    law: 'An additional operation is named by an HTTP method.',
    fix: 'Write a token such as COPY.',
  },
  { code: 'contract/not-utf-8', law: 'Files are UTF-8.', fix: 'Save the file as UTF-8.' },
  {
    code: 'contract/number-precision-lost',
    law: 'A number survives being read as a double; larger ones are rounded by most readers.',
    fix: 'Write it as a string, or use a number that a double holds.',
  },
  {
    code: 'contract/operation-id-duplicate',
    law: 'An `operationId` names one operation.',
    fix: 'Rename one of the two.',
  },
  {
    code: 'contract/parameter-duplicate',
    law: 'A parameter is identified by its name and place.',
    fix: 'Keep one of the two.',
  },
  {
    code: 'contract/parameter-name-unsafe',
    law: 'A header or cookie name holds no line break.',
    fix: 'Remove the line break.',
  },
  { code: 'contract/path-malformed', law: 'A path begins with `/`.', fix: 'Begin it with `/`.' },
  {
    code: 'contract/pattern-not-ecmascript',
    law: 'A pattern is an ECMAScript regular expression; others are read but not checked.',
    fix: 'Rewrite it without features of another dialect.',
  },
  {
    code: 'contract/reference-cycle',
    law: 'A chain of references ends at a value.',
    fix: 'Let one of the references hold a value.',
  },
  {
    code: 'contract/reference-dangling',
    law: 'A reference leads to something.',
    fix: 'Correct the name, or add what is missing.',
  },
  {
    code: 'contract/reference-malformed',
    law: 'A reference is a URI reference whose fragment is a JSON pointer or an anchor.',
    fix: 'Percent-encode special characters; in a pointer `/` is `~1` and `~` is `~0`.',
  },
  {
    code: 'contract/reference-not-found',
    law: 'A referenced file exists.',
    fix: 'Correct the path; it is relative to the file that holds the reference.',
  },
  { code: 'contract/reference-not-string', law: '`$ref` is a string.', fix: 'Write a URI reference.' },
  {
    code: 'contract/reference-outside-root',
    law: 'References stay inside the root folder, links followed.',
    fix: 'Move the file inside, or name a wider folder with --root.',
  },
  {
    code: 'contract/reference-scheme-refused',
    law: 'References are relative paths or allow-listed http(s) addresses.',
    fix: 'Refer to a file by a relative path.',
  },
  {
    code: 'contract/remote-reference-refused',
    law: 'The network is read only where it was allow-listed.',
    fix: 'Copy the file beside the contract, or pass --allow-remote <beginning of the URI>.',
  },
  {
    code: 'contract/remote-unreachable',
    law: 'An allow-listed address answers.',
    fix: 'Check the address and the network.',
  },
  {
    code: 'contract/schema-format-unsupported',
    law: 'Payloads are described by JSON Schema; other formats are carried but not checked.',
    fix: 'Use application/schema+json;version=2020-12.',
  },
  {
    code: 'contract/schema-keyword-invalid',
    law: 'A schema keyword has the type that JSON Schema gives it.',
    fix: 'Write what the message names.',
  },
  { code: 'contract/schema-not-object', law: 'A schema is an object, true or false.', fix: 'Write a schema.' },
  {
    code: 'contract/status-malformed',
    law: 'A response is keyed by a status, a range such as 4XX, or default.',
    fix: 'Correct the key.',
  },
  {
    code: 'contract/too-deep',
    law: 'Nesting goes no deeper than limits.depthMax.',
    fix: 'Name inner parts and refer to them, or raise the limit.',
  },
  {
    code: 'contract/too-large',
    law: 'A file has at most limits.bytesMax bytes.',
    fix: 'Split it, or raise the limit.',
  },
  {
    code: 'contract/too-many-documents',
    law: 'A contract has fewer files than limits.documentsMax.',
    fix: 'Raise the limit.',
  },
  {
    code: 'contract/too-many-nodes',
    law: 'A file has at most limits.nodesMax values.',
    fix: 'Split it, or raise the limit.',
  },
  {
    code: 'contract/version-unsupported',
    law: 'OpenAPI is 3.0, 3.1 or 3.2; AsyncAPI 2.x, 3.0 or 3.1; Arazzo 1.0 or 1.1.',
    fix: 'Convert the document.',
  },
  {
    code: 'contract/vocabulary-unknown',
    law: 'A vocabulary that a dialect requires (`$vocabulary`, true) is one of the standard ones.',
    fix: 'Write false for the vocabulary in the meta-schema if its keywords only annotate.',
  },
  { code: 'contract/workflow-id-duplicate', law: 'A `workflowId` names one workflow.', fix: 'Rename one of the two.' },
  {
    code: 'contract/yaml-cyclic-alias',
    law: 'A YAML alias does not contain itself.',
    fix: 'Use `$ref` for recursion.',
  },
  {
    code: 'contract/yaml-key-not-string',
    law: 'A mapping key is a string (or an integer, which is taken as text).',
    fix: 'Put the key in quotes.',
  },
  { code: 'contract/yaml-merge', law: 'The merge key `<<` merges mappings.', fix: 'Merge an alias of a mapping.' },
  {
    code: 'contract/yaml-not-json',
    law: 'A YAML scalar has a JSON form.',
    fix: 'Use a string, a finite number, true, false or null.',
  },
  {
    code: 'contract/yaml-several-documents',
    law: 'A file holds one YAML document.',
    fix: 'Put each document into a file of its own.',
  },
  { code: 'contract/yaml-syntax', law: 'A YAML file obeys YAML 1.2.', fix: 'Correct the YAML at the place shown.' },
  { code: 'contract/yaml-tag', law: 'YAML tags are not used: a contract holds data only.', fix: 'Remove the tag.' },
  {
    code: 'contract/yaml-too-many-aliases',
    law: 'Aliases are expanded fewer than limits.aliasesMax times.',
    fix: 'Use `$ref` instead of aliases.',
  },
];
