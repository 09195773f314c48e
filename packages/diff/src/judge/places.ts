import {
  type Finding,
  isJsonObject,
  type JsonValue,
  joinPointer,
  locate,
  member,
  type Sourced,
} from '@millwright/contract';
import type { Change } from '../change.ts';

/** Where a change stands now, and where it stood. */
export function placesOf(change: Change): {
  readonly location: Finding['location'];
  readonly was?: Finding['location'];
} {
  const [now, was] = [placeIn(change.revision, change), placeIn(change.base, change)];
  const location = now ?? was;
  if (location === undefined) throw new Error('invariant: a change has a place');
  return { location, ...(was === undefined ? {} : { was }) };
}

/** The start of a document tells nobody where to look: there the member counts that the change is about, where there is one. */
function placeIn(sourced: Sourced | undefined, change: Change): Finding['location'] | undefined {
  if (sourced === undefined) return undefined;
  const { document, pointer } = sourced;
  return locate(document, pointer === '' ? memberPointer(document.value, change) : pointer);
}

/** As far as the way to the member leads. */
function memberPointer(root: JsonValue, change: Change): string {
  const found: string[] = [];
  let value = root;
  for (const step of wayTo(change)) {
    const token = typeof step === 'string' ? step : step(value);
    const next = isJsonObject(value) ? member(value, token) : Array.isArray(value) ? value[Number(token)] : undefined;
    if (next === undefined) break;
    found.push(token);
    value = next as JsonValue;
  }
  return joinPointer('', ...found);
}

/** A member, or how to tell it from what is there. */
type Way = readonly (string | ((value: JsonValue) => string))[];

/** One of two members, whichever is there. */
const either =
  (first: string, second: string) =>
  (value: JsonValue): string =>
    isJsonObject(value) && member(value, first) !== undefined ? first : second;

const governance: Readonly<Record<string, Way>> = {
  'system-of-record': ['systemOfRecord'],
  'latency-class': ['latency', 'class'],
  'max-delay': ['latency', 'maxDelay'],
  'interaction-pattern': ['pattern'],
  'human-approval': ['requiresHumanApproval'],
  approval: ['approvals'],
  lifecycle: ['lifecycle', 'status'],
  sunset: ['lifecycle', 'sunset'],
};

/** Ways from the root of a document by the kind of change; a keyword of a schema is named by its kind. */
const ways: readonly (readonly [kinds: RegExp, way: (name: string, words: readonly string[]) => Way])[] = [
  [/^version-/, () => ['info', 'version']],
  [/^api-contact-/, () => ['info', 'contact']],
  [/^license-/, () => ['info', 'license']],
  [/^terms-of-service-/, () => ['info', 'termsOfService']],
  [/^application-id-/, () => ['id']],
  // AsyncAPI has the tags of a document under info.
  [/^tag-/, (name) => [either('tags', 'info'), (value) => (Array.isArray(value) ? indexOf(value, name) : 'tags')]],
  [/^role-(?:lost|gained)-right$/, (name) => ['x-governance', name.slice(name.lastIndexOf(' ') + 1)]],
  [
    /^(system-of-record|latency-class|max-delay|interaction-pattern|human-approval|approval|lifecycle|sunset)-/,
    (_, [what = '']) => ['x-governance', ...(governance[what] ?? [])],
  ],
  [
    /^(owner|contact|criticality|classification|retention|rto|rpo)-/,
    (_, [what = '']) => [either('x-governance', 'x-vocabulary'), what],
  ],
  [/^state-machine-/, () => ['x-states']],
  [/^state-property-/, () => ['x-states', 'property']],
  [/^(initial|final)-state-/, (_, [what = '']) => ['x-states', what]],
  [/^(?:state|transition)-/, () => ['x-states', 'transitions']],
  [/^vocabulary-system-/, (name) => ['x-vocabulary', 'mappings', name]],
  [/^vocabulary-(field|loss)-/, (name, [what = '']) => ['x-vocabulary', 'mappings', name, what]],
  [/^vocabulary-parent-/, (name) => ['x-vocabulary', 'parents', name]],
  [/^system-code-/, (name) => ['x-vocabulary', 'mappings', name.slice(name.lastIndexOf(' ') + 1), 'codes']],
  [/^code-mapping-/, mappingWay],
  [/^discriminator-property-/, () => ['discriminator', 'propertyName']],
  [/^discriminator-mapping-/, (name) => ['discriminator', 'mapping', name]],
  [/^extensible-/, () => ['x-extensible-enum']],
  [/^enum-/, () => [either('enum', 'const')]],
  [/^(?:type-(?:dropped|widened)|became-(?:not-)?nullable)$/, () => ['type']],
  [/^property-became-/, () => ['required']],
  [/^(?:required|optional)-property-/, (name) => ['properties', name]],
  [/^object-(?:closed|opened)$/, () => ['additionalProperties']],
  [/^tuple-/, () => ['prefixItems']],
  [/^alternatives-/, () => [either('anyOf', 'oneOf')]],
  [/^reference-/, () => ['$ref']],
  [/^dynamic-reference-/, () => [either('$dynamicRef', '$recursiveRef')]],
  [/^(all|any|one)-of-(?:branch-)?/, (_, [what = '']) => [`${what}Of`]],
  [
    /^(pattern-properties|dependent-schemas)-/,
    (name, [what = '']) => [keywordOf(what), ...(name === '' ? [] : [name])],
  ],
  [/^(.+)-(?:added|removed|changed|increased|decreased|constrained|freed)$/, (_, [what = '']) => [keywordOf(what)]],
];

function wayTo({ kind, name = '' }: Change): Way {
  for (const [kinds, way] of ways) {
    const words = kinds.exec(kind);
    if (words !== null) return way(name, words.slice(1));
  }
  return [];
}

/** `LOT to sample-mes`. */
function mappingWay(name: string): Way {
  const [, code = '', word = '', system = ''] = /^(.*) (to|from) (.*)$/.exec(name) ?? [];
  return ['x-vocabulary', 'mappings', system, `${word}System`, code];
}

function indexOf(tags: readonly JsonValue[], name: string): string {
  return String(tags.findIndex((tag) => isJsonObject(tag) && tag['name'] === name));
}

function keywordOf(words: string): string {
  return words.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
